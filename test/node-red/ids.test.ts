import { deepEqual, ok, throws } from 'node:assert/strict';
import { parseParameter } from '../../src/core/schema/parse';
import { allParameters } from '../kit/described';

/** Every parameter of every vendor that is put into a path, or that a list of ids is read from. */
const IDS = /^(id|ids|commandId|deviceId|device|name|variable|tuid|things|groupId|newGroupId|groups|firmware|channel|selector|state)$/;

const ids = allParameters().filter(({ name, parameter: { kind } }) => kind === 'list' || (kind === 'text' && IDS.test(name)));

describe('ids', () => {
  it('are never `.` or `..`, for any vendor', () => {
    ok(ids.length > 60, `only ${ids.length} found`);
    const taken = ids.filter(({ name, parameter }) =>
      ['.', '..'].some((step) => {
        try {
          parseParameter(name, parameter, parameter.kind === 'list' ? ['a', step] : step);
          return true;
        } catch (error) {
          throws(
            () => {
              throw error;
            },
            { code: 'INVALID_INPUT' },
          );
          return false;
        }
      }),
    );
    deepEqual(
      taken.map(({ where }) => where),
      [],
    );
  });
});

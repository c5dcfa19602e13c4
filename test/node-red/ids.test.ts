import { deepEqual, ok, throws } from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Operation } from '../../src/core/operation';
import { type Parameter, type Parameters, parseParameter } from '../../src/core/parameters';

/** Every parameter of every vendor that is put into a path, or that a list of ids is read from. */
const IDS = /^(id|ids|commandId|deviceId|device|name|variable|tuid|things|groupId|newGroupId|groups|firmware|channel|selector|state)$/;

interface Module {
  readonly operations?: readonly Operation[];
  readonly settings?: Parameters;
}

const vendors = join(__dirname, '../../src/vendors');
const modules = readdirSync(vendors).flatMap((vendor) =>
  readdirSync(join(vendors, vendor))
    .filter((file) => /^(thing|twinkly|turn|sonata)\w*-.*\.js$/.test(file))
    .map((file) => ({ file, module: require(join(vendors, vendor, file)) as Module })),
);
const described = modules.flatMap(({ file, module: { operations = [], settings = {} } }) => [
  ...operations.map(({ id, parameters }) => ({ where: `${file} ${id}`, parameters })),
  { where: file, parameters: settings },
]);
const ids = described.flatMap(({ where, parameters }) =>
  Object.entries(parameters)
    .filter(([name, { kind }]) => kind === 'list' || (kind === 'text' && IDS.test(name)))
    .map(([name, parameter]) => ({ where: `${where} ${name}`, name, parameter: parameter as Parameter<unknown> })),
);

describe('ids', () => {
  it('are never a step to here or to above, whoever the vendor is', () => {
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

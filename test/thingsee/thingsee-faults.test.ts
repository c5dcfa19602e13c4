import assert from 'node:assert/strict';
import { faultTable, type Row } from '../kit/fault-table';
import { startNodeRed } from '../kit/node-red';
import { answering, asked, CLIENT, cloudNode, constants, TOKEN } from './fake-cloud';

const tuid = 'TSPR04X2Z74162947';
const command = { tsmId: 1500, tsmEv: 30 };
const OPERATIONS = [
  { type: 'thing-query', operation: 'get-info', parameters: { tuid }, data: { timestamp: 1 }, repeatable: true, target: tuid },
  {
    type: 'thing-command',
    operation: 'send',
    parameters: { tuid, commands: command },
    data: { commands: [{ tsmTs: 1 }] },
    repeatable: false,
    target: tuid,
  },
  {
    type: 'thing-installation',
    operation: 'set-status',
    parameters: { tuid, status: 'new' },
    data: { installation_status: 'new' },
    repeatable: false,
    target: tuid,
  },
  {
    type: 'thing-group',
    operation: 'delete',
    parameters: { groupId: 'g' },
    data: { group_id: 'g', deleted: true },
    repeatable: false,
    target: 'g',
  },
];

/** HTTP 200 for commands is enough, unless a page comes with it. */
const ACCEPTED = /^(truncated JSON|the wrong type|an empty body|bytes that are no text)/;

describe('Thingsee nodes under every fault', () => {
  const rows = OPERATIONS.map(
    ({ type, operation, parameters, data, repeatable, target }): Row => ({
      title: `${type} ${operation}`,
      node: { type, operation, parameters: constants(parameters) },
      connection: (vendor, timeout) => {
        vendor.good = answering(data);
        return cloudNode(vendor.url, { timeout });
      },
      wellBefore: true,
      check: ({ fault, vendor, ends, outputs, cause }) => {
        const end = operation === 'send' && ACCEPTED.test(fault.name) ? 'done' : fault.end;
        assert.deepEqual(ends, [end]);
        assert.equal(outputs.length, end === 'done' ? 1 : 0);
        if (!repeatable) assert.ok(asked(vendor).length <= 1, 'what may have arrived is not sent again');
        if (end === 'done') return;
        assert.deepEqual([cause?.vendor, cause?.operation, cause?.target], ['thingsee', operation, target]);
        if (fault.statusCode !== undefined) assert.equal(cause?.statusCode, fault.statusCode);
      },
    }),
  );
  faultTable(startNodeRed, [TOKEN, ...Object.values(CLIENT)], rows);
});

import assert from 'node:assert/strict';
import { Account } from '../kit/account';
import type { FaultServer } from '../kit/fault-server';
import { faultTable, type Row } from '../kit/fault-table';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import { answering, asked, CLIENT, cloudNode, constants, isLogin, startCloud, TOKEN } from './fake-cloud';

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

describe('a Thingsee login in trouble', () => {
  let red: NodeRed;
  let vendor: FaultServer;
  let account: Account;
  before(async () => {
    red = await startNodeRed();
    vendor = await startCloud();
  });
  after(() => vendor.close());
  afterEach(async () => {
    await account.close();
    await vendor.heal();
  });

  it('is tried again with the next message', async () => {
    const node = { id: 'node', type: 'thing-group', connection: 'cloud', operation: 'list', parameters: {} };
    account = await Account.open(red, node, [cloudNode(vendor.url, {})]);
    vendor.always((response) => void response.writeHead(500).end());
    assert.deepEqual((await account.run({})).ends, ['VENDOR_ERROR']);
    assert.ok(vendor.requests.every(isLogin));
    await vendor.heal();
    vendor.good = answering([]);
    assert.deepEqual((await account.run({})).ends, ['done']);
  });
});

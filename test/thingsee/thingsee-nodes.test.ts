import assert from 'node:assert/strict';
import type { MessageOutcome } from '../kit/audit';
import { Stage } from '../kit/stage';
import { simulated } from '../simulators/simulated';
import { thingsee } from './vendor';

const ROOM = 'TSEN03X2Z74162459';
const PRESENCE = 'TSPR04X2Z74162947';
const GATEWAY = 'TSGW02X1O73360355';
const LONE = 'XXXX03X2Z74162461';

describe('Thingsee nodes with the simulated API', () => {
  const stage = new Stage(thingsee);

  const open = async (type: string) => {
    const { address } = await simulated();
    const credentials = { clientId: 'ensemble', clientSecret: 'simulated-secret' };
    await stage.open({ type, operation: '', parameters: {} }, { baseUrl: `${address}/thingsee/`, credentials, timeout: 3000 });
  };
  const run = (operation: string, parameters: Record<string, unknown> = {}): Promise<MessageOutcome> =>
    stage.run({ operation, parameters });
  const result = async <T>(operation: string, parameters: Record<string, unknown> = {}): Promise<T> => {
    const { ends, outputs, error } = await run(operation, parameters);
    assert.deepEqual(ends, ['done'], String(error));
    return outputs[0]?.payload as T;
  };
  const code = async (operation: string, parameters: Record<string, unknown>) => (await run(operation, parameters)).ends[0];

  it('thing-query reads things, messages and alerts', async () => {
    await open('thing-query');
    const room = await result<{ battery_level: number; location: object; gateway_tuid: string }>('get-info', { tuid: ROOM });
    assert.deepEqual([room.battery_level, room.gateway_tuid], [96, GATEWAY]);
    assert.deepEqual(Object.values(room.location), [65.01, 25.47]);
    assert.equal('battery_level' in (await result<object>('get-info', { tuid: GATEWAY })), false);
    const messages = await result<{ tsmId: number; temp: number }[]>('list-messages', { tuid: ROOM, limit: 3, messageId: '12100' });
    assert.deepEqual(
      messages.map(({ tsmId, temp }) => [tsmId, typeof temp]),
      Array(3).fill([12100, 'number']),
    );
    const { alerting_tuids } = await result<{ alerting_tuids: string[] }>('list-alerting');
    const { alert_count } = await result<{ alert_count: number }>('count-alerts');
    assert.ok(Array.isArray(alerting_tuids) && Number.isInteger(alert_count));
    const [alert] = await result<{ alerts: { from: string }[] }[]>('list-alerts', { tuid: ROOM });
    assert.equal(alert?.alerts[0]?.from, '1970-01-01T00:00:00');
  });

  it('thing-group creates, renames, fills, lists and deletes', async () => {
    await open('thing-group');
    assert.deepEqual(await result('create', { groupId: 'prfi00lab/1' }), { group_id: 'prfi00lab/1' });
    assert.equal(await code('create', { groupId: 'prfi00lab/1' }), 'REJECTED');
    assert.deepEqual(await result('set-group-of-thing', { tuid: LONE, groupId: 'prfi00lab/1' }), { group_id: 'prfi00lab/1', tuid: LONE });
    assert.deepEqual(await result('rename', { groupId: 'prfi00lab/1', newGroupId: 'prfi00lab2' }), {
      group_id: 'prfi00lab2',
      old: 'prfi00lab/1',
      renamed: true,
    });
    assert.deepEqual(await result('get-group-of-thing', { tuid: LONE }), { group_id: 'prfi00lab2', tuid: LONE });
    assert.deepEqual(await result('list-things', { groupId: 'prfi00lab2' }), { group_id: 'prfi00lab2', tuids: [LONE] });
    assert.deepEqual(await result('list', { search: 'lab' }), [{ group_id: 'prfi00lab2' }]);
    assert.deepEqual(await result('set-group-of-thing', { tuid: LONE, groupId: 'unassigned' }), { group_id: 'unassigned', tuid: LONE });
    assert.deepEqual(await result('list-things', { groupId: 'prfi00lab2' }), { group_id: 'prfi00lab2', tuids: [] });
    await result('set-group-of-thing', { tuid: LONE, groupId: 'prfi00lab2' });
    assert.deepEqual(await result('delete', { groupId: 'prfi00lab2' }), { group_id: 'prfi00lab2', deleted: true });
    assert.deepEqual((await result<{ tuids: string[] }>('list-things', { groupId: 'unassigned' })).tuids.includes(LONE), true);
  });

  it('thing-installation lists the history', async () => {
    await open('thing-installation');
    await run('set-status', { tuid: LONE, status: 'quarantine' });
    const history = await result<{ installation_status: string }[]>('list', { tuid: LONE, limit: 2 });
    assert.deepEqual(
      history.map(({ installation_status }) => installation_status),
      ['quarantine', 'installed'],
    );
  });

  it('thing-command sends, waits for the replies of all commands, and lists', async () => {
    await open('thing-command');
    const commands = [
      { tsmId: 13200, tsmEv: 30, threshold: 300 },
      { tsmId: 1500, tsmEv: 30, transactionId: 77, reportInterval: 5 },
    ];
    const sent = await result<{ commands: Record<string, unknown>[]; replies: Record<string, unknown>[] }>('send', {
      tuid: PRESENCE,
      commands,
      waitForReply: 10,
    });
    assert.deepEqual(
      sent.replies.map(({ tsmId, tsmEv, threshold, reportInterval }) => [tsmId, tsmEv, threshold ?? reportInterval]),
      [
        [13200, 31, 300],
        [1500, 31, 5],
      ],
    );
    assert.deepEqual(
      sent.replies.map(({ transactionId }) => transactionId),
      sent.commands.map(({ transactionId }) => transactionId),
    );
    const listed = await result<{ command: { tsmId: number } }[]>('list', { tuid: PRESENCE, messageId: 1500 });
    assert.deepEqual(
      listed.map(({ command }) => command.tsmId),
      [1500],
    );
  });

  it('thing-command says when no reply comes, and that the command was sent all the same', async () => {
    await open('thing-command');
    // A gateway understands none of the commands.
    const commands = [{ tsmId: 1500, tsmEv: 30, transactionId: 5, reportInterval: 9 }];
    const { ends, error } = await run('send', { tuid: GATEWAY, commands, waitForReply: 1 });
    assert.deepEqual([ends, (error as Error).message], [['TIMEOUT'], `no reply from ${GATEWAY} within 1 seconds`]);
    assert.equal((await result<unknown[]>('list', { tuid: GATEWAY })).length, 1);
  });
});

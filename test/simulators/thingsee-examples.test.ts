import { deepEqual, match, ok } from 'node:assert/strict';
import type { Message } from '../../src/node-red/red';
import type { ThingseeState } from '../../src/simulators/thingsee/state';
import { until } from '../kit/within';
import { ExampleStage, load } from './example-flows';

describe('the Thingsee examples, running as imported', () => {
  const stage = new ExampleStage('Thingsee');
  /** What reaches the debug node of a name; it must be wired. */
  const shown = async (file: string, name: string) => {
    const node = load('Thingsee', file).find((one) => one.type === 'debug' && one.name === name);
    const seen: { readonly msg?: string }[] = [];
    stage.red.events.on('comms', ({ topic, data }: { topic: string; data: { id?: string; msg?: string } }) => {
      if (topic === 'debug' && data.id === node?.id) seen.push(data);
    });
    return seen;
  };
  const state = async (): Promise<ThingseeState> => (await stage.read()).vendors.thingsee as ThingseeState;

  it('Room temperature passes temperatures on, with sensor and time', async () => {
    await stage.run('Room temperature.json');
    const seen: Message[] = [];
    const chart = stage.idOf('Room temperature.json', 'Chart');
    stage.red.hooks.add('onReceive.kit', ({ msg, destination }) => {
      if (destination.id === chart) seen.push(structuredClone(msg));
    });
    await until(
      'two temperatures',
      () => seen.length,
      (count) => count >= 2,
    );
    stage.red.hooks.remove('onReceive.kit');
    const message = seen[0] as Message & { timestamp: number };
    deepEqual([message.topic, typeof message.payload], ['TSEN03X2Z74162459', 'number']);
    ok(Math.abs(Date.now() - message.timestamp) < 60_000);
  });

  it('Alert board counts the alerts, and lists each with its begin and end', async () => {
    const file = 'Alert board.json';
    await stage.run(file);
    await stage.act('alert', { tuid: 'TSAR03X2Z74162473' });
    await stage.shows(file, 'Alerts now', /^1, \d\d:\d\d:\d\d$/);
    await stage.act('alert', { tuid: 'TSGW02X1O73360355' });
    await stage.shows(file, 'Alerts now', /^2, /);
    await stage.act('alert', { tuid: 'TSAR03X2Z74162473' });
    await stage.shows(file, 'Alerts now', /^1, /);
    const seen = await shown(file, 'Board');
    stage.press(file, 'List');
    await until('the board', () => seen.length === 1);
    const board = JSON.parse(String(seen[0]?.msg)) as Record<string, { active: boolean; to: string | null }>;
    deepEqual(
      Object.entries(board).map(([name, { active, to }]) => [name, active, to === null]),
      [
        ['TSAR03X2Z74162473, heartbeat missed', false, false],
        ['TSGW02X1O73360355, gateway connection lost', true, true],
      ],
    );
  });

  it('Set up presence sensors asks first, and then shows what each sensor replies', async () => {
    const file = 'Set up presence sensors.json';
    await stage.run(file);
    const [questions, replies] = [await shown(file, 'Question'), await shown(file, 'Reply')];
    stage.press(file, 'Ask');
    await until('the question', () => questions.length === 1);
    match(String(questions[0]?.msg), /TSPR04X2Z74162947, TSPR04X2Z74162948/);
    stage.press(file, 'Confirm');
    await until(
      'both replies',
      () => replies.length,
      (count) => count === 2,
    );
    for (const { msg } of replies) match(String(msg), /"passiveReportInterval":60/);
  });

  it('Things without a group lists them, and gives them a group', async () => {
    const file = 'Things without a group.json';
    await stage.run(file);
    const found = await shown(file, 'Found');
    stage.press(file, 'List');
    await until('both things', () => found.length === 2);
    match(String(found[0]?.msg), /"installation_status":"installed"/);
    await stage.shows(file, 'How many', /^2, \d\d:\d\d:\d\d$/);
    stage.press(file, 'Count');
    await stage.shows(file, 'All of them', /^2 of \d+ have no group$/);
    stage.press(file, 'Assign');
    await stage.shows(file, 'To move', /^2, /);
    await until('all have a group', async () => (await state()).things.every(({ group }) => group !== 'unassigned'));
    stage.press(file, 'Count');
    await stage.shows(file, 'All of them', /^0 of \d+ have no group$/);
    const missing = ['a', 'unassigned'].map((group_id) => ({ group_id, error: { code: 'FORBIDDEN' } }));
    const payload = [{ tuid: '1', group_id: 'b' }, { tuid: '2', group_id: 'b' }, ...missing];
    stage.red.inject(stage.idOf(file, 'All of them'), { payload });
    await stage.shows(file, 'All of them', /^groups missing: 2, else 0 of 2$/);
    stage.red.inject(stage.idOf(file, 'All of them'), { payload: [{ tuid: '1', group_id: 'unassigned' }, ...missing.slice(1)] });
    await stage.shows(file, 'All of them', /^groups missing: 1, else 1 of 1$/);
    for (const button of ['List', 'Assign']) stage.press(file, button);
    for (const name of ['How many', 'To move']) await stage.shows(file, name, /^0, /);
  });
});

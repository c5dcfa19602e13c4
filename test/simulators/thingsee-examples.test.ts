import { deepEqual, match, ok } from 'node:assert/strict';
import type { ThingseeState } from '../../src/simulators/thingsee/state';
import { until } from '../kit/within';
import { ExampleStage, load } from './example-flows';

describe('the Thingsee examples, running as imported', () => {
  const stage = new ExampleStage('thingsee');
  /** What reaches the debug node of a name; it must be wired. */
  const shown = async (file: string, name: string) => {
    const node = load('thingsee', file).find((one) => one.type === 'debug' && one.name === name);
    const seen: { readonly msg?: string }[] = [];
    stage.red.events.on('comms', ({ topic, data }: { topic: string; data: { id?: string; msg?: string } }) => {
      if (topic === 'debug' && data.id === node?.id) seen.push(data);
    });
    return seen;
  };
  const press = (file: string, name: string) => stage.red.inject(stage.idOf(file, name), {});
  const state = async (): Promise<ThingseeState> => (await stage.read()).vendors.thingsee as ThingseeState;

  it('room-temperature passes temperatures on, with sensor and time', async () => {
    await stage.run('Room temperature.json');
    const seen = await shown('Room temperature.json', 'Chart');
    await until(
      'two temperatures',
      () => seen.length,
      (count) => count >= 2,
    );
    const message = JSON.parse(seen[0]?.msg ?? '{}') as { topic: string; payload: number; timestamp: number };
    deepEqual([message.topic, typeof message.payload], ['TSEN03X2Z74162459', 'number']);
    ok(Math.abs(Date.now() - message.timestamp) < 60_000);
  });

  it('alert-board lists each alerting thing', async () => {
    await stage.run('Alert board.json');
    await stage.act('alert', { tuid: 'TSAR03X2Z74162473' });
    const seen = await shown('Alert board.json', 'Board');
    await until('the alert', () => seen.some(({ msg = '' }) => msg.includes('TSAR03X2Z74162473') && msg.includes('heartbeat missed')));
  });

  it('presence-in-bulk asks first, and then shows what each sensor replies', async () => {
    const file = 'Set up presence sensors.json';
    await stage.run(file);
    const [questions, replies] = [await shown(file, 'Question'), await shown(file, 'Reply')];
    press(file, 'Ask');
    await until('the question', () => questions.length === 1);
    match(String(questions[0]?.msg), /TSPR04X2Z74162947, TSPR04X2Z74162948/);
    press(file, 'Confirm');
    await until(
      'both replies',
      () => replies.length,
      (count) => count === 2,
    );
    for (const { msg } of replies) match(String(msg), /"passiveReportInterval":60/);
  });

  it('things-without-group lists them, and gives them a group', async () => {
    const file = 'Things without a group.json';
    await stage.run(file);
    const found = await shown(file, 'Found');
    press(file, 'List');
    await until('both things', () => found.length === 2);
    match(String(found[0]?.msg), /"installation_status":"installed"/);
    press(file, 'Assign');
    await until('all have a group', async () => (await state()).things.every(({ group }) => group !== 'unassigned'));
  });
});

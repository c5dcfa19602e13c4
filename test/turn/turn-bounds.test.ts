import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { WAITING } from '../../src/core/follow/late-listeners';
import { OwnChannelChanges } from '../../src/vendors/turn/own-changes';
import { until } from '../kit/within';
import { type OpenTurn, type TurnSseNode, TurnSseStage } from './turn-sse-node';

const [X, Y] = ['generic/1/1', 'generic/2/1'];
const channel = (id: string, value: unknown) => ({ id, dataType: 'number', state: { value } });

describe('the memory that a Turn can fill', () => {
  const stage = new TurnSseStage();
  let turn: OpenTurn;

  const listen = async (
    read: (reading: number) => unknown,
    settings: Parameters<typeof TurnSseNode.start>[1] = {},
    states?: [string, unknown][],
  ) => {
    turn = stage.serve(read);
    await stage.listen(settings, states);
    await until('it listens', () => turn.isHeard && turn.readings > 0);
  };
  const told = () => stage.node.events.map(({ topic, payload, resumed }) => [topic, (payload as { value: unknown }).value, resumed]);

  for (const [what, count, size] of [
    ['events', WAITING.events + 500, 1],
    ['characters', 11, 900_000],
  ] as const)
    it(`waits for a reading, but with no more ${what} than it can bear: they go on, and it is read again`, async () => {
      let end = (_: unknown): void => {};
      const first = new Promise((resolve) => (end = resolve));
      const last = `${count}${'.'.repeat(size)}`;
      const before: [string, unknown][] = [X, Y].map((id) => [id, { value: 'old' }]);
      await listen((reading) => (reading === 1 ? first : [channel(X, 'missed'), channel(Y, last)]), {}, before);
      for (let number = 1; number <= count; number++) turn.state(Y, { value: `${number}${'.'.repeat(size)}` });
      await until('the events', () => stage.node.events.length === count);
      equal(turn.readings, 1);
      // Made before the newest of the events.
      end([channel(X, 'missed'), channel(Y, `${1}${'.'.repeat(size)}`)]);
      await until('what was missed', () => stage.node.events.length > count);
      turn.state(Y, { value: 'end' });
      await until('the end', () => told().at(-1)?.[1] === 'end');
      deepEqual(told().slice(count - 1), [
        [Y, last, undefined],
        [X, 'missed', true],
        [Y, 'end', undefined],
      ]);
      equal(stage.node.warnings.length, 1);
      match(stage.node.warnings[0] ?? '', /^more than 2000 events/);
    });

  it('reads once for all notifications that came meanwhile', async () => {
    const reading = (number: number) => new Promise((resolve) => setTimeout(resolve, 30, { number }));
    await listen(reading, { stream: 'config', initial: true });
    await until('the beginning', () => stage.node.events.length === 1);
    turn.say('config', {});
    // What this node itself has sent takes no other's place.
    for (let number = 1; number <= 5000; number++) turn.say('config', { modifiedBy: 'me' });
    await until('the change by another', () => stage.node.events.length === 2);
    turn.say('config', {});
    await until('another change', () => stage.node.events.length === 3);
    ok(turn.readings < 100, `${turn.readings} readings`);
  });

  it('remembers a thousand topics, tells it, and makes room when it has read the state', async () => {
    let value = 'old';
    await listen(() => [channel(X, value)]);
    await until('it is caught up', () => turn.readings === 1);
    turn.state(X, { value });
    const names = Array.from({ length: 5000 }, (_, index) => `generic/1/${index + 10}`);
    for (const name of names) turn.state(name, { value: 1 });
    await until('all of them', () => stage.node.events.length === names.length + 1);
    ok(
      stage.node.warnings.some((text) => /^more than 1000 topics.*not remembered/.test(text)),
      stage.node.warnings.join(),
    );
    value = 'missed';
    turn.cut();
    await until('what was missed', () => stage.node.events.length > names.length + 1);
    deepEqual(told().at(-1), [X, 'missed', true]);
    deepEqual([...(await stage.node.remembered()).keys()], [X]);
    ok((stage.device as unknown as { facts: Map<string, unknown> }).facts.size <= 1000);
  });

  it('remembers so many characters, of whatever they are made', async () => {
    await listen(() => []);
    await until('it is caught up', () => turn.readings === 1);
    // Each event has another key of the same state.
    for (let number = 1; number <= 10; number++) turn.state(X, { value: 1, [`key ${number}`]: 'x'.repeat(700_000) });
    for (let number = 1; number <= 10; number++) turn.state(`generic/${number}/2`, { value: ['x'.repeat(700_000)] });
    await until('all of them', () => stage.node.events.length === 20);
    const size = JSON.stringify([...(await stage.node.remembered())]).length;
    ok(size < 4_100_000, `${size} characters`);
    equal(stage.node.warnings.length, 1);
  });

  for (const states of [null, 'odd', [null], [[1, 2]], [['only a name']]])
    it(`takes a memory that is ${JSON.stringify(states)} for none`, async () => {
      await listen(() => [channel(X, 1)], {}, states as never);
      await until('it is caught up', () => turn.readings === 1);
      turn.state(X, { value: 2 });
      await until('an event', () => stage.node.events.length === 1);
      deepEqual([told(), stage.node.reports], [[[X, 2, undefined]], []]);
    });

  it('learns facts of a thousand channels', async () => {
    await listen(() => []);
    stage.device.learn(Array.from({ length: 5000 }, (_, index) => ({ id: `generic/1/${index}` }) as never));
    equal((stage.device as unknown as { facts: Map<string, unknown> }).facts.size, 1000);
    stage.device.learn([{ id: 'generic/1/7', dataType: 'switch' } as never]);
    equal(stage.device.factsOf('generic/1/7').dataType, 'switch');
  });
});

describe('own changes of a Turn', () => {
  it('are remembered of a thousand channels, the newest', async () => {
    const own = new OwnChannelChanges();
    for (let index = 1; index <= 5000; index++) await own.note(`generic/${index}/1`, { value: 1 }, Promise.resolve());
    const isExplained = (index: number) => own.explain(`generic/${index}/1`, { value: 0 }, { value: 1 }, performance.now());
    deepEqual([1, 4000, 4001, 5000].map(isExplained), [false, false, true, true]);
  });
});

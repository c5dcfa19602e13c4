import { deepEqual, equal, ok } from 'node:assert/strict';
import type { TurnClient } from '../../src/vendors/turn/client';
import { FaultServer, respond } from '../kit/fault-server';
import { until } from '../kit/within';
import { deviceAt, OpenTurn, TurnSseNode } from './test/turn/turn-sse-node';

const [X, Y, Z] = ['light/1/1', 'light/2/1', 'light/3/1'] as const;
const channel = (id: string, value: number) => ({ id, dataType: 'percent', state: { value } });

describe('the start of turn-sse', () => {
  let vendor: FaultServer;
  let device: TurnClient;
  let listening: TurnSseNode;
  before(async () => {
    vendor = await FaultServer.start();
  });
  after(() => vendor.close());
  beforeEach(() => {
    device = deviceAt(Number(new URL(vendor.url).port));
  });
  afterEach(async () => {
    await listening.scope.end();
    await device.close();
    await vendor.heal();
  });

  const kinds = () => listening.states.map(({ is }) => is);

  it('tells each topic once as it was read, and then what came meanwhile, unless the reading had it', async () => {
    let tell = (_channels: object[]): void => {};
    const turn = new OpenTurn(() => new Promise((resolve) => (tell = resolve)));
    vendor.always(turn.behaviour);
    listening = await TurnSseNode.start(device, { initial: true });
    await until('the reading', () => turn.readings === 1);
    for (const [topic, value] of [
      [X, 50],
      [X, 51],
      [Y, 7],
      [Y, 8],
    ] as const)
      turn.state(topic, { value });
    tell([channel(X, 10), channel(Y, 7), channel(Z, 0)]);
    await until('all events', () => listening.events.length >= 6);
    deepEqual(
      listening.events.map(({ topic, payload, initial, resumed }) => [topic, (payload as { value: number }).value, initial, resumed]),
      [
        [X, 10, true, false],
        [Y, 7, true, false],
        [Z, 0, true, false],
        [X, 50, undefined, undefined],
        [X, 51, undefined, undefined],
        [Y, 8, undefined, undefined],
      ],
    );
  });

  it('is not green while the state cannot be read, reports that once, and recovers', async () => {
    const turn = new OpenTurn(() => [channel(X, 3)]);
    vendor.always((response, request) => (/events/.test(request.path) ? turn.behaviour : respond({}, 400))(response, request));
    listening = await TurnSseNode.start(device, { initial: true });
    await until('a few readings', () => kinds().filter((is) => is === 'retrying').length >= 3);
    equal(kinds().includes('live'), false);
    equal(listening.reports.length, 1);
    // Events come all the same.
    turn.state(Y, { value: 4 });
    await until('the event', () => listening.events.length === 1);
    vendor.always(turn.behaviour);
    await until('the state', () => listening.events.some(({ topic, initial }) => topic === X && initial));
    await until('green', () => kinds().at(-1) === 'live');
    ok(listening.reports.length === 1);
  });

  it('of a configuration that cannot be read is told once, whatever says that it has changed', async () => {
    const turn = new OpenTurn(() => ({ pages: [] }));
    vendor.always(turn.behaviour);
    listening = await TurnSseNode.start(device, { stream: 'config' });
    await until('green', () => kinds().at(-1) === 'live');
    vendor.always((response, request) => (/events/.test(request.path) ? turn.behaviour : respond({}, 500))(response, request));
    for (let count = 0; count < 3; count++) turn.say('config', {});
    await until('yellow', () => kinds().at(-1) === 'retrying');
    await until('a few readings', () => kinds().filter((is) => is === 'retrying').length >= 3);
    equal(listening.reports.length, 1);
    vendor.always(turn.behaviour);
    await until('green again', () => kinds().at(-1) === 'live');
  });
});

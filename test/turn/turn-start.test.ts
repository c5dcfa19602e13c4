import { deepEqual, equal, ok } from 'node:assert/strict';
import { respond } from '../kit/fault-server';
import { until } from '../kit/within';
import { OpenTurn, TurnSseStage } from './turn-sse-node';

const [X, Y, Z] = ['light/1/1', 'light/2/1', 'light/3/1'] as const;
const channel = (id: string, value: number) => ({ id, dataType: 'percent', state: { value } });

describe('the start of turn-sse', () => {
  const stage = new TurnSseStage();

  it('tells each topic once as it was read, and then what came meanwhile, unless the reading had it', async () => {
    let tell = (_channels: object[]): void => {};
    const turn = stage.serve(() => new Promise((resolve) => (tell = resolve)));
    await stage.listen({ initial: true });
    await until('the reading', () => turn.readings === 1);
    for (const [topic, value] of [
      [X, 50],
      [X, 51],
      [Y, 7],
      [Y, 8],
    ] as const)
      turn.state(topic, { value });
    tell([channel(X, 10), channel(Y, 7), channel(Z, 0)]);
    await until('all events', () => stage.node.events.length >= 6);
    deepEqual(
      stage.node.events.map(({ topic, payload, initial, resumed }) => [topic, (payload as { value: number }).value, initial, resumed]),
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
    stage.server.always((response, request) => (/events/.test(request.path) ? turn.behaviour : respond({}, 400))(response, request));
    await stage.listen({ initial: true });
    await until('a few readings', () => stage.retries >= 3);
    equal(stage.kinds.includes('live'), false);
    equal(stage.node.reports.length, 1);
    // Events come all the same.
    turn.state(Y, { value: 4 });
    await until('the event', () => stage.node.events.length === 1);
    stage.server.always(turn.behaviour);
    await until('the state', () => stage.node.events.some(({ topic, initial }) => topic === X && initial));
    await until('green', () => stage.kinds.at(-1) === 'live');
    ok(stage.node.reports.length === 1);
  });

  it('of a configuration that cannot be read is told once, whatever says that it has changed', async () => {
    const turn = stage.serve(() => ({ pages: [] }));
    await stage.listen({ stream: 'config' });
    await until('green', () => stage.kinds.at(-1) === 'live');
    stage.server.always((response, request) => (/events/.test(request.path) ? turn.behaviour : respond({}, 500))(response, request));
    for (let count = 0; count < 3; count++) turn.say('config', {});
    await until('yellow', () => stage.kinds.at(-1) === 'retrying');
    await until('a few readings', () => stage.retries >= 3);
    equal(stage.node.reports.length, 1);
    stage.server.always(turn.behaviour);
    await until('green again', () => stage.kinds.at(-1) === 'live');
  });
});

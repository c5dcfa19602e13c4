import { deepEqual, equal, ok } from 'node:assert/strict';
import dns from 'node:dns';
import type { StreamState } from '../../src/core/follow/events';
import { TIMING } from '../../src/vendors/turn/streams';
import { type Behaviour, type FaultServer, respond } from '../kit/fault-server';
import { until } from '../kit/within';
import { OpenTurn, TurnSseStage } from './turn-sse-node';

const X = 'generic/1/1';
const channel = (value: unknown) => ({ id: X, dataType: 'number', state: { value } });

const page =
  (status: number): Behaviour =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'text/html' }).end('<html>Log in</html>');

describe('the stream of a Turn comes back', () => {
  const stage = new TurnSseStage();

  it('tells what was missed, too, where the context store tells only later what was before', async () => {
    const ids = ['generic/1/1', 'generic/2/1', 'generic/3/1'] as const;
    const turn = stage.serve(() => ids.map((id) => ({ id, dataType: 'number', state: { value: 2 } })));
    await stage.listen();
    await until('it listens', () => turn.isHeard && turn.readings > 0);
    turn.state(ids[1], { value: 5 });
    await until('a live event', () => stage.node.events.length === 1);
    stage.node.tellLate(stage.node.memoryOf(ids.map((id, index) => [id, { value: index }])));
    deepEqual(
      stage.node.events.map(({ topic, payload, resumed = false }) => [topic, payload, resumed]),
      [
        [ids[1], { value: 5 }, false],
        [ids[0], { value: 2 }, true],
      ],
    );
  });

  /** What happens to the way to the Turn; all of it passes. */
  const TROUBLES: readonly (readonly [string, (server: FaultServer) => void | Promise<void>])[] = [
    ...[204, 302, 400, 401, 403, 404, 405, 407, 429, 500, 502, 503].map(
      (status) => [`HTTP ${status}`, (server: FaultServer) => server.always(respond({}, status))] as const,
    ),
    ['a page with HTTP 200', (server) => server.always(page(200))],
    ['a page with HTTP 403', (server) => server.always(page(403))],
    ['a response that is not HTTP', (server) => server.always((response) => void response.socket?.end('220 mail.example.com\r\n\r\n'))],
    ['a refused connection', (server) => server.refuse()],
  ];
  for (const [trouble, arrange] of TROUBLES)
    it(`after ${trouble}, with what was missed, and a status that says what is tried`, async () => {
      await arrange(stage.server);
      await stage.listen({}, [[X, { value: 1 }]]);
      await until('a few tries', () => stage.retries >= 3);
      equal(stage.node.reports.length, 1);
      // Each try shows: what is counted down to is under way then.
      const before = stage.kinds.filter((is) => is !== 'live');
      deepEqual(before.slice(0, 4), ['connecting', 'retrying', 'connecting', 'retrying']);
      const turn = new OpenTurn(() => [channel(2)]);
      await stage.server.heal();
      stage.server.always(turn.behaviour);
      await until('what was missed', () => stage.node.events.length === 1);
      deepEqual([stage.node.events[0]?.payload, stage.node.events[0]?.resumed, stage.kinds.at(-1)], [{ value: 2 }, true, 'live']);
    });

  it('and who joins again is not told of the pause of earlier listeners', async () => {
    await stage.server.refuse();
    await stage.listen({}, undefined, { reconnect: { first: 60_000, most: 60_000 } });
    await until('a pause', () => stage.retries === 1);
    await stage.node.scope.end();
    await stage.listen();
    deepEqual(stage.kinds, ['connecting']);
  });

  it('where its name leads somewhere only later', async () => {
    const { lookup } = dns;
    let isKnown = false;
    dns.lookup = ((name: string, options: object, callback: (error: Error | null, addresses?: unknown, family?: number) => void) => {
      if (name !== 'turn.example') return lookup(name, options as never, callback as never);
      if (!isKnown) return callback(Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' }));
      return lookup('127.0.0.1', options as never, callback as never);
    }) as typeof lookup;
    try {
      const turn = stage.serve(() => []);
      await stage.listen({}, undefined, {}, 'turn.example');
      await until('a few tries', () => stage.retries >= 3);
      equal(stage.node.reports[0]?.code, 'UNREACHABLE');
      isKnown = true;
      await until('it listens', () => turn.isHeard && stage.kinds.at(-1) === 'live');
    } finally {
      dns.lookup = lookup;
    }
  });

  it('within two minutes of the end of any trouble, although an attempt may have been hanging', () => {
    ok(TIMING.silence + TIMING.reconnect.most < 110_000);
  });

  it('when this process has stood still, with what came meanwhile as resumed, and reports no trouble', async () => {
    let value = 1;
    const turn = stage.serve(() => [channel(value)]);
    await stage.listen({}, [[X, { value }]], { standstill: 1000 });
    await until('it listens', () => turn.isHeard && turn.readings === 1);
    turn.state(X, { value: ++value });
    await until('a live event', () => stage.node.events.length === 1);
    turn.state(X, { value: ++value });
    // It is written in the next tick. Then nothing of this process goes on for so long.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1300);
    await until('another event', () => stage.node.events.length >= 2);
    turn.state(X, { value: ++value });
    await until('one more', () => stage.node.events.length >= 3);
    deepEqual(
      stage.node.events.map(({ payload, resumed }) => [(payload as { value: number }).value, resumed]),
      [
        [2, undefined],
        [3, true],
        [4, undefined],
      ],
    );
    deepEqual([stage.node.reports, stage.kinds], [[], ['connecting', 'live', 'connecting', 'live'] satisfies StreamState['is'][]]);
  });

  it('leaves out its own changes by whatever name the sender has', async () => {
    const turn = stage.serve(() => []);
    await stage.listen();
    await until('it listens', () => turn.isHeard);
    turn.say(X, { 'Sender-id': 'me', state: { value: 1 } });
    turn.say(X, { 'Sender-Id': 'me and more', state: { value: 2 } });
    await until('the other’s', () => stage.node.events.length === 1);
    deepEqual([stage.node.events[0]?.payload, stage.node.events[0]?.details], [{ value: 2 }, { modifiedBy: 'me and more' }]);
  });
});

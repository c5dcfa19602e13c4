import { deepEqual, equal, fail, ok, rejects } from 'node:assert/strict';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { HttpClient } from '../../../src/core/http/client';
import { EventSourceClient } from '../../../src/core/http/event-source';
import { EventStream } from '../../../src/core/http/event-stream';
import { Scope } from '../../../src/core/scope';
import { FaultServer } from '../../kit/fault-server';
import { until } from '../../kit/within';

const MEBIBYTE = 1024 * 1024;
const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;

describe('a stream of server-sent events', () => {
  let server: FaultServer;
  let client: HttpClient;
  let peer: ServerResponse | undefined;
  let events: [string, string][];
  let timersBefore: number;

  before(async () => {
    server = await FaultServer.start();
  });
  after(() => server.close());
  beforeEach(() => {
    client = new HttpClient({ baseUrl: server.url, timeout: 10_000 });
    peer = undefined;
    events = [];
    server.always((response) => {
      peer = response.writeHead(200, { 'content-type': 'text/event-stream' });
      peer.flushHeaders();
    });
  });
  afterEach(async () => {
    await client.close();
    await server.heal();
  });

  /** Listens, and sends texts as the peer. What it returns is why the stream ended. */
  const listen = async (texts: Iterable<string>, onEvent = (name: string, data: string): void => void events.push([name, data])) => {
    // Mocha has its own timer from here on.
    await Promise.resolve();
    timersBefore = timers();
    const options = { path: '/events', scope: new Scope(), silence: 60_000, standstill: 60_000, onOpen: () => {} };
    const stream = new EventStream(client, { ...options, onEvent });
    const ended = stream.receive().catch((error: unknown) => error);
    const response = await until('a listener', () => peer);
    for (const text of texts)
      if (!response?.write(text) && !response?.destroyed) await Promise.race([once(response as ServerResponse, 'drain'), ended]);
    return { stream, ended, response: response as ServerResponse };
  };
  const isGone = async () => {
    await client.close();
    await until('no timer is left', timers, (count) => count <= timersBefore);
    equal(server.requests.length, 1);
  };

  it('tells events of any name, `open`, `error` and `message` too, without taking them for its own', async () => {
    const { ended, response } = await listen([
      'event: open\ndata: 1\n\nevent: error\ndata: 2\n\ndata: 3\n\nevent: message\ndata: 4\n\nevent:close\ndata:5\n\n',
    ]);
    response.end();
    equal(String(await ended), 'the peer ended the stream /events');
    deepEqual(events, [
      ['open', '1'],
      ['error', '2'],
      ['message', '3'],
      ['message', '4'],
      ['close', '5'],
    ]);
    await isGone();
  });

  it('tells all that came before the end, and connects no second time, whatever the peer says of that', async () => {
    const { ended, response } = await listen(['retry: 1\n\n', ...Array.from({ length: 50_000 }, (_, number) => `data: ${number}\n\n`)]);
    response.end('data: not ended');
    await ended;
    equal(events.length, 50_000);
    deepEqual(events.at(-1), ['message', '49999']);
    await isGone();
  });

  it('ends with what its listener throws, and tells it nothing more', async () => {
    const { ended } = await listen(['data: 1\n\ndata: 2\n\ndata: 3\n\n'], (name, data) => {
      events.push([name, data]);
      if (data === '2') throw new Error('unexpected');
    });
    equal(String(await ended), 'Error: unexpected');
    deepEqual(events.map(([, data]) => data).join(), '1,2');
    await isGone();
  });

  it('hands a burst on in portions', async () => {
    let inThisTurn = 0;
    let most = 0;
    let turns = 0;
    const next = () => {
      turns++;
      inThisTurn = 0;
    };
    const event = `event: light/1/1\ndata: ${'x'.repeat(80)}\n\n`;
    const { ended, response } = await listen([event.repeat(100_000)], (name, data) => {
      events.push([name, data]);
      if (inThisTurn++ === 0) setImmediate(next);
      most = Math.max(most, inThisTurn);
    });
    response.end();
    await ended;
    equal(events.length, 100_000);
    ok(most < 200 && turns > 500, `${most} events in one turn of the event loop, of ${turns}`);
  });

  describe('has a limit of the length of an event', () => {
    const pieces = (text: string, count: number) => Array.from({ length: count }, () => text.repeat(1024));

    it('in characters, not in bytes', async () => {
      const { ended, response } = await listen(['data: ', ...pieces('ä', 1000), '\r\n\r\n', 'data: 2\r\r']);
      response.end('data: 3\n\n');
      await ended;
      deepEqual(
        events.map(([, { length }]) => length),
        [1000 * 1024, 1, 1],
      );
    });

    for (const [kind, piece] of [
      ['line', 'ä'],
      ['number of lines', 'data: 1\n'],
    ] as const)
      it(`that an endless ${kind} exceeds`, async () => {
        const { ended } = await listen(['data: 1\n\n', 'data: ', ...pieces(piece, 1100)]);
        await rejects(
          ended.then((error) => Promise.reject(error)),
          { code: 'BAD_RESPONSE', message: `an event of more than ${MEBIBYTE} characters` },
        );
        deepEqual(events, [['message', '1']]);
        await isGone();
      });

    it('to which heartbeats add nothing', async () => {
      const heartbeat = `:${' '.repeat(1022)}\n`;
      const { ended, response } = await listen([...Array.from({ length: 1100 }, () => heartbeat), 'data: 1\n\n']);
      response.end();
      await ended;
      deepEqual(events, [['message', '1']]);
    });
  });

  for (const status of [204, 205])
    it(`says that the peer has no stream where it answers with ${status}`, async () => {
      server.always((response) => void response.writeHead(status).end());
      const options = { path: '/events', scope: new Scope(), silence: 60_000, standstill: 60_000, onEvent: () => {} };
      const stream = new EventStream(client, { ...options, onOpen: () => fail('it is not open') });
      await rejects(stream.receive(), {
        code: 'BAD_RESPONSE',
        message: `/events is no event stream but HTTP ${status}, a response without content`,
        cause: { statusCode: status, retryable: false },
      });
    });
});

describe('an event source', () => {
  const told = (response: ConstructorParameters<typeof EventSourceClient>[0]) =>
    new Promise<{ error: unknown; source: EventSourceClient }>((resolve) => {
      const onError = (error: unknown) => resolve({ error, source });
      const source = new EventSourceClient(response, { onOpen: () => {}, onEvent: () => {}, onError });
    });

  for (const [what, response, text] of [
    ['fails', () => Promise.reject(new Error('refused')), 'Error: refused'],
    ['ends', async () => ({ read: async () => ({ done: true }) as const, cancel: async () => {} }), 'Error: the body ended'],
  ] as const)
    it(`tells that the response ${what}, and leaves no timer when it is closed then`, async () => {
      await Promise.resolve();
      const before = timers();
      const { error, source } = await told(response());
      equal(String(error), text);
      source.close();
      equal(timers(), before);
    });
});

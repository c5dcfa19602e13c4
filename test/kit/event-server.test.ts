import { deepEqual, equal } from 'node:assert/strict';
import { EventServer, frame } from './event-server';
import { FaultServer, respond } from './fault-server';
import { RestlessServer } from './restless-server';
import { until } from './within';

describe('kit: event server', () => {
  let server: FaultServer;
  let chunks: Uint8Array[];
  let ended: number;
  before(async () => {
    server = await FaultServer.start();
  });
  beforeEach(() => {
    chunks = [];
    ended = 0;
  });
  afterEach(() => server.heal());
  after(() => server.close());

  /** Collects what a stream says, until it breaks. */
  const listen = async (url = server.url) => {
    const response = await fetch(`${url}/events`);
    const read = async () => {
      for await (const chunk of response.body ?? []) chunks.push(chunk);
    };
    void read()
      .catch(() => {})
      .finally(() => ended++);
    return response.status;
  };
  const text = () => Buffer.concat(chunks).toString('utf8');
  const said = (part: string) => until(`the text ${part}`, () => text().includes(part));

  it('streams what it says, heartbeats and pieces among them, and tells the state at each reading', async () => {
    const events = new EventServer((reading) => (reading === 2 ? Promise.resolve({ late: true }) : { reading }));
    server.good = events.behaviour;
    equal(await listen(), 200);
    events.say('a', { value: 1 });
    events.heartbeat();
    await events.sendSlowly(frame('b', 'ä'));
    await said('event: a\ndata: {"value":1}\n\n: heartbeat\n\nevent: b\ndata: "ä"\n\n');
    const bodies = [];
    for (let count = 0; count < 3; count++) bodies.push(await (await fetch(`${server.url}/state`)).json());
    deepEqual([bodies, events.readings, events.opened], [[{ reading: 1 }, { late: true }, { reading: 3 }], 3, 1]);
    equal((await fetch(server.url, { method: 'PUT' })).status, 405);
  });

  it('cuts streams, refuses them for a while, and lets them lie', async () => {
    const events = new EventServer(() => ({}));
    server.good = events.behaviour;
    await listen();
    events.cutWithin(frame('a', 'whole'), 0.5);
    await until('the end', () => ended === 1);
    equal(text(), frame('a', 'whole').slice(0, frame('a', 'whole').length / 2));
    await listen();
    events.hush();
    await until('the end', () => ended === 2);
    equal(await listen(), 503);
    events.isHushed = false;
    await listen();
    events.freeze();
    equal(events.isHeard, false);
    events.say('b', 1);
    await listen();
    events.say('c', 1);
    await said('event: c');
    equal(text().includes('event: b'), false);
  });

  it('that changes all the time knows what listeners can have received', async () => {
    const restless = await new RestlessServer({
      ids: ['x', 'y'],
      frame: (id, value) => frame(id, value),
      list: (values) => Object.fromEntries(values),
    }).listen();
    const url = `http://127.0.0.1:${restless.port}`;
    restless.change('x');
    await listen(url);
    restless.change('y');
    restless.changeAndCut('x', 0.2);
    await until('the end', () => ended > 0);
    deepEqual(
      restless.changes.map(({ id, value, fate }) => [id, value, fate]),
      [
        ['x', 1, 'missed'],
        ['y', 2, 'told'],
        ['x', 3, 'cut'],
      ],
    );
    deepEqual(await (await fetch(`${url}/state`)).json(), { x: 3, y: 2 });
    await restless.close();
    server.good = respond({});
  });
});

import assert from 'node:assert/strict';
import type { Message } from '../../src/node-red/red';
import { REMEMBERED } from '../../src/vendors/thingsquare/listing-changes';
import { QUESTIONS } from '../../src/vendors/thingsquare/missing-devices';
import { SECOND } from '../../src/vendors/thingsquare/thingsquare-events';
import { OUTPUT, TAB } from '../kit/audit';
import { type Behaviour, type Recorded, respond } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { backend, says } from './backend';
import { thingsquare } from './vendor';

type DeviceListing = Record<string, Record<string, Record<string, { value: string; time: number }>>>;
const isQuestion = ({ path }: Recorded) => /^\/0\/devices\/./.test(path);
const page =
  (status: number): Behaviour =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'text/html' }).end('<html>no</html>');
const once = (first: Behaviour, others: Behaviour): Behaviour => {
  let isFirst = true;
  return (response, request) => {
    (isFirst ? first : others)(response, request);
    isFirst = false;
  };
};
const temperature = (value: string, time = 1000) => ({ s: { temperature: { value, time } } });

describe('thingsquare-events and its devices', () => {
  const stage = new Stage(thingsquare);
  let devices: DeviceListing;
  /** What one device is answered with, where that is not what the listing has. */
  let alone: Record<string, Behaviour>;
  const { characters } = REMEMBERED;

  before(() => {
    SECOND.milliseconds = 100;
  });
  after(() => {
    SECOND.milliseconds = 1000;
  });
  beforeEach(() => {
    devices = { one: temperature('1'), two: temperature('2') };
    alone = {};
    backend(stage.server, (response, request) => {
      const id = decodeURIComponent(request.path.replace('/0/devices/', ''));
      const known = request.path === '/0/devices/' ? devices : devices[id];
      const usual = request.path === '/0/user/' ? respond({ login: 'dummy@example.com' }) : known ? respond(known) : says('not found', 404);
      (alone[id] ?? usual)(response, request);
    });
  });
  afterEach(() => {
    REMEMBERED.characters = characters;
    QUESTIONS.share = 0.25;
    SECOND.milliseconds = 100;
  });

  const node = (more: Record<string, unknown> = {}) => ({
    id: 'node',
    type: 'thingsquare-events',
    connection: 'frontend',
    interval: 1,
    ...more,
  });
  const another = (id: string, more = {}): FlowNode => ({ ...node({ id, ...more }), z: TAB, wires: [[OUTPUT]] });
  const open = async (more: Record<string, unknown> = {}, others: FlowNode[] = []) => {
    await stage.open(node(more), {}, others);
  };
  const questions = (id: string) => stage.server.requests.filter(({ path }) => path === `/0/devices/${id}`).length;
  const listings = () => stage.server.requests.filter(({ path }) => path === '/0/devices/').length;
  const nextListing = async () => {
    const before = listings();
    await until('the next listing but one', listings, (count) => count >= before + 2);
  };
  const events = (count: number): Promise<Message[]> =>
    until(
      `${count} events`,
      () => stage.audit.outputs,
      ({ length }) => length >= count,
    );
  const short = ({ topic, payload, event }: Message): string => {
    const { type, initial, resumed } = event as { type: string; initial: boolean; resumed: boolean };
    return `${initial ? 'initial' : resumed ? 'resumed' : 'live'} ${type} ${topic} ${payload}`;
  };
  /** Of the messages from one on. */
  const told = async (from: number, count: number) => (await events(from + count)).slice(from).map(short);
  const without = (id: string): DeviceListing => Object.fromEntries(Object.entries(devices).filter(([known]) => known !== id));

  it('tells of one that was added, and then of its variables; and of one that was removed', async () => {
    await open();
    assert.deepEqual(await told(0, 2), ['initial variable one/s/temperature 1', 'initial variable two/s/temperature 2']);
    devices = { ...devices, three: temperature('3') };
    assert.deepEqual(await told(2, 2), ['live device-added three true', 'live variable three/s/temperature 3']);
    const [, , added, variable] = stage.audit.outputs;
    const rest = { vendor: 'thingsquare', source: 'poll', initial: false, resumed: false };
    assert.deepEqual(added?.event, { ...rest, type: 'device-added', raw: temperature('3') });
    assert.deepEqual(variable?.event, { ...rest, type: 'variable', raw: { value: '3', time: 1000 }, kind: 's', time: 1000 });
    devices = without('one');
    assert.deepEqual(await told(4, 1), ['live device-removed one false']);
    assert.deepEqual(stage.audit.outputs[4]?.event, { ...rest, type: 'device-removed', raw: null });
    await nextListing();
    assert.equal(stage.audit.outputs.length, 5);
  });

  it('emits a device that came back, with all its variables', async () => {
    await open();
    await events(2);
    const all = devices;
    devices = without('one');
    await events(3);
    devices = all;
    assert.deepEqual(await told(3, 2), ['live device-added one true', 'live variable one/s/temperature 1']);
  });

  for (const [what, behaviour] of [
    ['is there all the same', respond(temperature('1'))],
    ['is not to be had just now', says('down', 503, { 'retry-after': '0' })],
    ['is answered with a page', says('<html>', 200)],
    ['is answered with an object that is empty', respond({})],
    ...[400, 403, 404].map((status) => [`is answered with a page and ${status}`, page(status)] as const),
    ['is said not to be there but once', once(says('not found', 404), respond(temperature('1')))],
  ] as const)
    it(`takes one for removed not because a listing leaves it out, where it ${what} when it is asked for itself`, async () => {
      await open();
      await events(2);
      alone.one = behaviour;
      const all = devices;
      devices = without('one');
      await until('two questions', () => questions('one') >= 2);
      await nextListing();
      devices = { ...all, one: temperature('5', 5000) };
      assert.deepEqual(await told(2, 1), ['live variable one/s/temperature 5']);
      assert.deepEqual(stage.audit.reports, []);
    });

  for (const [what, behaviour] of [
    ['with nothing', says('')],
    ['with the word undefined', says('undefined')],
    ['with null', respond(null)],
    ['with device-fail', says('device-fail', 400)],
    ['that it is forbidden', says('no', 403)],
    ['that there is none, by the status alone', says('', 404)],
    ['that there is none, as text that is called HTML', says('not found', 404, { 'content-type': 'text/html' })],
  ] as const)
    it(`takes one for removed that is answered ${what}`, async () => {
      await open();
      await events(2);
      alone.one = behaviour;
      devices = without('one');
      assert.deepEqual(await told(2, 1), ['live device-removed one false']);
      assert.equal(questions('one'), 2);
    });

  it('tells of none whose name is no ID, but of that once', async () => {
    await open();
    await events(2);
    const all = devices;
    devices = { ...all, '..': temperature('3'), '': temperature('4') };
    await nextListing();
    devices = { ...all, three: temperature('5') };
    assert.deepEqual(await told(2, 2), ['live device-added three true', 'live variable three/s/temperature 5']);
    const warnings = stage.red.logs.filter(({ level, text }) => level === 'warn' && /a name that is no ID/.test(text));
    assert.equal(warnings.length, 2);
  });

  it('tells of what happened while the backend was not there once, marked as resumed', async () => {
    await open();
    await events(2);
    await stage.server.refuse();
    await until(
      'the trouble',
      () => stage.red.statuses.at(-1)?.status.text ?? '',
      (text) => text.startsWith('UNREACHABLE'),
    );
    devices = { ...without('one'), three: temperature('3') };
    await stage.server.heal();
    const wanted = ['resumed device-added three true', 'resumed variable three/s/temperature 3', 'resumed device-removed one false'];
    assert.deepEqual(await told(2, 3), wanted);
  });

  it('tells of what happened during a redeploy once, marked as resumed', async () => {
    await open();
    await events(2);
    stage.red.node('node').on('close', () => {
      devices = { ...without('one'), three: temperature('3') };
    });
    await stage.audit.deploy('nodes', node({ name: 'changed' }));
    const wanted = ['resumed device-added three true', 'resumed variable three/s/temperature 3', 'resumed device-removed one false'];
    assert.deepEqual(await told(2, 3), wanted);
  });

  it('tells of one device only, where that is asked', async () => {
    await open({ device: 'three' });
    await nextListing();
    devices = { ...without('one'), three: temperature('3') };
    await events(2);
    devices = without('three');
    assert.deepEqual(await told(0, 3), [
      'live device-added three true',
      'live variable three/s/temperature 3',
      'live device-removed three false',
    ]);
  });

  for (const filter of [{ kind: 's' }, { variable: 'temperature' }])
    it(`tells of variables only, where ${Object.keys(filter)[0]} says which`, async () => {
      await open(filter);
      await events(2);
      devices = { ...without('one'), three: temperature('3') };
      assert.deepEqual(await told(2, 1), ['live variable three/s/temperature 3']);
      await nextListing();
      assert.equal(stage.audit.outputs.length, 3);
      assert.equal(stage.server.requests.filter(({ path }) => path === '/0/devices/one').length, 0);
    });

  it('treats as known the devices that it watches for the first time after its settings have changed', async () => {
    await open({ kind: 's' });
    await events(2);
    await stage.audit.deploy('nodes', node({ kind: '', device: 'two' }));
    await nextListing();
    await stage.audit.deploy('nodes', node({ kind: '', device: '' }));
    await nextListing();
    assert.equal(stage.audit.outputs.length, 2);
    devices = { ...devices, three: temperature('3') };
    assert.deepEqual(await told(2, 2), ['live device-added three true', 'live variable three/s/temperature 3']);
  });

  it('asks for few at a time, however many have gone, twice, and once for all nodes', async () => {
    devices = Object.fromEntries(Array.from({ length: 75 }, (_, index) => [`device-${index}`, {}]));
    await open({}, [another('other')]);
    await nextListing();
    let [under, most] = [0, 0];
    const { good } = stage.server;
    stage.server.good = (response, request) => {
      if (isQuestion(request)) {
        most = Math.max(most, ++under);
        response.on('close', () => under--);
      }
      good(response, request);
    };
    devices = {};
    await events(150);
    assert.equal(stage.audit.outputs.length, 150);
    assert.equal(stage.server.requests.filter(isQuestion).length, 150);
    assert.ok(most <= 10, `${most} at the same time`);
  });

  /** How many were asked for after each listing. */
  const portions = () => {
    const letters = stage.server.requests.map((request) => (request.path === '/0/devices/' ? '|' : isQuestion(request) ? 'x' : ''));
    return letters
      .join('')
      .split('|')
      .map(({ length }) => length);
  };

  it('asks for more after each listing where many have gone indeed', async () => {
    SECOND.milliseconds = 1000;
    // How many requests fit into a quarter of a second depends on the machine.
    QUESTIONS.share = 30;
    devices = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`device-${index}`, {}]));
    await open();
    await nextListing();
    devices = {};
    await events(60);
    assert.deepEqual(
      portions().filter((count) => count > 0),
      [10, 20, 40, 40, 10],
    );
  });

  it('asks for few after each listing that is wrong', async () => {
    devices = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`device-${index}`, temperature('1')]));
    await open();
    await events(60);
    backend(stage.server, (response, { path }) => respond(path === '/0/devices/' ? {} : temperature('1'))(response, {} as Recorded));
    await until('some questions', () => stage.server.requests.filter(isQuestion).length > 50);
    assert.ok(
      portions().every((count) => count <= 10),
      portions().join(),
    );
  });

  it('tells of no more than it can remember, and says so once', async () => {
    REMEMBERED.characters = 1000;
    devices = { one: { s: Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`name-${index}`, { value: 'x', time: 1 }])) } };
    await open();
    await nextListing();
    const { length } = stage.audit.outputs;
    assert.ok(length > 20 && length < 100, `${length} events`);
    const warnings = () => stage.red.logs.filter(({ level, text }) => level === 'warn' && /than this node can remember/.test(text)).length;
    assert.equal(warnings(), 1);
    await nextListing();
    assert.deepEqual([stage.audit.outputs.length, warnings()], [length, 1]);
    // What is gone makes room.
    devices = { one: { s: { other: { value: 'y', time: 2 } } } };
    assert.deepEqual(await told(length, 1), ['live variable one/s/other y']);
  });

  it('keeps only a digest of a long value', async () => {
    REMEMBERED.characters = 2000;
    devices = { one: { s: { text: { value: 'x'.repeat(100_000), time: 1 } } } };
    await open();
    await events(1);
    devices = { one: { s: { text: { value: `${'x'.repeat(100_000)}y`, time: 1 } } } };
    await events(2);
    await nextListing();
    assert.equal(stage.audit.outputs.length, 2);
  });

  it('asks no more when its last node has gone', async () => {
    let count = 0;
    const { good } = stage.server;
    stage.server.good = (response, request) => {
      if (request.path === '/0/devices/') devices = { one: temperature('1', ++count) };
      good(response, request);
    };
    // Its own listings are the clock.
    await open({ interval: 4 }, [another('quick'), another('quick-too')]);
    await events(6);
    // A frontend that is given its credentials anew is made anew.
    const flow = stage.audit.flow.map(({ credentials: _known, ...one }) => one);
    stage.audit.flow = flow.filter(({ id }) => !id.startsWith('quick'));
    await stage.audit.deploy('nodes');
    const from = { outputs: stage.audit.outputs.length, listings: listings() };
    await events(from.outputs + 4);
    const own = stage.audit.outputs.length - from.outputs;
    assert.ok(listings() - from.listings <= own + 1, `${listings() - from.listings} listings for ${own} events`);
    // It asks again when there is one again.
    stage.audit.flow = flow;
    await stage.audit.deploy('nodes');
    const before = listings();
    await until('more listings', () => listings() >= before + 4);
  });
});

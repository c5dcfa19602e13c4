import assert from 'node:assert/strict';
import type { Message } from '../../src/node-red/red';
import { SECOND } from '../../src/vendors/thingsquare/thingsquare-events';
import { OUTPUT, TAB } from '../kit/audit';
import { respond } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { backend, isLogin, opensSession, says } from './backend';
import { thingsquare } from './vendor';

type VariableValue = string | { type: 'Buffer'; data: number[] };
interface Variable {
  value: VariableValue;
  time: number;
  acked?: number;
}
type DeviceListing = Record<string, Record<string, Record<string, Variable>>>;

describe('thingsquare-events', () => {
  const stage = new Stage(thingsquare);
  let devices: DeviceListing;

  before(() => {
    SECOND.milliseconds = 200;
  });
  after(() => {
    SECOND.milliseconds = 1000;
  });
  beforeEach(() => {
    devices = {
      one: {
        d: { period: { value: '60', time: 1000, acked: 1000 } },
        s: { temperature: { value: '21.5', time: 2000 } },
        meta: { state: { value: 'connected', time: 3000 } },
      },
      two: { s: { temperature: { value: '19', time: 2500 } } },
    };
    backend(stage.server, (response, request) => respond(devices)(response, request));
  });

  const node = (more: Record<string, unknown> = {}) => ({
    id: 'node',
    type: 'thingsquare-events',
    connection: 'frontend',
    interval: 1,
    ...more,
  });
  const open = async (more: Record<string, unknown> = {}, others: FlowNode[] = []) => {
    await stage.open(node(more), {}, others);
  };
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
  const failed = (code: string) =>
    until(
      `status ${code}`,
      () => stage.red.statuses.at(-1)?.status.text ?? '',
      (text) => text.startsWith(code),
    );
  const kindOf = ({ event }: Message): string => {
    const { initial, resumed } = event as { initial: boolean; resumed: boolean };
    return initial ? 'initial' : resumed ? 'resumed' : 'live';
  };
  const short = (messages: readonly Message[]) => messages.map((message) => `${kindOf(message)} ${message.topic} ${message.payload}`);
  const set = (device: string, kind: string, name: string, value: VariableValue, time: number) => {
    devices = { ...devices, [device]: { ...devices[device], [kind]: { ...devices[device]?.[kind], [name]: { value, time } } } };
  };

  /** Happens as soon as the node has gone, before it comes back. */
  const meanwhile = (change: () => void) => stage.red.node('node').on('close', () => change());

  it('tells the state at start, and then each change once', async () => {
    await open();
    assert.deepEqual(short(await events(4)), [
      'initial one/d/period 60',
      'initial one/s/temperature 21.5',
      'initial one/meta/state connected',
      'initial two/s/temperature 19',
    ]);
    await stage.audit.status({ fill: 'green', shape: 'dot', text: 'connected' });
    set('one', 's', 'temperature', '22', 4000);
    const [, , , , change] = await events(5);
    assert.deepEqual(
      [change?.topic, change?.payload, change?.event],
      [
        'one/s/temperature',
        '22',
        {
          ...{ vendor: 'thingsquare', source: 'poll', type: 'variable', initial: false, resumed: false },
          ...{ raw: { value: '22', time: 4000 }, kind: 's', time: 4000 },
        },
      ],
    );
    await nextListing();
    assert.equal(stage.audit.outputs.length, 5);
    assert.equal(stage.server.requests.filter(isLogin).length, 1);
  });

  it('tells all the rest of a listing in which something is odd, and of that once', async () => {
    devices = { ...devices, three: 'odd' as never, four: { d: { odd: 5 as never } } };
    await open();
    await events(4);
    await nextListing();
    assert.equal(stage.audit.outputs.length, 4);
    const told = stage.red.logs.filter(({ id, level }) => id === 'node' && level === 'warn').map(({ text }) => text);
    assert.deepEqual(told, [
      'the entry "three" of the response is left out: expected object, received string',
      'the entry "odd" of the response is left out: expected object, received number',
    ]);
  });

  it('tells of the same value that was reported anew, but not of an acknowledgement', async () => {
    await open({ device: 'one' });
    await events(3);
    devices = { ...devices, one: { ...devices.one, d: { period: { value: '60', time: 1000, acked: 5000 } } } };
    await nextListing();
    set('one', 's', 'temperature', '21.5', 6000);
    assert.deepEqual(short(await events(4)).slice(3), ['live one/s/temperature 21.5']);
  });

  it('gives bytes as a Buffer', async () => {
    set('two', 's', 'key', { type: 'Buffer', data: [1, 2] }, 1);
    await open({ device: 'two', variable: 'key' });
    assert.deepEqual((await events(1))[0]?.payload, Buffer.from([1, 2]));
  });

  for (const [what, settings, topics] of [
    ['a device', { device: 'two' }, ['two/s/temperature']],
    ['a kind', { kind: 's' }, ['one/s/temperature', 'two/s/temperature']],
    ['a variable', { variable: 'temperature' }, ['one/s/temperature', 'two/s/temperature']],
    ['a variable of a device', { device: 'one', kind: 'd', variable: 'period' }, ['one/d/period']],
  ] as const)
    it(`tells of ${what} only, where that is asked`, async () => {
      await open(settings);
      await events(topics.length);
      await nextListing();
      assert.deepEqual(
        stage.audit.outputs.map(({ topic }) => topic),
        topics,
      );
    });

  it('tells what changed while the backend was not there once, marked as resumed', async () => {
    await open({ kind: 's' });
    await events(2);
    await stage.server.refuse();
    await failed('UNREACHABLE');
    set('one', 's', 'temperature', '23', 5000);
    set('two', 's', 'new', 'x', 5000);
    await stage.server.heal();
    assert.deepEqual(short(await events(4)).slice(2), ['resumed one/s/temperature 23', 'resumed two/s/new x']);
    await stage.audit.status({ fill: 'green', shape: 'dot' });
    set('one', 's', 'temperature', '24', 6000);
    assert.deepEqual(short(await events(5)).slice(4), ['live one/s/temperature 24']);
    assert.deepEqual(
      stage.audit.reports.map(({ error }) => error.code),
      ['UNREACHABLE'],
    );
  });

  it('tells what changed during a redeploy once, marked as resumed, and nothing else again', async () => {
    await open({ kind: 's' });
    await events(2);
    await nextListing();
    meanwhile(() => set('one', 's', 'temperature', '23', 5000));
    await stage.audit.deploy('nodes', node({ name: 'changed' }));
    assert.deepEqual(short(await events(3)).slice(2), ['resumed one/s/temperature 23']);
    await nextListing();
    assert.equal(stage.audit.outputs.length, 3);
  });

  it('tells what came up during a redeploy as resumed, and as initial what the node has not watched before', async () => {
    await open({ kind: 's', variable: 'temperature' });
    await events(2);
    meanwhile(() => set('three', 's', 'temperature', '30', 1000));
    await stage.audit.deploy('nodes', node({ name: 'changed' }));
    assert.deepEqual(short(await events(3)).slice(2), ['resumed three/s/temperature 30']);
    await nextListing();
    meanwhile(() => set('four', 's', 'temperature', '40', 1000));
    await stage.audit.deploy('nodes', node({ kind: '', variable: '' }));
    assert.deepEqual(
      short(await events(6))
        .slice(3)
        .sort(),
      ['initial one/d/period 60', 'initial one/meta/state connected', 'resumed four/s/temperature 40'],
    );
  });

  it('tells what came up during a redeploy as resumed, although there was nothing before', async () => {
    await open({ device: 'three' });
    await nextListing();
    meanwhile(() => set('three', 's', 'temperature', '30', 1000));
    await stage.audit.deploy('nodes', node({ name: 'changed' }));
    assert.deepEqual(short(await events(2)), ['resumed three true', 'resumed three/s/temperature 30']);
  });

  it('begins anew at another frontend', async () => {
    await open({ device: 'two' });
    await events(1);
    await nextListing();
    stage.audit.flow = stage.audit.flow.map((one) => (one.id === 'frontend' ? { ...one, baseUrl: `${stage.server.url}/below` } : one));
    const { good } = stage.server;
    stage.server.good = (response, request) => good(response, { ...request, path: request.path.replace('/below', '') });
    await stage.audit.deploy('full');
    assert.deepEqual(short(await events(2)), Array(2).fill('initial two/s/temperature 19'));
  });

  it('tells nothing anew because one listing had less', async () => {
    await open({ device: 'two' });
    await events(1);
    const { two, ...others } = devices;
    // It is there when it is asked for itself.
    backend(stage.server, (response, request) => respond(request.path.endsWith('/two') ? two : devices)(response, request));
    devices = {};
    await nextListing();
    devices = { ...others, two: { ...two, s: { ...two?.s, new: { value: 'x', time: 1 } } } };
    assert.deepEqual(short(await events(2)), ['initial two/s/temperature 19', 'live two/s/new x']);
    await nextListing();
    assert.equal(stage.audit.outputs.length, 2);
  });

  it('gives each message what is its own', async () => {
    set('two', 's', 'key', { type: 'Buffer', data: [1, 2] }, 1);
    set('two', 's', 'state', { deep: [1] } as unknown as VariableValue, 1);
    await open({ device: 'two' }, [{ ...node({ id: 'other', device: 'two' }), z: TAB, wires: [[OUTPUT]] }]);
    await events(6);
    stage.audit.flow = [...stage.audit.flow, { ...node({ id: 'late', device: 'two' }), z: TAB, wires: [[OUTPUT]] }];
    await stage.audit.deploy('nodes');
    const all = await events(9);
    const parts = (topic: string) =>
      all.filter((message) => message.topic === topic).flatMap(({ payload, event }) => [payload, (event as { raw: Variable }).raw.value]);
    for (const [topic, value] of [
      ['two/s/key', Buffer.from([1, 2])],
      ['two/s/state', { deep: [1] }],
    ] as const) {
      assert.deepEqual(parts(topic), Array(6).fill(value));
      assert.equal(new Set(parts(topic)).size, 6);
    }
    assert.equal(new Set(all.map(({ event }) => (event as { raw: Variable }).raw)).size, 9);
  });

  it('passes over what is not as it should be, and tells the rest', async () => {
    const odd = {
      ...{ one: null, two: 'x', three: { d: null, s: 5, meta: [] } },
      four: {
        d: { period: { value: '60', time: 1000, acked: null }, broken: null, word: 'warm' },
        s: { none: { value: '1' }, text: { value: '2', time: 'now' }, nothing: { value: '3', time: null } },
      },
    };
    stage.server.always((response, request) => (isLogin(request) ? opensSession() : respond(odd))(response, request));
    await open();
    const told = (await events(4)).map(({ topic, event }) => [topic, (event as { raw: Variable }).raw, 'time' in (event as object)]);
    assert.deepEqual(told, [
      ['four/d/period', { value: '60', time: 1000 }, true],
      ['four/s/none', { value: '1' }, false],
      ['four/s/text', { value: '2' }, false],
      ['four/s/nothing', { value: '3' }, false],
    ]);
    await nextListing();
    assert.deepEqual([stage.audit.outputs.length, stage.audit.reports], [4, []]);
  });

  it('lists once for all nodes of a frontend that want it as often', async () => {
    const others = Array.from({ length: 9 }, (_, index) => ({
      ...node({ id: `other-${index}` }),
      z: TAB,
      wires: [[OUTPUT]],
    }));
    await open({}, others);
    await events(40);
    const count = listings();
    await nextListing();
    assert.ok(count < 10, `${count} listings for 10 nodes`);
    assert.equal(stage.audit.outputs.length, 40);
    assert.equal(stage.server.requests.filter(isLogin).length, 1);
  });

  it('gives what is known to a node that joins later', async () => {
    await open({}, [{ ...node({ id: 'other' }), z: TAB, wires: [[OUTPUT]] }]);
    await events(8);
    // A frontend that is given its credentials anew is made anew.
    const flow = stage.audit.flow.map(({ credentials: _known, ...one }) => one);
    stage.audit.flow = flow.filter(({ id }) => id !== 'other');
    await stage.audit.deploy('nodes');
    await nextListing();
    stage.audit.flow = flow;
    await stage.audit.deploy('nodes');
    await until(
      'its state',
      () => stage.audit.outputs.length,
      (count) => count === 12,
    );
  });

  it('says that the login was refused, and does not ask with every poll', async () => {
    stage.server.always(says('login-fail', 403));
    await open();
    await stage.audit.status({ fill: 'red', shape: 'ring', text: 'UNAUTHORIZED' });
    assert.equal((await stage.audit.report()).error.message, 'login or password is wrong (HTTP 403: login-fail)');
    // A frontend without new credentials goes on.
    stage.audit.flow = stage.audit.flow.map(({ credentials: _known, ...one }) => one);
    await stage.audit.deploy('nodes', node({ name: 'again' }));
    await until('another report', () => stage.audit.reports.length === 2);
    assert.equal(stage.server.requests.length, 1);
  });

  it('says what is not configured', async () => {
    for (const [settings, message] of [
      [{ kind: 'x' }, /^kind must be one of d, s, meta, not "x"$/],
      [{ connection: '' }, /^connection: no thingsquare-frontend is chosen/],
    ] as const) {
      await open(settings);
      await stage.audit.status({ fill: 'grey', shape: 'ring', text: 'not configured' });
      assert.match((await stage.audit.report()).error.message, message);
    }
  });

  it('reports a response that is none once, and goes on', async () => {
    await open({ device: 'two' });
    await events(1);
    stage.server.next(respond([1]), says('undefined'));
    await failed('BAD_RESPONSE');
    await stage.audit.status({ fill: 'green', shape: 'dot' });
    assert.deepEqual(
      stage.audit.reports.map(({ error }) => error.code),
      ['BAD_RESPONSE'],
    );
    assert.equal(stage.audit.outputs.length, 1);
  });
});

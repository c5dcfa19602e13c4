import '../kit/once';
import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { RENEWAL } from '../../src/core/follow/renewals';
import { PUSH } from '../../src/vendors/thingsquare/push-feed';
import { dice } from '../kit/dice';
import { until } from '../kit/within';
import { codes, HASTY, kinds, PushStage, short } from './push-stage';

const DEVICES = 20;

describe('the push of thingsquare-events', () => {
  const stage = new PushStage();
  const usual = { ...RENEWAL };
  afterEach(() => void Object.assign(RENEWAL, usual));

  it('tells the state at start, and then each change at the moment it happens, once', async () => {
    const node = await stage.follow(stage.client());
    await until('live', () => kinds(node).at(-1) === 'live');
    deepEqual(short(node), ['initial one/s/x 0']);
    deepEqual(stage.backend.texts, ['{"delta":true,"throttletime":0}']);
    stage.backend.change('one');
    await until('the change', () => node.events.length === 2);
    const { topic, payload, source, type, raw, details, initial, resumed } = node.events[1] ?? {};
    deepEqual(
      { topic, payload, source, type, raw, details, initial, resumed },
      {
        ...{ topic: 'one/s/x', payload: '1', source: 'push', type: 'variable', raw: { value: '1', time: 1 } },
        ...{ details: { kind: 's', time: 1 }, initial: false, resumed: false },
      },
    );
    equal(node.events[0]?.source, 'push');
    deepEqual([kinds(node), node.reports, stage.backend.listings], [['connecting', 'live'], [], 1]);
  });

  it('ends at the true state after 200 cuts at any byte, with nothing twice, nothing of another account, and `resumed` where it belongs', async () => {
    const { backend } = stage;
    // A session may end again while it is renewed, which is known only when the new one is no longer trusted.
    Object.assign(RENEWAL, { worked: { first: 1, most: 20 }, lost: { first: 1, most: 20 }, trust: 20 });
    const idOf = (index: number) => `device-${index}`;
    for (let index = 0; index < DEVICES; index++) {
      backend.a[idOf(index)] = { s: { x: { value: '0', time: 0 } } };
      (backend.accounts.b as typeof backend.a)[`other-${index}`] = { s: { x: { value: '0', time: 0 } } };
    }
    const [node, other] = [await stage.follow(stage.client()), await stage.follow(stage.client('b'))];
    await until('both listen', () => backend.sockets.size === 2);
    const random = dice(20261129);
    for (let cuts = 0; cuts < 200; cuts++) {
      const wait = () => new Promise((resolve) => setTimeout(resolve, random(12)));
      for (let changes = random(8); changes > 0; changes--) backend.change(idOf(random(DEVICES)));
      for (let changes = random(4); changes > 0; changes--) backend.change(`other-${random(DEVICES)}`, { account: 'b' });
      await wait();
      if (random(20) === 0) backend.endSessions();
      backend.changeAndCut(idOf(random(DEVICES)), random(100) / 100);
      for (let changes = random(4); changes > 0; changes--) backend.change(idOf(random(DEVICES)));
      await wait();
      if (random(3) > 0) await until('they listen again', () => backend.sockets.size === 2);
    }
    for (let index = 0; index < DEVICES; index++) {
      backend.change(idOf(index));
      backend.change(`other-${index}`, { account: 'b' });
    }
    for (const [follower, account] of [
      [node, 'a'],
      [other, 'b'],
    ] as const)
      await until(`the true state of ${account}`, () => {
        const seen = new Map(follower.events.map(({ topic, payload }) => [topic, payload]));
        return [...backend.values(account)].every(([topic, value]) => seen.get(topic) === value);
      });
    ok(backend.opened > 200, `only ${backend.opened} connections`);
    const fates = new Map(backend.changes.map(({ topic, value, fate }) => [`${topic}=${value}`, fate]));
    for (const follower of [node, other]) {
      const told = follower.events.filter(({ initial }) => !initial);
      const keys = told.map(({ topic, payload }) => `${topic}=${payload}`);
      deepEqual(keys.length, new Set(keys).size, 'nothing twice');
      for (const [index, key] of keys.entries()) {
        ok(fates.has(key), `${key} never was`);
        if (fates.get(key) === 'missed') equal(told[index]?.resumed, true, `${key} was missed, yet is live`);
      }
      ok(follower.events.every(({ topic }) => topic.startsWith(follower === node ? 'device-' : 'other-') || topic.startsWith('one/')));
      const late = told.filter(({ resumed }) => resumed).length;
      ok(late > 20 && told.length - late > 100, `${late} resumed of ${told.length}`);
      deepEqual(new Set(codes(follower.reports)), new Set(['UNREACHABLE']));
    }
  }).timeout(120_000);

  it('follows live what came while the listing was read, unless the listing had it already', async () => {
    const { backend } = stage;
    backend.a.two = { s: { x: { value: '0', time: 0 } } };
    let release = (): void => {};
    backend.onListing = () => new Promise<void>((resolve) => (release = resolve));
    const node = await stage.follow(stage.client());
    await until('a listing', () => backend.listings === 1);
    backend.onListing = () => {};
    // The body is made now, so that it has this.
    backend.change('one');
    release();
    await until('live', () => kinds(node).at(-1) === 'live');
    deepEqual(short(node).sort(), ['initial one/s/x 0', 'initial two/s/x 0', 'live one/s/x 1'].sort());
  });

  it('finds a socket dead that is cut without a word, and connects again with what was missed', async () => {
    Object.assign(PUSH, { ping: 100, timing: { ...HASTY.timing, silence: 400 } });
    const { backend } = stage;
    const node = await stage.follow(stage.client());
    await until('live', () => kinds(node).at(-1) === 'live');
    // As long as pings are answered, silence is no trouble.
    const began = performance.now();
    await until('a while', () => performance.now() - began > 1200);
    deepEqual([backend.opened, node.reports], [1, []]);
    backend.freeze();
    backend.change('one');
    await until('what was missed', () => node.events.length === 2);
    deepEqual(short(node)[1], 'resumed one/s/x 1');
    deepEqual([codes(node.reports), kinds(node).at(-1)], [['TIMEOUT'], 'live']);
    match(String(node.reports[0]), /nothing heard .* not even the answer to a ping/);
  });

  it('comes back within two minutes of the end of any trouble, although a socket may have been dead', () => {
    ok(HASTY.timing.silence < 110_000 && PUSH.ping * 2 < HASTY.timing.silence && HASTY.timing.silence + 30_000 < 120_000);
  });

  it('renews a session that has ended once, and opens the WebSocket in the new one', async () => {
    const { backend } = stage;
    const node = await stage.follow(stage.client());
    await until('live', () => kinds(node).at(-1) === 'live');
    backend.endSessions();
    backend.change('one');
    backend.cut();
    await until('what was missed', () => node.events.length === 2);
    deepEqual([short(node)[1], backend.logins], ['resumed one/s/x 1', 2]);
    backend.change('one');
    await until('a live change', () => node.events.length === 3);
    equal(short(node)[2], 'live one/s/x 2');
  });

  it('renews it, too, where the backend takes the old session’s WebSocket and closes it at once', async () => {
    const { backend } = stage;
    const node = await stage.follow(stage.client());
    await until('live', () => kinds(node).at(-1) === 'live');
    backend.isCareless = true;
    backend.onOpen = ({ request, client }) => {
      if (request.headers.cookie?.includes('session-1')) client.close();
    };
    backend.endSessions();
    backend.cut();
    await until('it listens in the new session', () => kinds(node).at(-1) === 'live' && backend.logins === 2 && backend.isHeard);
    backend.change('one');
    await until('a change', () => node.events.length === 2);
  });

  it('leaves a WebSocket whose session another request has renewed', async () => {
    Object.assign(PUSH, { ping: 50 });
    const { backend } = stage;
    const client = stage.client();
    const node = await stage.follow(client);
    await until('live', () => kinds(node).at(-1) === 'live');
    backend.endSessions();
    await client.read('/0/devices/', { scope: node.scope });
    backend.change('one');
    await until('what was missed', () => node.events.length === 2);
    deepEqual([short(node)[1], backend.opened, node.reports], ['resumed one/s/x 1', 2, []]);
  });

  it('shares one socket among the nodes of a frontend, and closes it when the last one leaves', async () => {
    const { backend } = stage;
    const client = stage.client();
    const [first, second] = [await stage.follow(client), await stage.follow(client, { device: 'one', kind: 's' })];
    await until('both are live', () => [first, second].every((node) => kinds(node).at(-1) === 'live' && node.events.length === 1));
    equal(backend.opened, 1);
    backend.change('one');
    await until('both', () => first.events.length === 2 && second.events.length === 2);
    await first.scope.end();
    backend.change('one');
    await until('the other', () => second.events.length === 3);
    deepEqual([backend.opened, backend.sockets.size, first.events.length], [1, 1, 2]);
    await second.scope.end();
    await until('the end', () => backend.sockets.size === 0);
    const third = await stage.follow(client);
    await until('it is live', () => kinds(third).at(-1) === 'live');
    deepEqual([backend.opened, short(third)], [2, ['initial one/s/x 2']]);
  });

  it('tells of devices that are claimed and removed', async () => {
    const { backend } = stage;
    const node = await stage.follow(stage.client());
    await until('live', () => kinds(node).at(-1) === 'live');
    const device = { s: { y: { value: 'new', time: 5 } } };
    backend.a.two = device;
    backend.tell('a', { events: { two: { type: 'device-claimed', device }, odd: { type: 'user-event' } } });
    backend.change('two');
    await until('its variables', () => node.events.length === 4);
    deepEqual(short(node).slice(1), ['live device-added two true', 'live two/s/y new', 'live two/s/x 1']);
    delete backend.a.two;
    backend.tell('a', { events: { two: { type: 'device-removed' } } });
    await until('its end', () => node.events.length === 5);
    deepEqual([short(node)[4], stage.backend.listings], ['live device-removed two false', 1]);
  });

  it('reads the listing again for a device that it does not know, and not for each of its changes', async () => {
    Object.assign(PUSH, { timing: { ...HASTY.timing, again: { first: 300, most: 300 } } });
    const { backend } = stage;
    const node = await stage.follow(stage.client());
    await until('live', () => kinds(node).at(-1) === 'live');
    for (let count = 0; count < 50; count++) backend.change('two');
    await until('the device', () => short(node).includes('live two/s/x 50'));
    deepEqual(short(node).slice(1), ['live device-added two true', 'live two/s/x 50']);
    equal(backend.listings, 2);
    // A device of which the listing knows nothing: it is asked again, but seldom.
    const began = performance.now();
    await until('a while', () => {
      backend.tell('a', { delta: { nobody: { s: { x: { value: '1', time: 1 } } } } });
      return performance.now() - began > 1000;
    });
    ok(backend.listings <= 8, `${backend.listings} listings`);
    deepEqual([node.events.length, kinds(node).at(-1)], [3, 'live']);
  });

  it('tells of what was removed during an interruption, when the backend has said so twice', async () => {
    const { backend } = stage;
    backend.a.two = { s: { x: { value: '0', time: 0 } } };
    const node = await stage.follow(stage.client());
    await until('live', () => kinds(node).at(-1) === 'live');
    delete backend.a.two;
    backend.cut();
    await until('the end of the device', () => node.events.length === 3);
    deepEqual(short(node)[2], 'resumed device-removed two false');
  });

  it('tells what the push has left out, by a listing now and then', async () => {
    Object.assign(PUSH, { check: 200 });
    const { backend } = stage;
    const node = await stage.follow(stage.client());
    await until('live', () => kinds(node).at(-1) === 'live');
    backend.a.one = { s: { x: { value: 'unheard', time: 9 } } };
    await until('the change', () => node.events.length === 2);
    deepEqual([short(node)[1], backend.opened], ['live one/s/x unheard', 1]);
  });

  it('takes the listing’s word where a change is older than what it knows', async () => {
    const { backend } = stage;
    backend.a.one = { s: { x: { value: 'now', time: 5000 } } };
    const node = await stage.follow(stage.client());
    await until('live', () => kinds(node).at(-1) === 'live');
    // Late, and not true any more.
    backend.tell('a', { delta: { one: { s: { x: { value: 'before', time: 4000 } } } } });
    await until('another listing', () => backend.listings === 2);
    // Somebody has set it with a time long ago.
    backend.a.one = { s: { x: { value: 'then', time: 1000 } } };
    backend.tell('a', { delta: { one: backend.a.one } });
    await until('the change', () => node.events.length === 2);
    equal(short(node)[1], 'live one/s/x then');
  });

  it('tells nothing of an acknowledgement', async () => {
    const { backend } = stage;
    const node = await stage.follow(stage.client());
    await until('live', () => kinds(node).at(-1) === 'live');
    backend.tell('a', { delta: { one: { s: { x: { value: '0', time: 0, acked: 7 } } } } });
    backend.tell('a', { delta: { one: { s: { x: { acked: 8 } } } } });
    backend.change('one');
    await until('a change', () => node.events.length === 2);
    equal(short(node)[1], 'live one/s/x 1');
  });

  it('tells after a restart what has changed meanwhile, and nothing else', async () => {
    const { backend } = stage;
    backend.a.two = { s: { x: { value: '0', time: 0 } } };
    const kept = new Map<string, unknown>();
    const before = await stage.follow(stage.client(), {}, kept);
    await until('live', () => kinds(before).at(-1) === 'live');
    backend.change('one');
    await until('a change', () => before.events.length === 3);
    await before.scope.end();
    backend.change('two');
    const after = await stage.follow(stage.client(), {}, kept);
    await until('live', () => kinds(after).at(-1) === 'live');
    deepEqual(short(after), ['resumed two/s/x 2']);
  });

  it('goes on with what it knew where a node changes from poll to push', async () => {
    const kept = new Map<string, unknown>();
    const polling = await stage.follow(stage.client(), { transport: 'poll', interval: 1 }, kept);
    await until('the state', () => polling.events.length === 1);
    await polling.scope.end();
    stage.backend.change('one');
    const node = await stage.follow(stage.client(), {}, kept);
    await until('live', () => kinds(node).at(-1) === 'live');
    deepEqual(short(node), ['resumed one/s/x 1']);
  });
});

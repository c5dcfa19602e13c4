import { deepEqual, equal, ok } from 'node:assert/strict';
import { asEnsembleError } from '../../src/core/errors';
import type { VendorEvent } from '../../src/core/follow/events';
import { IN_TURN } from '../../src/vendors/thingsee/alert-feed';
import { ThingseeClient } from '../../src/vendors/thingsee/client';
import { SECOND, start } from '../../src/vendors/thingsee/thing-alerts';
import { BareEventNode } from '../kit/bare-event-node';
import { respond } from '../kit/fault-server';
import { until } from '../kit/within';
import { AlertCloud, iso } from './alert-cloud';
import { CLIENT } from './fake-cloud';

const A = 'TSEN03X2Z74162459';
const B = 'TSGW02X1O73360355';
const { milliseconds } = SECOND;
const { most } = IN_TURN;
const HEARTBEAT = 'heartbeat missed';

interface Payload {
  readonly tuid: string;
  readonly alert_type: string;
  readonly active: boolean;
  readonly from: unknown;
  readonly to: unknown;
}
const payloadOf = ({ payload }: VendorEvent) => payload as Payload;
const marksOf = ({ initial, resumed }: VendorEvent) => (initial ? 'initial' : resumed ? 'resumed' : 'live');
const short = (event: VendorEvent) => `${event.topic} ${payloadOf(event).active ? 'begins' : 'ends'} ${marksOf(event)}`;

describe('thing-alerts', () => {
  let cloud: AlertCloud;
  let client: ThingseeClient;
  let nodes: BareEventNode[];
  beforeEach(async () => {
    SECOND.milliseconds = 20;
    cloud = await AlertCloud.start();
    client = clientOf();
    nodes = [];
  });
  afterEach(async () => {
    Object.assign(SECOND, { milliseconds });
    Object.assign(IN_TURN, { most });
    for (const node of nodes) await node.scope.end();
    await client.close();
    await cloud.server.close();
  });

  const clientOf = () =>
    new ThingseeClient({
      settings: { baseUrl: cloud.url, mqttUrl: undefined },
      credentials: { ...CLIENT, mqttUsername: undefined, mqttPassword: undefined },
      identity: 'test',
      network: { timeout: 2000 },
    });
  const run = async (things?: string[], kept?: Map<string, unknown>, interval = 1) => {
    const node = new BareEventNode(kept);
    nodes.push(node);
    await start(node.context(client, { things, interval }));
    return node;
  };
  /** As a restart: the next instance gets what this one has kept. */
  const restart = async (node: BareEventNode, things?: string[], between = () => {}) => {
    await node.scope.end();
    between();
    return run(things, node.kept);
  };
  const lists = async (count = 2) => {
    const before = cloud.lists;
    await until(`${count} more lists`, () => cloud.lists >= before + count);
  };
  const events = (node: BareEventNode, count: number) =>
    until(
      `${count} events`,
      () => node.events.length,
      (length) => length >= count,
    );
  /** That nothing comes in three more polls. */
  const only = async (node: BareEventNode, wanted: readonly string[]) => {
    await events(node, wanted.length);
    await lists(3);
    deepEqual(node.events.map(short), wanted);
  };

  it('tells what is active at the start as initial, and each begin and end after it once', async () => {
    const first = cloud.begin(A);
    const node = await run();
    await events(node, 1);
    cloud.now += 60;
    cloud.begin(B, 'gateway connection lost');
    await events(node, 2);
    cloud.now += 60;
    cloud.end(A);
    await only(node, [`${A} begins initial`, `${B} begins live`, `${A} ends live`]);
    deepEqual(node.events.map(payloadOf), [
      { tuid: A, alert_type: HEARTBEAT, active: true, from: iso(first.from), to: null },
      { tuid: B, alert_type: 'gateway connection lost', active: true, from: iso(first.from + 60), to: null },
      { tuid: A, alert_type: HEARTBEAT, active: false, from: iso(first.from), to: iso(first.from + 120) },
    ]);
    const [{ raw, source, type } = { raw: undefined }] = node.events;
    deepEqual([source, type, raw], ['poll', 'alert', { tuid: A, alert_type: HEARTBEAT, alerts: [{ from: iso(first.from), to: null }] }]);
  });

  it('tells nothing of what was over before it began', async () => {
    cloud.begin(A, HEARTBEAT, cloud.now - 600);
    cloud.end(A, HEARTBEAT, cloud.now - 300);
    cloud.begin(A, 'battery');
    await only(await run(), [`${A} begins initial`]);
  });

  it('follows several alerts of one thing, of one type too', async () => {
    const node = await run();
    await lists();
    cloud.begin(A);
    await events(node, 1);
    cloud.now += 10;
    cloud.begin(A, 'battery');
    await events(node, 2);
    cloud.now += 10;
    cloud.end(A);
    await events(node, 3);
    cloud.now += 10;
    cloud.begin(A);
    cloud.end(A, 'battery');
    await events(node, 5);
    deepEqual(
      node.events.map(payloadOf).map(({ alert_type, active }) => `${alert_type} ${active}`),
      [`${HEARTBEAT} true`, 'battery true', `${HEARTBEAT} false`, 'battery false', `${HEARTBEAT} true`].sort((a, b) => (a === b ? 0 : 0)),
    );
  });

  it('tells after a restart only what has changed meanwhile, as resumed', async () => {
    cloud.begin(A);
    cloud.begin('STAYS');
    const before = await run();
    await events(before, 2);
    const node = await restart(before, undefined, () => {
      cloud.now += 600;
      cloud.end(A);
      cloud.begin(B);
    });
    await events(node, 2);
    await lists(3);
    deepEqual(node.events.map(short).sort(), [`${A} ends resumed`, `${B} begins resumed`].sort());
  });

  it('tells after a week’s stop what began and ended meanwhile, of things that are named', async () => {
    const before = await run([A]);
    cloud.alertsOf(A);
    await lists();
    const node = await restart(before, [A], () => {
      cloud.now += 7 * 86_400;
      cloud.begin(A, HEARTBEAT, cloud.now - 3 * 86_400);
      cloud.end(A, HEARTBEAT, cloud.now - 3 * 86_400 + 60);
    });
    await only(node, [`${A} begins resumed`, `${A} ends resumed`]);
  });

  it('tells what changed while a poll failed as resumed, and then live again', async () => {
    const node = await run();
    await lists();
    cloud.fault = () => respond({ message: 'trouble' }, 500);
    await until('a trouble', () => node.reports.length === 1);
    cloud.begin(A);
    cloud.fault = () => undefined;
    await events(node, 1);
    cloud.now += 5;
    cloud.end(A);
    await only(node, [`${A} begins resumed`, `${A} ends live`]);
    equal(node.reports.length, 1);
  });

  it('tells of an alert that began and ended between two polls, where the thing is named', async () => {
    cloud.alertsOf(A);
    const node = await run([A]);
    await lists();
    cloud.now += 10;
    cloud.begin(A);
    cloud.end(A, HEARTBEAT, cloud.now + 1);
    await only(node, [`${A} begins live`, `${A} ends live`]);
  });

  it('tells of one that it has not seen when the thing has its next alert', async () => {
    const node = await run();
    await lists();
    cloud.now += 100;
    cloud.begin(A, HEARTBEAT, cloud.now - 60);
    cloud.end(A, HEARTBEAT, cloud.now - 50);
    cloud.begin(A);
    await only(node, [`${A} begins live`, `${A} ends live`, `${A} begins live`]);
  });

  it('finds an alert that has lasted for years, of which the beginning may be unknown', async () => {
    cloud.begin(A, 'old', 1000);
    cloud.begin(B, 'unknown', 0);
    cloud.end(B, HEARTBEAT);
    const node = await run();
    await events(node, 2);
    cloud.now += 5;
    cloud.end(A, 'old');
    await events(node, 3);
    deepEqual(
      node.events
        .map(payloadOf)
        .map(({ from, active }) => `${from} ${active}`)
        .sort(),
      ['1970-01-01T00:00:00 true', '1970-01-01T00:16:40 false', '1970-01-01T00:16:40 true'],
    );
  });

  it('does not hold an alert for ended because a list leaves it out', async () => {
    cloud.begin(A);
    const node = await run();
    await events(node, 1);
    cloud.unlisted.add(A);
    cloud.odd = [5, null, 'OTHER'];
    cloud.alertsOf('OTHER');
    await lists(4);
    cloud.unlisted.clear();
    await only(node, [`${A} begins initial`]);
    ok(node.warnings.some((text) => text.includes('left out')));
  });

  it('waits for the alerts of a thing that cannot be read, and reports that once', async () => {
    cloud.begin(A);
    const node = await run();
    await events(node, 1);
    cloud.fault = ({ path }) => (path.includes(A) ? respond({ statusCode: 403, error: 'Forbidden', message: 'No' }, 403) : undefined);
    cloud.now += 5;
    cloud.end(A);
    await until('the report', () => node.reports.length === 1);
    await lists(3);
    equal(node.events.length, 1);
    cloud.fault = () => undefined;
    await only(node, [`${A} begins initial`, `${A} ends resumed`]);
    deepEqual([node.reports.length, node.reports[0]?.code, node.reports[0]?.cause.target], [1, 'FORBIDDEN', A]);
  });

  it('ends an alert without a time where the thing is gone, or its alert, in two readings', async () => {
    cloud.begin(A);
    cloud.begin(B);
    const node = await run();
    await events(node, 2);
    cloud.things.delete(A);
    cloud.things.set(B, []);
    await events(node, 4);
    await lists(3);
    const ends = node.events.slice(2);
    deepEqual(
      ends.map(payloadOf).map(({ active, to }) => [active, to]),
      [
        [false, null],
        [false, null],
      ],
    );
    deepEqual(ends.map(({ topic }) => topic).sort(), [A, B].sort());
    deepEqual(node.reports, []);
  });

  it('does not take one reading without it for the end of an alert', async () => {
    cloud.begin(A);
    const node = await run();
    await events(node, 1);
    let empty = 0;
    cloud.unlisted.add(A);
    cloud.fault = ({ path }) => (path.includes(`${A}/alerts`) && empty++ < 2 ? respond({ data: [] }) : undefined);
    await until('two empty readings, of the last 30 days and of all', () => empty >= 3);
    cloud.unlisted.clear();
    await only(node, [`${A} begins initial`]);
  });

  it('does not take what a proxy says for the end of an alert', async () => {
    cloud.begin(A);
    const node = await run();
    await events(node, 1);
    for (const [status, body] of [
      [404, '<html>No</html>'],
      [404, '{"message":"no route"}'],
      [200, '<html>Sign in</html>'],
      [200, '{}'],
    ] as const) {
      cloud.fault = () => (response) => {
        response.writeHead(status, { 'content-type': body.startsWith('<') ? 'text/html' : 'application/json' });
        response.end(body);
      };
      const before = cloud.server.requests.length;
      await until('requests', () => cloud.server.requests.length > before + 2);
    }
    cloud.fault = () => undefined;
    await lists(3);
    deepEqual(node.events.map(short), [`${A} begins initial`]);
  });

  it('does not take 404 to the list and to all else for the end of an alert', async () => {
    cloud.begin(A);
    const node = await run();
    await events(node, 1);
    cloud.fault = ({ path }) =>
      path.endsWith('client-token') ? undefined : respond({ statusCode: 404, error: 'Not Found', message: 'No' }, 404);
    await lists(5);
    cloud.fault = () => undefined;
    await only(node, [`${A} begins initial`]);
  });

  it('takes 404 without the vendor’s words for an error', async () => {
    cloud.fault = ({ path }) => (path === '/things/alerts' ? (response) => response.writeHead(404).end() : undefined);
    const node = await run();
    await until('the report', () => node.reports.length > 0);
    deepEqual([node.reports[0]?.code, node.states.at(-1)?.is], ['NOT_FOUND', 'retrying']);
  });

  it('does not end an alert whose entry cannot be read', async () => {
    cloud.begin(A);
    cloud.begin(A, 'battery');
    const node = await run();
    await events(node, 2);
    const alerts = [{ from: iso(cloud.now), to: null }, { from: 'soon' }];
    cloud.fault = ({ path }) => (path.includes(A) ? respond({ data: [{ tuid: A, alert_type: 'battery', alerts }] }) : undefined);
    await lists(5);
    cloud.fault = () => undefined;
    await only(node, [`${A} begins initial`, `${A} begins initial`]);
  });

  it('reads the alerts of a thing at once that has come to the list, has left it, or has lost an alert', async () => {
    IN_TURN.most = 0;
    const node = await run();
    await lists();
    cloud.begin(A);
    await events(node, 1);
    cloud.now += 5;
    cloud.end(A);
    cloud.begin(B);
    await events(node, 3);
    cloud.things.set(B, []);
    await events(node, 4);
    deepEqual(
      node.events
        .map(payloadOf)
        .map(({ tuid, active }) => `${tuid} ${active}`)
        .sort(),
      [`${A} true`, `${A} false`, `${B} true`, `${B} false`].sort(),
    );
  });

  it('takes 404 with the vendor’s own words for no alerts', async () => {
    cloud.fault = ({ path }) =>
      path === '/things/alerts' ? respond({ statusCode: 404, error: 'Not Found', message: 'None' }, 404) : undefined;
    const node = await run();
    await until('it is live', () => node.states.at(-1)?.is === 'live');
    cloud.fault = () => undefined;
    cloud.begin(A);
    await only(node, [`${A} begins live`]);
  });

  it('reports a thing that is named and does not exist, once', async () => {
    cloud.begin(A);
    const node = await run([A, 'NOBODY']);
    await until('the report', () => node.reports.length > 0);
    await only(node, [`${A} begins initial`]);
    deepEqual(
      node.reports.map(({ code, message, cause }) => [code, message, cause.target]),
      [['NOT_FOUND', 'there is no thing NOBODY', 'NOBODY']],
    );
  });

  it('tells only of the things that are named', async () => {
    cloud.begin(A);
    cloud.begin(B);
    await only(await run([B]), [`${B} begins initial`]);
  });

  it('lists once for all nodes with the same interval, and at once for one that comes later', async () => {
    cloud.begin(A);
    const first = await run(undefined, undefined, 1_000_000);
    await events(first, 1);
    const before = cloud.lists;
    const others = await Promise.all([1, 2, 3].map(() => run([A], undefined, 1_000_000)));
    for (const node of others) await events(node, 1);
    ok(cloud.lists - before <= 2, `${cloud.lists - before} lists`);
    equal(first.events.length, 1);
  });

  it('reads of 5,000 things those that matter, and a few in turn', async () => {
    const things = Array.from({ length: 5000 }, (_, index) => `TSPR${String(index).padStart(13, '0')}`);
    for (const tuid of things) cloud.alertsOf(tuid);
    IN_TURN.most = 3;
    for (const tuid of things.slice(0, 10)) cloud.begin(tuid);
    const node = await run();
    await events(node, 10);
    await lists(1);
    const [read, listed] = [cloud.read.length, cloud.lists];
    await lists(5);
    ok(cloud.read.length - read <= (cloud.lists - listed) * 3 + 3, `${cloud.read.length - read} readings in ${cloud.lists - listed} polls`);
    cloud.now += 5;
    cloud.end(things[0] ?? '');
    await events(node, 11);
    deepEqual(payloadOf(node.events[10] as VendorEvent).active, false);
  });

  it('leaves out an alert without a type, or whose time is none, and tells of it once', async () => {
    cloud.begin(A);
    const odd = [{ tuid: A, alert_type: HEARTBEAT, alerts: [{ from: iso(cloud.now), to: '' }, { from: 'soon' }] }, { alert_type: 5 }, null];
    cloud.fault = ({ path }) => (path.includes(A) ? respond({ data: odd }) : undefined);
    const node = await run();
    await only(node, [`${A} begins initial`]);
    ok(
      node.warnings.some((text) => text.includes('it is no time')),
      node.warnings.join(),
    );
  });

  it('tells an alert that lasts once, beside one that has ended and began at the same unknown time', async () => {
    const ended = { from: iso(0), to: iso(cloud.now - 1000) };
    let alerts: object[] = [ended, { from: iso(0), to: null }];
    cloud.begin(A, HEARTBEAT, 0);
    cloud.fault = ({ path }) => (path.includes(`${A}/`) ? respond({ data: [{ tuid: A, alert_type: HEARTBEAT, alerts }] }) : undefined);
    const node = await run();
    await only(node, [`${A} begins initial`]);
    alerts.reverse();
    await only(node, [`${A} begins initial`]);
    cloud.end(A);
    alerts = [{ from: iso(0), to: iso(cloud.now) }, ended];
    await only(node, [`${A} begins initial`, `${A} ends live`]);
    deepEqual(payloadOf(node.events[1] as VendorEvent).to, iso(cloud.now));
  });

  for (const isListed of [true, false])
    it(`tells an alert of a gateway once that is in the list of a sensor, ${isListed ? 'and in its own' : 'and not in its own'}`, async () => {
      const alert = { from: iso(cloud.now), to: null as string | null };
      const others: object[] = [{ tuid: B, alert_type: 'gateway connection lost', alerts: [alert] }];
      if (isListed) cloud.begin(B, 'gateway connection lost');
      else cloud.odd = [A];
      cloud.begin(A);
      const entries = () => [
        ...others,
        { tuid: A, alert_type: HEARTBEAT, alerts: cloud.alertsOf(A).map(({ from }) => ({ from: iso(from) })) },
      ];
      cloud.fault = ({ path }) => (path.includes(`${A}/`) ? respond({ data: entries() }) : undefined);
      const all = await run();
      const [sensor, gateway] = [await run([A]), await run([B])];
      await events(all, 2);
      await lists(4);
      deepEqual(all.events.map(short).sort(), [`${A} begins initial`, `${B} begins initial`].sort());
      deepEqual(payloadOf(all.events.find(({ topic }) => topic === B) as VendorEvent).tuid, B);
      deepEqual([sensor.events.map(short), gateway.events.map(({ topic }) => topic)], [[`${A} begins initial`], [B]]);
      const again = await restart(all);
      await lists(4);
      deepEqual(again.events.map(short), []);
      cloud.now += 5;
      alert.to = iso(cloud.now);
      cloud.end(B, 'gateway connection lost');
      for (const node of [again, gateway]) await events(node, node === again ? 1 : 2);
      await lists(4);
      deepEqual([again.events.map(short), gateway.events.length], [[`${B} ends live`], 2]);
    });

  it('tells what began and ended while it was stopped as resumed, also where only another node reads the thing', async () => {
    for (const pause of [0, 5]) {
      const [all, named] = [await run(), await run([A])];
      await lists();
      for (const node of [all, named]) await node.scope.end();
      cloud.begin(A, HEARTBEAT, cloud.now + 10);
      cloud.end(A, HEARTBEAT, cloud.now + 20);
      cloud.now += 60;
      const again = await run(undefined, all.kept);
      if (pause > 0) await lists(pause);
      const other = await run([A], named.kept);
      for (const node of [again, other]) await only(node, [`${A} begins resumed`, `${A} ends resumed`]);
      for (const node of [again, other]) await node.scope.end();
    }
  });

  it('tells what began and ended during an interruption as resumed, also where only another node reads the thing', async () => {
    cloud.alertsOf(A);
    const [all, named] = [await run(), await run([A])];
    await lists();
    cloud.fault = () => respond({ message: 'trouble' }, 500);
    await until('a trouble', () => all.reports.length === 1);
    cloud.begin(A, HEARTBEAT, cloud.now + 10);
    cloud.end(A, HEARTBEAT, cloud.now + 20);
    cloud.now += 60;
    cloud.fault = () => undefined;
    for (const node of [all, named]) await only(node, [`${A} begins resumed`, `${A} ends resumed`]);
  });

  it('tells as resumed what a thing has after its own alerts could not be read', async () => {
    cloud.alertsOf(A);
    const [all, named] = [await run(), await run([A])];
    await lists();
    cloud.fault = ({ path }) => (path.includes(A) ? respond({ message: 'no' }, 403) : undefined);
    await until('a trouble', () => all.reports.length + named.reports.length >= 1);
    cloud.begin(A, HEARTBEAT, cloud.now + 10);
    cloud.end(A, HEARTBEAT, cloud.now + 20);
    cloud.now += 60;
    cloud.fault = () => undefined;
    for (const node of [all, named]) await only(node, [`${A} begins resumed`, `${A} ends resumed`]);
  });

  it('warns once of a thing that alerts by one list and not by its own, and reads it less and less often', async () => {
    cloud.odd = [A, B];
    cloud.alertsOf(B);
    const [node, other] = [await run(), await run(['OTHER'])];
    cloud.alertsOf('OTHER');
    await until('the warnings', () => node.warnings.length >= 2);
    await lists(60);
    equal(node.warnings.length, 2, node.warnings.join());
    ok(node.warnings.every((text) => [A, B].some((tuid) => text.includes(tuid))));
    deepEqual([other.warnings, node.reports], [[], []]);
    const read = cloud.read.filter((tuid) => tuid !== 'OTHER').length;
    ok(read <= 2 * 2 * 9, `${read} readings in ${cloud.lists} polls`);
    cloud.odd = [];
    cloud.begin(A);
    await lists();
    cloud.unlisted.add(A);
    await lists();
    cloud.unlisted.clear();
    await only(node, [`${A} begins live`]);
  });

  it('takes up what a store tells only later', async () => {
    cloud.begin(A);
    const before = await run();
    await events(before, 1);
    await before.scope.end();
    cloud.now += 600;
    cloud.end(A);
    const node = await run();
    await lists();
    equal(node.events.length, 0);
    node.tellLate(before.kept.get('alerts'));
    await only(node, [`${A} ends resumed`]);
  });

  it('ends what a store tells only later, of a thing that has another alert by then', async () => {
    cloud.begin(A);
    const before = await run();
    await events(before, 1);
    await before.scope.end();
    cloud.now += 600;
    cloud.end(A);
    cloud.begin(A);
    const node = await run();
    await events(node, 1);
    node.tellLate(before.kept.get('alerts'));
    await only(node, [`${A} begins initial`, `${A} ends resumed`]);
  });

  it('begins anew where what is kept makes no sense, or is of another deployment', async () => {
    cloud.begin(A);
    for (const kept of [
      5,
      { told: 3 },
      { baseUrl: 'https://other.example.com', began: 1, told: { [A]: { open: [], ended: {}, floor: 9e9 } } },
    ]) {
      const node = await run(undefined, new Map([['alerts', kept as unknown]]));
      await events(node, 1);
      deepEqual(node.events.map(short), [`${A} begins initial`]);
      await node.scope.end();
    }
  });

  it('tells each begin and end exactly once through 200 random changes, cuts and restarts', async function () {
    this.timeout(120_000);
    const things = Array.from({ length: 8 }, (_, index) => `THING${index}`);
    const told: string[] = [];
    const wanted: string[] = [];
    let node = await run(things);
    const nameOf = (tuid: string, from: string, active: boolean) => `${tuid} ${from} ${active}`;
    const collect = () =>
      told.push(...node.events.splice(0).map((event) => nameOf(event.topic, String(payloadOf(event).from), payloadOf(event).active)));
    for (const tuid of things) cloud.alertsOf(tuid);
    await lists();
    const any = <T>(of: readonly T[]): T => of[Math.floor(Math.random() * of.length)] as T;
    for (let step = 0; step < 200; step++) {
      cloud.now += 1 + Math.floor(Math.random() * 60);
      const tuid = any(things);
      const active = cloud.alertsOf(tuid).find(({ to }) => to === undefined);
      if (active) active.to = cloud.now;
      else cloud.begin(tuid);
      wanted.push(nameOf(tuid, iso(active?.from ?? cloud.now), !active));
      const chance = Math.random();
      if (chance < 0.1) {
        await node.scope.end();
        collect();
        node = await run(things, node.kept);
      } else if (chance < 0.3) {
        const kind = any([
          () => respond({ message: 'trouble' }, 503),
          () => (response: { destroy(): void }) => response.destroy(),
          () => respond({ data: {} }),
        ]);
        const [share, before] = [Math.random(), cloud.server.requests.length];
        cloud.fault = () => (Math.random() < share ? (kind() as never) : undefined);
        await until('some requests', () => cloud.server.requests.length > before + 2);
        cloud.fault = () => undefined;
      } else if (chance < 0.6) await lists(1);
    }
    await until(
      'all of it',
      () => {
        collect();
        return told.length;
      },
      (length) => length >= wanted.length,
      60_000,
    );
    await lists(3);
    collect();
    deepEqual(told.toSorted(), wanted.toSorted());
    equal(asEnsembleError(node.reports.at(-1) ?? '').code === 'CANCELLED', false);
  });
});

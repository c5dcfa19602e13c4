import { deepEqual, equal, ok } from 'node:assert/strict';
import type { VendorEvent } from '../../src/core/follow/events';
import { IN_TURN } from '../../src/vendors/thingsee/alert-feed';
import { respond } from '../kit/fault-server';
import { until } from '../kit/within';
import { type AlertCloud, iso } from './alert-cloud';
import { A, AlertStage, B, HEARTBEAT, payloadOf, short } from './alert-stage';

describe('thing-alerts', () => {
  const stage = new AlertStage();
  const { run, restart, lists, events, only } = stage;
  let cloud: AlertCloud;
  beforeEach(() => {
    cloud = stage.cloud;
  });

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
});

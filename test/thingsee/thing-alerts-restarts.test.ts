import { deepEqual, equal } from 'node:assert/strict';
import { asEnsembleError } from '../../src/core/errors';
import { respond } from '../kit/fault-server';
import { until } from '../kit/within';
import { type AlertCloud, iso } from './alert-cloud';
import { A, AlertStage, B, HEARTBEAT, payloadOf, short } from './alert-stage';

describe('thing-alerts over restarts and interruptions', () => {
  const stage = new AlertStage();
  const { run, restart, lists, events, only } = stage;
  let cloud: AlertCloud;
  beforeEach(() => {
    cloud = stage.cloud;
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

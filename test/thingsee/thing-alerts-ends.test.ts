import { deepEqual, equal, ok } from 'node:assert/strict';
import { respond } from '../kit/fault-server';
import { until } from '../kit/within';
import { type AlertCloud, iso } from './alert-cloud';
import { A, AlertStage, B, payloadOf, short } from './alert-stage';

describe('thing-alerts where an alert may have ended', () => {
  const stage = new AlertStage();
  const { run, lists, events, only } = stage;
  let cloud: AlertCloud;
  beforeEach(() => {
    cloud = stage.cloud;
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

  it('takes 404 with the vendor’s own words for no alerts', async () => {
    cloud.fault = ({ path }) =>
      path === '/things/alerts' ? respond({ statusCode: 404, error: 'Not Found', message: 'None' }, 404) : undefined;
    const node = await run();
    await until('it is live', () => node.states.at(-1)?.is === 'live');
    cloud.fault = () => undefined;
    cloud.begin(A);
    await only(node, [`${A} begins live`]);
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
});

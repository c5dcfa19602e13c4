import assert from 'node:assert/strict';
import { respond } from '../kit/fault-server';
import '../kit/once';
import { assertNoSecrets } from '../kit/secrets';
import { Stage } from '../kit/stage';
import { msg } from '../kit/typed-input';
import { until } from '../kit/within';
import { asked, CLIENT, isLogin, respondWith } from './fake-cloud';
import { thingsee } from './vendor';

describe('the token of a Thingsee cloud', () => {
  const stage = new Stage(thingsee);
  let given: number;
  beforeEach(async () => {
    given = 0;
    await stage.open({ type: 'thing-query', operation: 'get-info', parameters: { tuid: msg('tuid') } });
  });

  const logins = () => stage.server.requests.filter(isLogin).length;
  /** Gives numbered tokens, and takes those from a number on. */
  const taking = (from: number, status: number, body: unknown = { message: 'Unauthorized' }) =>
    stage.server.always((response, request) => {
      if (isLogin(request)) return respond({ data: { token: `token-${++given}` } })(response, request);
      const [, number = '0'] = /token-(\d+)$/.exec(request.headers.authorization ?? '') ?? [];
      return Number(number) >= from ? respondWith({ timestamp: 1 })(response, request) : respond(body, status)(response, request);
    });
  const runMany = async (count: number) => {
    for (let number = 0; number < count; number++) stage.audit.send({ tuid: `TSPR${number}` });
    await stage.audit.settled();
    const ends = [...stage.audit.outcomes.values()].slice(-count).map(({ ends }) => ends.join());
    return [ends.length, ...new Set(ends)];
  };

  for (const status of [401, 403])
    it(`is renewed once for 100 concurrent requests that are answered with ${status}`, async () => {
      taking(1, status);
      assert.deepEqual(await runMany(1), [1, 'done']);
      taking(2, status);
      assert.deepEqual(await runMany(100), [100, 'done']);
      assert.equal(logins(), 2);
    });

  it('is fetched once for 100 concurrent requests at the beginning', async () => {
    taking(1, 401);
    assert.deepEqual(await runMany(100), [100, 'done']);
    assert.equal(logins(), 1);
  });

  it('that is refused again after the renewal is an error', async () => {
    taking(99, 403, { message: 'Forbidden' });
    const { ends, caught } = await stage.run({ tuid: 'TSPR1' });
    assert.deepEqual(ends, ['FORBIDDEN']);
    assert.equal((caught[0]?.error.cause as { vendorMessage?: string } | undefined)?.vendorMessage, 'Forbidden');
    assert.equal(asked(stage.server).length, 2);
  });

  it('is not requested again where the client was refused, until the next deploy', async () => {
    stage.server.always(respond({ statusCode: 401, error: 'Unauthorized', message: 'Unknown client' }, 401));
    for (let turn = 0; turn < 2; turn++) assert.deepEqual(await runMany(20), [20, 'UNAUTHORIZED']);
    assert.equal(stage.server.requests.length, 1);
    await stage.audit.deploy('full', stage.connection({ name: 'changed' }));
    await stage.server.heal();
    taking(1, 401);
    assert.deepEqual(await runMany(1), [1, 'done']);
  });

  for (const status of [401, 403])
    it(`is renewed once for a thing that is always answered with ${status}, and the others’ messages come`, async () => {
      const things = ['TSPR1', 'TSPR2', 'TSPR3', 'TSPR4', 'TSPR5', 'TSPR6'];
      const tsmTs = Math.floor(Date.now() / 1000) + 1;
      stage.server.always((response, request) => {
        if (request.path.includes('TSPR1')) respond({ message: 'No' }, status)(response, request);
        else respondWith(isLogin(request) ? {} : [{ tsmId: 1, tsmTs, tsmEv: 10 }])(response, request);
      });
      await stage.open({ type: 'thing-messages', things: things.join(), interval: 1, grace: 0 });
      await stage.audit.status({ fill: 'green' });
      await until(
        'their messages',
        () => stage.audit.outputs.map(({ topic }) => topic).sort(),
        (topics) => topics.length === 5,
      );
      await until('a third round', () => asked(stage.server).filter(({ path }) => path.includes('TSPR6')).length >= 3);
      assert.deepEqual([stage.audit.reports.length, (await stage.audit.report()).topic, logins()], [1, 'TSPR1', 2]);
    });

  it('and the client’s secret never show, even where the vendor repeats them', async () => {
    stage.server.always((response, request) =>
      isLogin(request)
        ? respond({ data: { token: 'token-of-the-test' } })(response, request)
        : respond({ message: `'${request.headers.authorization}' of ${CLIENT.clientSecret} is no good` }, 400)(response, request),
    );
    const { ends, caught, error } = await stage.run({ tuid: 'TSPR1' });
    assert.deepEqual(ends, ['REJECTED']);
    assert.match((error as Error).message, /'Bearer \*\*\*' of \*\*\* is no good/);
    await assertNoSecrets(stage.red, ['token-of-the-test', CLIENT.clientSecret], { things: [caught] });
  });
});

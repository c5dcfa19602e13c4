import assert from 'node:assert/strict';
import { mock } from 'node:test';
import { HttpClient } from '../../src/core/http/client';
import { Scope } from '../../src/core/scope';
import { PasswordLogin } from '../../src/vendors/twinkly/login';
import { FaultServer, respond } from '../kit/fault-server';
import { assertNoSecrets } from '../kit/secrets';
import { Stage } from '../kit/stage';
import { msg } from '../kit/typed-input';
import { refusalTable } from '../kit/wire-table';
import { CREDENTIALS } from './flows';
import { twinkly } from './vendor';

const command = { type: 'twinkly-command', operation: 'turn-on', parameters: { id: msg('id') } };

describe('the login of a twinkly-account', () => {
  const stage = new Stage(twinkly);
  /** How many logins there were; only the token of the last one is good. */
  let logins: number;
  let lifetime: number;

  beforeEach(() => {
    logins = 0;
    lifetime = 86_400;
    stage.server.good = (response, request) => {
      if (request.path === '/v2/auth')
        return respond({ access_token: `secret-token-${++logins}`, expires_in: lifetime })(response, request);
      const isGood = request.headers.authorization === `Bearer secret-token-${logins}`;
      return respond(isGood ? { status: 'success' } : { message: 'expired' }, isGood ? 200 : 401)(response, request);
    };
  });
  afterEach(() => mock.restoreAll());

  const open = () => stage.open(command);

  it('is made once for a hundred commands whose token has expired', async () => {
    await open();
    await stage.audit.run({ id: 0 });
    // As if the day were over: the vendor takes the old token no longer.
    logins = 10;
    for (let id = 1; id <= 100; id++) stage.audit.send({ id });
    await stage.audit.settled();
    assert.equal(logins, 11);
    assert.deepEqual(
      [...stage.audit.outcomes.values()].map(({ ends }) => ends),
      Array(101).fill(['done']),
    );
  });

  it('is renewed before it is over, without a refusal', async () => {
    lifetime = 1000;
    const now = performance.now.bind(performance);
    let ahead = 0;
    mock.method(performance, 'now', () => now() + ahead);
    await open();
    for (const [passed, expected] of [
      [0, 1],
      [880_000, 1],
      [920_000, 2],
    ] as const) {
      ahead = passed;
      assert.deepEqual((await stage.audit.run({ id: 1 })).ends, ['done']);
      assert.equal(logins, expected);
    }
    assert.deepEqual(
      stage.server.requests.map(({ headers }) => headers.authorization),
      [undefined, 'Bearer secret-token-1', 'Bearer secret-token-1', undefined, 'Bearer secret-token-2'],
    );
  });

  it('is not tried again by any node once it was refused, before a deploy', async () => {
    const good = stage.server.good;
    stage.server.always((response, request) => respond({ message: `wrong: ${CREDENTIALS.password}` }, 401)(response, request));
    await open();
    for (let id = 1; id <= 100; id++) stage.audit.send({ id });
    await stage.audit.settled();
    assert.deepEqual((await stage.audit.run({ id: 1 })).ends, ['UNAUTHORIZED']);
    assert.deepEqual(
      stage.server.requests.map(({ path }) => path),
      ['/v2/auth'],
    );
    await stage.audit.status({ fill: 'red', shape: 'ring', text: 'Turn on: UNAUTHORIZED' });
    const caught = [...stage.audit.outcomes.values()].flatMap((outcome) => outcome.caught);
    assert.match(caught[0]?.error.message ?? '', /wrong: \*\*\*$/);
    await assertNoSecrets(stage.red, [CREDENTIALS.password], { things: caught });
    await stage.audit.deploy('nodes', stage.connection({ name: 'changed' }));
    stage.server.always(good);
    assert.deepEqual((await stage.audit.run({ id: 1 })).ends, ['done']);
    assert.equal(stage.server.requests.filter(({ path }) => path === '/v2/auth').length, 2);
  });

  it('is the deployed one where a dialog says nothing else', async () => {
    await open();
    await stage.audit.run({ id: 1 });
    stage.server.next(respond({ objects: [{ id: 5, name: 'Tree', ledCount: 100, installation: { id: 9, name: 'House' } }] }));
    const dialog = { id: 'account', values: { environment: 'custom', baseUrl: stage.server.url } };
    const filled = await stage.red.admin('/ensemble/lookup/twinkly-account/objects', { method: 'POST', body: dialog });
    assert.deepEqual(await filled.json(), [{ value: '5', label: 'Tree', detail: 'House', words: [['leds', { count: 100 }]] }]);
    assert.equal(logins, 1);
  });

  const MISSING: readonly (readonly [object, RegExp])[] = [
    [{ credentials: { username: 'me' } }, /^password is missing$/],
    [{ baseUrl: '' }, /^baseUrl is missing$/],
    [{ authentication: 'oauth' }, /^clientId is missing$/],
    [{ authentication: 'oauth', clientId: 'x' }, /^clientSecret is missing$/],
    [{ environment: 'elsewhere' }, /^environment must be one of production, staging, custom/],
  ];
  refusalTable(
    stage,
    MISSING.map(([settings, says]) => ({
      title: `says what is missing, and sends nothing: ${JSON.stringify(settings)}`,
      node: command,
      message: { id: 1 },
      settings,
      says,
      end: 'NOT_CONFIGURED',
      isKnown: true,
    })),
  );
});

describe('a login by password', () => {
  it('is renewed by its refresh token where the account names the call, and made anew where that is refused', async () => {
    const vendor = await FaultServer.start();
    const options = { http: new HttpClient({ baseUrl: vendor.url, timeout: 5000 }), scope: new Scope(), onSecrets: () => {} };
    const user = { username: 'me@example.com', password: 'pass-word-1' };
    const login = new PasswordLogin(options, user, { method: 'PUT', path: '/v2/auth/again' });
    const tokens = (number: number, more = {}) => respond({ access_token: `token-${number}`, refresh_token: `again-${number}`, ...more });
    vendor.next(tokens(1), tokens(2, { refresh_token: undefined }), respond({ error: 'over' }, 401), tokens(3), respond({}, 502));
    for (const value of ['token-1', 'token-2', 'token-3']) assert.equal((await login.accessToken()).value, value);
    await assert.rejects(login.accessToken(), { code: 'VENDOR_ERROR' });
    const [again, anew] = ['PUT /v2/auth/again', 'POST /v2/auth'];
    assert.deepEqual(
      vendor.requests.map(({ method, path, json }) => [`${method} ${path}`, json]),
      [
        [anew, user],
        [again, { refresh_token: 'again-1' }],
        [again, { refresh_token: 'again-1' }],
        [anew, user],
        [again, { refresh_token: 'again-3' }],
      ],
    );
    await options.http.close();
    await vendor.close();
  });
});

import assert from 'node:assert/strict';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { parseParameters } from '../../src/core/schema/parse';
import { Scope } from '../../src/core/scope';
import { PERSON } from '../../src/node-red/sign-in';
import type { Simulator } from '../../src/simulators/simulator';
import { connect, settings } from '../../src/vendors/twinkly/twinkly-account';
import { Audit } from '../kit/audit';
import { FaultServer, respond } from '../kit/fault-server';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { assertNoSecrets } from '../kit/secrets';
import { num } from '../kit/typed-input';
import { until } from '../kit/within';
import { simulated, snapshot } from '../simulators/simulated';
import { pressTwinkly } from '../simulators/twinkly';
import { beginSignIn, oauthAccount as config, SECRET, signedIn, signIn, signInOn } from './sign-in';

const node: FlowNode = { id: 'node', type: 'twinkly-command', connection: 'account', operation: 'turn-on', parameters: { id: num(48211) } };
const FILE = 'ensemble-tokens.key';

describe('signing in with Twinkly', () => {
  let red: NodeRed;
  let simulator: Simulator;
  let audit: Audit;
  let cloud: string;

  beforeEach(async () => {
    red = await startNodeRed({ adminAuth: true });
    simulator = await simulated();
    cloud = `${simulator.address}/twinkly`;
    await pressTwinkly(simulator, 'cloud', { tokenLife: 86_400, commandTime: 0, commands: 'succeed' });
    audit = await Audit.open(red, node, [config(cloud)]);
  });
  afterEach(() => audit.close());

  const kept = () =>
    JSON.parse(readFileSync(join(red.userDir, FILE), 'utf8')) as Record<string, { accessToken: string; refreshToken: string }>;
  const asked = async (path: string) => (await snapshot(simulator)).log.filter((entry) => entry.path === `/twinkly${path}`).length;
  const routes = ['/ensemble/sign-in/twinkly-account/account', '/flows', '/credentials/twinkly-account/account', '/settings'];
  const noTokens = async (things: unknown[] = []) => {
    const { accessToken, refreshToken } = kept().account ?? {};
    await assertNoSecrets(red, [accessToken ?? '', refreshToken ?? '', SECRET].filter(Boolean), { things, routes });
  };

  it('asks for it before, works at once after it, and needs no deploy', async () => {
    const refused = await audit.run({});
    assert.deepEqual(refused.ends, ['UNAUTHORIZED']);
    assert.match((refused.error as Error).message, /^not signed in/);
    await audit.status({ fill: 'red', shape: 'ring', text: 'Turn on: UNAUTHORIZED: sign in' });
    assert.deepEqual(await signedIn(red), { signedIn: false, pending: false });
    await signIn(red, cloud);
    assert.deepEqual(await signedIn(red), { signedIn: true, pending: false });
    assert.deepEqual((await audit.run({})).ends, ['done']);
    await audit.status({ fill: 'green', shape: 'dot', text: 'Turn on' });
    await noTokens([refused.caught]);
  });

  it('survives a restart of Node-RED, in a file that only its owner can read', async () => {
    await signIn(red, cloud);
    await audit.run({});
    assert.equal(statSync(join(red.userDir, FILE)).mode & 0o777, 0o600);
    const before = kept();
    await noTokens();
    red = await red.restart();
    const login = await asked('/v2/auth/token');
    red.inject('node', {});
    await red.status('node', { fill: 'green', shape: 'dot', text: 'Turn on' });
    assert.equal(await asked('/v2/auth/token'), login);
    assert.deepEqual(kept(), before);
    await noTokens();
    audit = await Audit.open(red, node, [config(cloud)]);
  });

  it('renews what is over, and keeps what is new over a restart that no deploy precedes', async () => {
    await signIn(red, cloud);
    await audit.run({});
    const first = kept().account;
    await pressTwinkly(simulator, 'expire', {});
    const all = await Promise.all(Array.from({ length: 20 }, () => audit.run({})));
    assert.deepEqual(new Set(all.map(({ ends }) => ends[0])), new Set(['done']));
    assert.equal(await asked('/v2/auth/token'), 2);
    assert.notEqual(kept().account?.refreshToken, first?.refreshToken);
    red = await red.restart();
    await pressTwinkly(simulator, 'expire', {});
    red.inject('node', {});
    await red.status('node', { fill: 'green', shape: 'dot', text: 'Turn on' });
    assert.equal(await asked('/v2/auth/token'), 3);
    audit = await Audit.open(red, node, [config(cloud)]);
  });

  it('asks for a new sign-in when it is over, after one attempt', async () => {
    await signIn(red, cloud);
    await audit.run({});
    await pressTwinkly(simulator, 'revoke', {});
    for (let count = 0; count < 5; count++) assert.deepEqual((await audit.run({})).ends, ['UNAUTHORIZED']);
    await audit.status({ fill: 'red', shape: 'ring', text: 'Turn on: UNAUTHORIZED: sign in' });
    assert.equal(await asked('/v2/auth/token'), 2);
    await signIn(red, cloud);
    assert.deepEqual((await audit.run({})).ends, ['done']);
  });

  it('forgets it with the account, and keeps it at every deploy', async () => {
    await signIn(red, cloud);
    for (const type of ['full', 'nodes', 'flows'] as const) await audit.deploy(type, config(cloud, { name: type }));
    assert.deepEqual((await audit.run({})).ends, ['done']);
    await red.stop();
    assert.equal(existsSync(join(red.userDir, FILE)), true);
    assert.deepEqual(kept(), {});
    audit = await Audit.open(red, node, [config(cloud)]);
    assert.deepEqual((await audit.run({})).ends, ['UNAUTHORIZED']);
  });

  it('serves no other server and no other client', async () => {
    await signIn(red, cloud);
    const requests = await FaultServer.start();
    for (const more of [{ baseUrl: requests.url }, { clientId: 'other' }]) {
      await audit.deploy('nodes', config(cloud, more));
      assert.deepEqual((await audit.run({})).ends, ['UNAUTHORIZED']);
    }
    assert.deepEqual(requests.requests, []);
    await requests.close();
  });

  it('speaks to the vendor as its document says', async () => {
    const vendor = await FaultServer.start();
    vendor.next(respond({ access_token: 'token-1', refresh_token: 'again-1' }), respond({ status: 'success' }), respond({}, 401));
    vendor.next(respond({ access_token: 'token-2', refresh_token: null }), respond({ status: 'success' }));
    await audit.deploy('nodes', config(vendor.url));
    const { page } = (await (await beginSignIn(red, vendor.url)).json()) as { page: string };
    const { origin, pathname, searchParams } = new URL(page);
    const { state = '', ...query } = Object.fromEntries(searchParams);
    const callback = `${red.url}/ensemble/signed-in`;
    assert.deepEqual(
      [origin + pathname, query],
      [`${vendor.url}/v2/auth/login`, { client_id: 'ensemble', redirect_uri: callback, response_type: 'code' }],
    );
    assert.equal((await fetch(`${callback}?code=the-code&state=${state}`)).status, 200);
    for (let count = 0; count < 2; count++) assert.deepEqual((await audit.run({})).ends, ['done']);
    const client = { client_id: 'ensemble', client_secret: SECRET };
    assert.deepEqual(
      vendor.requests.filter(({ path }) => path === '/v2/auth/token').map(({ method, json }) => [method, json]),
      [
        ['POST', { ...client, grant_type: 'authentication_code', code: 'the-code', redirect_uri: callback }],
        ['POST', { ...client, grant_type: 'refresh_token', refresh_token: 'again-1' }],
      ],
    );
    // Where no new one comes, the old one is kept.
    assert.equal(kept().account?.refreshToken, 'again-1');
    await vendor.close();
  });

  it('asks for the scope that the account has', async () => {
    const { credentials: _none, ...values } = { ...config('https://oauth.example.com'), scope: 'objects:read objects:write' };
    const { page } = (await (await beginSignIn(red, '', 'admin', { values })).json()) as { page: string };
    assert.equal(new URL(page).searchParams.get('scope'), 'objects:read objects:write');
  });

  it('shows what the vendor says in OAuth2’s own words', async () => {
    const vendor = await FaultServer.start();
    vendor.always(respond({ error: 'invalid_grant', error_description: 'The code is from yesterday' }, 400));
    await audit.deploy('nodes', config(vendor.url));
    const { page } = (await (await beginSignIn(red, vendor.url)).json()) as { page: string };
    const state = new URL(page).searchParams.get('state') ?? '';
    const shown = await (await fetch(`${red.url}/ensemble/signed-in?code=old&state=${state}`)).text();
    assert.match(shown, /The code is from yesterday/);
    await vendor.close();
  });

  describe('the way back', () => {
    const back = (query: string) => fetch(`${red.url}/ensemble/signed-in?${query}`);

    it('is open once, and only with the right state', async () => {
      const address = await signIn(red, cloud);
      for (const query of [new URL(address).search.slice(1), 'code=x', 'code=x&state=', `code=x&state=${'a'.repeat(32)}`]) {
        const refused = await back(query);
        assert.equal(refused.status, 400, query);
        assert.match(await refused.text(), /expired or was already used/);
      }
    });

    it('counts as under way until the vendor has given the tokens, whatever else begins', async () => {
      const vendor = await FaultServer.start();
      const responses: (() => void)[] = [];
      vendor.next((...asked) => responses.push(() => respond({ access_token: 'token', refresh_token: 'again' })(...asked)));
      const { page } = (await (await beginSignIn(red, vendor.url)).json()) as { page: string };
      const query = `code=x&state=${new URL(page).searchParams.get('state')}`;
      const coming = back(query);
      await until('the vendor was asked', () => responses.length === 1);
      assert.deepEqual(await signedIn(red), { signedIn: false, pending: true });
      await beginSignIn(red, vendor.url, 'admin', { id: 'account' });
      assert.equal((await back(query)).status, 400, 'the state serves once');
      responses[0]?.();
      assert.equal((await coming).status, 200);
      assert.equal(((await signedIn(red)) as { signedIn: boolean }).signedIn, true);
      await vendor.close();
    });

    it('is closed when the person takes too long', async () => {
      const { limit } = PERSON;
      PERSON.limit = 50;
      const { page } = (await (await beginSignIn(red, cloud)).json()) as { page: string };
      PERSON.limit = limit;
      await until('it is over', async () => !((await signedIn(red)) as { pending: boolean }).pending);
      const before = await asked('/v2/auth/token');
      assert.equal((await fetch(await signInOn(page))).status, 400);
      assert.equal(await asked('/v2/auth/token'), before);
    });

    it('is closed by a later sign-in to the same account, and by many to others', async () => {
      const { page } = (await (await beginSignIn(red, cloud)).json()) as { page: string };
      const { page: second } = (await (await beginSignIn(red, cloud)).json()) as { page: string };
      assert.equal((await fetch(await signInOn(page))).status, 400);
      for (let other = 0; other < 20; other++) await beginSignIn(red, cloud, 'admin', { id: `other ${other}` });
      assert.equal((await fetch(await signInOn(second))).status, 400);
    });

    it('says why it failed, as text', async () => {
      for (const [query, reason] of [
        ['error=%3Cb%3Eaccess_denied', '&lt;b&gt;access_denied'],
        ['error=access_denied&error_description=You%20said%20no', 'You said no'],
        ['code=wrong', 'The code is not valid'],
      ] as const) {
        const { page } = (await (await beginSignIn(red, cloud)).json()) as { page: string };
        const refused = await back(`${query}&state=${new URL(page).searchParams.get('state')}`);
        assert.deepEqual([refused.status, refused.headers.get('cache-control')], [400, 'no-store']);
        assert.ok((await refused.text()).includes(reason), reason);
      }
      assert.deepEqual(await signedIn(red), { signedIn: false, pending: false });
    });
  });

  it('begins only for who may change the account, with an address of its own for the way back', async () => {
    for (const user of ['nobody', 'reader'] as const) assert.equal((await beginSignIn(red, cloud, user)).status, 401);
    assert.equal((await red.admin(routes[0] ?? '', { user: 'nobody' })).status, 401);
    for (const callback of [undefined, 'javascript:alert(1)', 'https://example.com/elsewhere', 7]) {
      const refused = await beginSignIn(red, cloud, 'admin', { callback });
      assert.deepEqual([refused.status, ((await refused.json()) as { code: string }).code], [400, 'INVALID_INPUT']);
    }
    const missing = await beginSignIn(red, cloud, 'admin', { id: 'new', credentials: {} });
    const { code, message } = (await missing.json()) as { code: string; message: string };
    assert.deepEqual([code, message], ['NOT_CONFIGURED', 'clientSecret is missing']);
    assert.equal((await red.admin('/ensemble/sign-in/sonata-gateway', { method: 'POST', body: {} })).status, 404);
  });
});

describe('a renewal of a sign-in', () => {
  let vendor: FaultServer;
  let scope: Scope;
  let kept: unknown;
  let account: ReturnType<typeof connect>;
  const given = (number: number) => respond({ access_token: `token-${number}`, refresh_token: `again-${number}` });
  const send = () => account.send({ method: 'GET', path: '/' }, { repeatable: true, scope });
  const isRenewal = ({ path }: { path: string }) => path === '/v2/auth/token';

  beforeEach(async () => {
    vendor = await FaultServer.start();
    scope = new Scope();
    account = connect({
      settings: parseParameters(settings, { environment: 'custom', baseUrl: vendor.url, authentication: 'oauth', clientId: 'ensemble' }),
      credentials: { username: undefined, password: undefined, clientSecret: SECRET },
      network: { timeout: 10_000 },
      identity: 'test',
      tokens: {
        read: () => kept,
        write: (tokens) => {
          kept = tokens;
        },
      },
    });
    vendor.next(given(1));
    await account.finishSignIn('code', 'http://here', scope);
  });
  afterEach(async () => {
    await account.close();
    await vendor.close();
  });

  for (const [end, late] of [
    ['succeeds', respond({ access_token: 'late', refresh_token: 'late' })],
    ['is refused', respond({ error: 'used before' }, 400)],
  ] as const)
    it(`that is under way gives way to a newer sign-in, when it ${end}`, async () => {
      vendor.next(respond({}, 401), (response, request) => {
        void account.finishSignIn('code', 'http://here', scope).then(() => late(response, request));
      });
      vendor.next(given(2));
      await send();
      assert.equal(vendor.requests.at(-1)?.headers.authorization, 'Bearer token-2');
      assert.deepEqual((kept as { accessToken: string; refreshToken: string }).refreshToken, 'again-2');
    });

  for (const [what, status, said, needsSignIn] of [
    ['by OAuth2’s word', 400, { error: 'invalid_grant' }, true],
    ['by words of the cloud’s own', 401, { message: 'The refresh token is not valid' }, true],
    ['for the client’s sake', 401, { error: 'invalid_client', error_description: 'Unknown client' }, false],
  ] as const)
    it(`that is refused ${what} ${needsSignIn ? 'asks for a sign-in' : 'asks for none, which would not help'}`, async () => {
      vendor.next(respond({}, 401), respond(said, status));
      for (let count = 0; count < 3; count++) await assert.rejects(send(), { code: 'UNAUTHORIZED', refused: true, needsSignIn });
      assert.equal(vendor.requests.filter(isRenewal).length, 2);
    });

  for (const status of [400, 401, 403, 503])
    it(`that a proxy answers with a page and ${status} asks for nothing, and is made again`, async () => {
      vendor.always((response) => void response.writeHead(status, { 'content-type': 'text/html' }).end('<html></html>'));
      vendor.next(respond({}, 401));
      await assert.rejects(send(), { refused: false, needsSignIn: false });
      await vendor.heal();
      vendor.good = (response, request) => (isRenewal(request) ? given(2) : respond({}))(response, request);
      await until('the renewal', () =>
        send().then(
          () => true,
          () => false,
        ),
      );
      assert.equal(vendor.requests.at(-1)?.headers.authorization, 'Bearer token-2');
    });
});

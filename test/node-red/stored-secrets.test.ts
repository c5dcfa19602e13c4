import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { type FaultServer, respond } from '../kit/fault-server';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { CLIENT, cloudNode, respondWith, startCloud } from '../thingsee/fake-cloud';
import { beginSignIn, SECRET, oauthAccount as signInAccount } from '../twinkly/sign-in';

interface DialogRefusal {
  readonly code: string;
  readonly message: string;
  readonly reason?: string;
  readonly fields?: string[];
}

const PASSWORD = 'stored-password-83af';
const tls: FlowNode = { id: 'tls', type: 'tls-config', cert: '', key: '', ca: '', verifyservercert: false };
const TAB: FlowNode = { id: 'tab', type: 'tab', label: 'secrets' };

describe('a stored secret', () => {
  let red: NodeRed;
  let home: FaultServer;
  let elsewhere: FaultServer;

  before(async () => {
    red = await startNodeRed();
    home = await startCloud();
    elsewhere = await startCloud();
  });
  after(() => Promise.all([home.close(), elsewhere.close()]));
  beforeEach(async () => {
    await Promise.all([home.heal(), elsewhere.heal()]);
    home.good = respondWith([]);
  });

  const ask = async (path: string, body: object): Promise<{ status: number; body: DialogRefusal }> => {
    const response = await red.admin(`/ensemble/${path}`, { method: 'POST', body });
    return { status: response.status, body: (await response.json()) as DialogRefusal };
  };
  /** Asked again, with the names of what is to be typed; and nobody was spoken to. */
  const isAskedAgain = async (path: string, body: object, fields: string[]) => {
    const refused = await ask(path, body);
    deepEqual([refused.status, refused.body.code, refused.body.reason, refused.body.fields], [400, 'NOT_CONFIGURED', 'retype', fields]);
    match(refused.body.message, /Type it again/);
    deepEqual([...home.requests, ...elsewhere.requests], []);
  };
  const cloud = { id: 'cloud', values: { baseUrl: '' } };
  const at = (baseUrl: string, more: object = {}) => ({ ...cloud, values: { baseUrl, ...more } });

  describe('of an account', () => {
    const proxy: FlowNode = { id: 'proxy', type: 'http proxy', url: 'http://127.0.0.1:1', noproxy: [] };
    beforeEach(() => red.deploy([TAB, tls, proxy, cloudNode(home.url)]));

    it('is used at the address that it was deployed with, however that is written', async () => {
      for (const baseUrl of [home.url, `${home.url}/`]) equal((await ask('test/thingsee-cloud', at(baseUrl))).status, 200);
      const login = home.requests.find(({ path }) => path === '/auth/client-token');
      deepEqual(login?.json, { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret });
    });

    it('is used where the dialog changes only what has no part in that', async () => {
      equal((await ask('test/thingsee-cloud', at(home.url, { name: 'other', timeout: 20_000, tls: '', proxy: '' }))).status, 200);
    });

    for (const [what, change] of [
      ['another address', (): object => ({ baseUrl: elsewhere.url })],
      ['http in place of https', (): object => ({ baseUrl: home.url.replace('http:', 'https:') })],
      ['another path', (): object => ({ baseUrl: `${home.url}/other` })],
      ['another TLS configuration', (): object => ({ tls: 'tls' })],
      ['another proxy', (): object => ({ proxy: 'proxy' })],
    ] as const)
      it(`is not used with ${what}`, async () => {
        for (const path of ['test/thingsee-cloud', 'lookup/thingsee-cloud/groups'])
          await isAskedAgain(path, at(home.url, change()), ['clientId', 'clientSecret']);
      });

    it('is asked for again by name where only a part is typed, and serves when all is', async () => {
      const part = { ...at(elsewhere.url), credentials: { clientId: 'typed', clientSecret: '__PWRD__' } };
      await isAskedAgain('test/thingsee-cloud', part, ['clientSecret']);
      elsewhere.good = respondWith([]);
      const typed = { ...at(elsewhere.url), credentials: { clientId: 'typed', clientSecret: 'typed-secret' } };
      equal((await ask('test/thingsee-cloud', typed)).status, 200);
      deepEqual(elsewhere.requests[0]?.json, { client_id: 'typed', client_secret: 'typed-secret' });
    });

    it('is not used beside what is no secret and came back from the panel as it is stored', async () => {
      const beside = { credentials: { clientId: CLIENT.clientId } };
      await isAskedAgain('test/thingsee-cloud', { ...at(elsewhere.url), ...beside }, ['clientSecret']);
      equal((await ask('test/thingsee-cloud', { ...at(home.url), ...beside })).status, 200);
      // An emptied one is not the stored one.
      const emptied = await ask('test/thingsee-cloud', { ...at(home.url), credentials: { clientId: '' } });
      deepEqual([emptied.body.code, emptied.body.message], ['NOT_CONFIGURED', 'clientId is missing']);
    });

    it('is used while its node is disabled', async () => {
      await red.deploy([TAB, cloudNode(home.url, { d: true })]);
      equal((await ask('test/thingsee-cloud', at(home.url))).status, 200);
      await home.heal();
      await isAskedAgain('test/thingsee-cloud', at(elsewhere.url), ['clientId', 'clientSecret']);
    });

    it('is used where its node stands in a subflow', async () => {
      const subflow: FlowNode = { id: 'sub', type: 'subflow', name: 'sub', in: [], out: [], env: [] };
      const use: FlowNode = { id: 'use', type: 'subflow:sub', z: 'tab', wires: [] };
      await red.deploy([TAB, subflow, use, cloudNode(home.url, { z: 'sub' })]);
      equal((await ask('test/thingsee-cloud', at(home.url))).status, 200);
      await home.heal();
      await isAskedAgain('test/thingsee-cloud', at(elsewhere.url), ['clientId', 'clientSecret']);
    });

    it('comes back in no response, although the vendor repeats it', async () => {
      home.good = respondWith([{ group_id: CLIENT.clientSecret, group_description: `of ${CLIENT.clientSecret}` }]);
      const listed = await ask('lookup/thingsee-cloud/groups', at(home.url));
      equal(listed.status, 200);
      ok(!JSON.stringify(listed.body).includes(CLIENT.clientSecret), JSON.stringify(listed.body));
      home.always(respond({ message: `no client ${CLIENT.clientSecret}` }, 401));
      const refused = await ask('test/thingsee-cloud', at(home.url));
      equal(refused.status, 400);
      ok(!JSON.stringify(refused.body).includes(CLIENT.clientSecret), refused.body.message);
    });
  });

  describe('of another node', () => {
    const broker: FlowNode = { id: 'broker', type: 'mqtt-broker', broker: 'localhost', credentials: { user: 'u', password: PASSWORD } };
    const backend: FlowNode = {
      ...{ id: 'backend', type: 'thingsquare-frontend', authentication: 'login' },
      credentials: { login: 'me@example.com', password: PASSWORD },
    };

    it('is never used', async () => {
      await red.deploy([TAB, broker, { ...backend, baseUrl: home.url }]);
      for (const id of ['broker', 'backend', 'tab'])
        for (const path of ['test/twinkly-account', 'lookup/twinkly-account/objects', 'sign-in/twinkly-account']) {
          const values = { environment: 'custom', baseUrl: elsewhere.url };
          const refused = await ask(path, { id, values, callback: `${red.url}/ensemble/signed-in` });
          deepEqual([refused.status, refused.body.code], [400, 'INVALID_INPUT'], `${path} ${id}`);
          equal(refused.body.message, 'id: that node is no twinkly-account');
        }
      deepEqual(elsewhere.requests, []);
    });

    it('is not taken for that of a proxy', async () => {
      // Has an address and credentials of the same names as a proxy's.
      const url: FlowNode = {
        id: 'other',
        type: 'kit-careless',
        url: elsewhere.url,
        credentials: { username: 'u', password: PASSWORD },
        wires: [[]],
      };
      await red.deploy([TAB, { ...url, z: 'tab' }]);
      const typed = { credentials: CLIENT, values: { baseUrl: home.url, proxy: 'other' } };
      const refused = await ask('test/thingsee-cloud', typed);
      deepEqual([refused.status, refused.body.code], [400, 'NOT_CONFIGURED']);
      match(refused.body.message, /^proxy: /);
      deepEqual([...home.requests, ...elsewhere.requests], []);
    });
  });

  it('that a sign-in brought takes no other way than the deployed one', async () => {
    await red.deploy([TAB, tls, signInAccount(home.url)]);
    const { page } = (await (await beginSignIn(red, home.url)).json()) as { page: string };
    home.next(respond({ access_token: 'token-of-a-person', refresh_token: 'again' }), respond({ objects: [] }));
    equal((await fetch(`${red.url}/ensemble/signed-in?code=x&state=${new URL(page).searchParams.get('state')}`)).status, 200);
    const values = { environment: 'custom', baseUrl: home.url, authentication: 'oauth', clientId: 'ensemble' };
    const dialog = { id: 'account', values, credentials: { clientSecret: SECRET } };
    equal((await ask('test/twinkly-account', dialog)).status, 200);
    equal(home.requests.at(-1)?.headers.authorization, 'Bearer token-of-a-person');
    await home.heal();
    for (const change of [{ tls: 'tls' }, { overrides: '{"paths":{"list-objects":"GET /elsewhere"}}' }]) {
      const refused = await ask('test/twinkly-account', { ...dialog, values: { ...values, ...change } });
      deepEqual([refused.status, refused.body.code, refused.body.reason], [400, 'NOT_CONFIGURED', 'deploy'], refused.body.message);
    }
    deepEqual(home.requests, []);
  });

  it('of every vendor stays with its address', async () => {
    const url = home.url;
    const accounts: readonly (readonly [FlowNode, object, string[]])[] = [
      [
        { id: 'cloud', type: 'thingsee-cloud', baseUrl: url, credentials: CLIENT },
        { baseUrl: elsewhere.url },
        ['clientId', 'clientSecret'],
      ],
      [
        {
          id: 'backend',
          type: 'thingsquare-frontend',
          baseUrl: url,
          authentication: 'login',
          credentials: { login: 'me', password: PASSWORD },
        },
        { baseUrl: elsewhere.url },
        ['login', 'password'],
      ],
      [
        { id: 'by-token', type: 'thingsquare-frontend', baseUrl: url, authentication: 'token', credentials: { token: PASSWORD } },
        { baseUrl: elsewhere.url },
        ['token'],
      ],
      [
        {
          id: 'gateway',
          type: 'sonata-gateway',
          baseUrl: url,
          mqttUrl: 'mqtt://127.0.0.1:1',
          credentials: { mqttUsername: 'me', mqttPassword: PASSWORD },
        },
        { mqttUrl: elsewhere.url.replace('http', 'mqtt') },
        ['mqttUsername', 'mqttPassword'],
      ],
      [
        {
          id: 'account',
          type: 'twinkly-account',
          environment: 'custom',
          baseUrl: url,
          credentials: { username: 'me', password: PASSWORD },
        },
        { environment: 'staging' },
        ['username', 'password'],
      ],
      [
        { id: 'paths', type: 'twinkly-account', environment: 'custom', baseUrl: url, credentials: { username: 'me', password: PASSWORD } },
        { overrides: '{"paths":{"list-objects":"GET /elsewhere"}}' },
        ['username', 'password'],
      ],
    ];
    await red.deploy([TAB, ...accounts.map(([node]) => node)]);
    for (const [{ id, type, credentials: _, ...values }, change, fields] of accounts)
      await isAskedAgain(`test/${type}`, { id, values: { ...values, ...change } }, fields);
  });

  it('of a broker stays with it, and does not keep another REST server from being tried', async () => {
    const gateway: FlowNode = { id: 'gateway', type: 'sonata-gateway', baseUrl: home.url, mqttUrl: 'mqtt://127.0.0.1:1' };
    await red.deploy([TAB, { ...gateway, credentials: { mqttUsername: 'me', mqttPassword: PASSWORD } }]);
    elsewhere.always(respond({ error: 'URL is required' }, 400));
    const { mqttUrl } = gateway;
    const tried = await ask('test/sonata-gateway', { id: 'gateway', values: { baseUrl: elsewhere.url, mqttUrl, installationId: 5 } });
    match(tried.body.message, /^the Sonata server answers, but the broker 127\.0\.0\.1:1 cannot be reached/);
    equal(elsewhere.requests.length, 1);
  });
});

import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { type FaultServer, respond } from '../kit/fault-server';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { str } from '../kit/typed-input';
import { asked, CLIENT, cloudNode, respondWith, startCloud } from '../thingsee/fake-cloud';

interface DialogRefusal {
  readonly code: string;
  readonly message: string;
  readonly reason?: string;
  readonly fields?: string[];
}

const variable = (name: string): string => `$${`{${name}}`}`;
const text = (name: string, value: string) => ({ name, value, type: 'str' });
const SECRET = 'environment-secret-5e1d';

describe('a variable in a dialog', () => {
  let red: NodeRed;
  let home: FaultServer;
  let elsewhere: FaultServer;

  before(async () => {
    red = await startNodeRed();
    home = await startCloud();
    elsewhere = await startCloud();
    Object.assign(process.env, { KIT_HOME: home.url, KIT_SECRET: SECRET, KIT_CLIENT: CLIENT.clientSecret });
  });
  after(async () => {
    for (const name of ['KIT_HOME', 'KIT_SECRET', 'KIT_CLIENT']) delete process.env[name];
    await Promise.all([home.close(), elsewhere.close()]);
  });
  beforeEach(async () => {
    await Promise.all([home.heal(), elsewhere.heal()]);
    home.good = respondWith([]);
  });

  const ask = async (path: string, body: object): Promise<{ status: number; body: DialogRefusal; text: string }> => {
    const response = await red.admin(`/ensemble/${path}`, { method: 'POST', body });
    const text = await response.text();
    return { status: response.status, body: JSON.parse(text) as DialogRefusal, text };
  };
  const isRefused = async (path: string, body: object, fields: string[]) => {
    const refused = await ask(path, body);
    deepEqual(
      [refused.status, refused.body.code, refused.body.reason, refused.body.fields],
      [400, 'NOT_CONFIGURED', 'environment', fields],
    );
    ok(!refused.text.includes(SECRET), refused.text);
    deepEqual([...home.requests, ...elsewhere.requests], []);
  };
  const cloud = (values: object, more: object = {}) => ({ id: 'cloud', values, ...more });
  const tab = (env: object[] = []): FlowNode => ({ id: 'tab', type: 'tab', label: 'variables', env });

  it('that is not set is named where it makes an address of nothing', async () => {
    await red.deploy([cloudNode(home.url)]);
    const { status, body } = await ask('test/thingsee-cloud', { id: 'new', values: { baseUrl: variable('KIT_NOT_SET') } });
    deepEqual(
      [status, body.code, body.message],
      [400, 'NOT_CONFIGURED', `baseUrl: the environment variable in ${variable('KIT_NOT_SET')} is not set`],
    );
  });

  describe('is read as Node-RED reads it for that node:', () => {
    const values = { baseUrl: variable('KIT_PLACE') };
    const worksAt = async (server: FaultServer, node: FlowNode, around: FlowNode[]) => {
      await red.deploy([...around, node]);
      const tried = await ask('test/thingsee-cloud', cloud(values));
      equal(tried.status, 200, tried.text);
      equal(asked(server).length, 1);
      await server.heal();
    };

    it('from the process', async () => {
      process.env.KIT_PLACE = home.url;
      await worksAt(home, cloudNode(variable('KIT_PLACE')), [tab()]);
      delete process.env.KIT_PLACE;
    });
    it('from the settings of all flows', async () => {
      const all: FlowNode = { id: 'all', type: 'global-config', env: [text('KIT_PLACE', home.url)] };
      await worksAt(home, cloudNode(variable('KIT_PLACE')), [tab([text('KIT_PLACE', elsewhere.url)]), all]);
    });
    it('from its tab', async () => {
      await worksAt(home, cloudNode(variable('KIT_PLACE'), { z: 'tab' }), [tab([text('KIT_PLACE', home.url)])]);
    });
    it('from the instance of its subflow, and not from the subflow itself', async () => {
      const subflow: FlowNode = { id: 'sub', type: 'subflow', name: 'sub', in: [], out: [], env: [text('KIT_PLACE', elsewhere.url)] };
      const use: FlowNode = { id: 'use', type: 'subflow:sub', z: 'tab', env: [text('KIT_PLACE', home.url)], wires: [] };
      await worksAt(home, cloudNode(variable('KIT_PLACE'), { z: 'sub' }), [tab(), subflow, use]);
    });
    it('for a row of an action, from its group', async () => {
      const turn: FlowNode = { id: 'turn', type: 'turn-device', host: '127.0.0.1', port: Number(new URL(home.url).port) };
      const group: FlowNode = { id: 'group', type: 'group', z: 'tab', nodes: ['action'], env: [text('KIT_CHANNEL', 'light/1/1')] };
      const parameters = { channel: str(variable('KIT_CHANNEL')) };
      const action = {
        id: 'action',
        type: 'turn-channel',
        z: 'tab',
        g: 'group',
        connection: 'turn',
        operation: 'list-actions',
        wires: [[]],
      };
      await red.deploy([tab([text('KIT_CHANNEL', 'light/9/9')]), turn, group, { ...action, parameters }]);
      home.always(respond(['toggle']));
      const dialog = { id: 'turn', values: { host: '127.0.0.1', port: turn.port }, parameters: { channel: variable('KIT_CHANNEL') } };
      deepEqual((await ask('lookup/turn-device/actions', { ...dialog, node: 'action' })).body, [{ value: 'toggle', label: 'toggle' }]);
      match(home.requests[0]?.path ?? '', /channels\/light(%2F|\/)1(%2F|\/)1\/action/);
      // Of a node that is not deployed so, it is as good as nothing: the vendor is not asked.
      for (const [node, channel] of [
        ['new', 'KIT_CHANNEL'],
        ['action', 'KIT_SECRET'],
      ] as const)
        deepEqual((await ask('lookup/turn-device/actions', { ...dialog, node, parameters: { channel: variable(channel) } })).body, []);
      equal(home.requests.length, 1);
    });
    it('where it is not deployed yet, as far as it is an address', async () => {
      await red.deploy([tab([text('KIT_PLACE', elsewhere.url)]), { id: 'on-tab', type: 'kit-probe', z: 'tab', wires: [[]] }]);
      elsewhere.good = respondWith([]);
      const dialog = { id: 'new', values, credentials: CLIENT };
      equal((await ask('test/thingsee-cloud', { ...dialog, z: 'tab' })).status, 200);
      equal(asked(elsewhere).length, 1);
      process.env.KIT_PLACE = home.url;
      equal((await ask('test/thingsee-cloud', dialog)).status, 200);
      equal(asked(home).length, 1);
      delete process.env.KIT_PLACE;
    });
  });

  describe('that is sent', () => {
    const secret = { clientId: 'client', clientSecret: variable('KIT_CLIENT') };
    beforeEach(() => red.deploy([tab(), cloudNode(variable('KIT_HOME'), { credentials: secret })]));

    it('goes where the deployed node sends it', async () => {
      equal((await ask('test/thingsee-cloud', cloud({ baseUrl: variable('KIT_HOME') }))).status, 200);
      deepEqual(home.requests[0]?.json, { client_id: 'client', client_secret: CLIENT.clientSecret });
    });
    it('goes there when it is typed anew, and is not repeated where it is refused', async () => {
      home.always(respond({ message: `who is ${SECRET}?` }, 401));
      const credentials = { clientId: variable('KIT_SECRET') };
      const refused = await ask('test/thingsee-cloud', cloud({ baseUrl: variable('KIT_HOME') }, { credentials }));
      deepEqual(home.requests[0]?.json, { client_id: SECRET, client_secret: CLIENT.clientSecret });
      ok(refused.status === 400 && !refused.text.includes(SECRET), refused.text);
    });
    it('goes to no other address', async () => {
      const credentials = { clientId: variable('KIT_SECRET'), clientSecret: 'typed' };
      for (const path of ['test/thingsee-cloud', 'lookup/thingsee-cloud/groups'])
        await isRefused(path, cloud({ baseUrl: elsewhere.url }, { credentials }), ['clientId']);
      await isRefused('test/thingsee-cloud', { ...cloud({ baseUrl: elsewhere.url }, { credentials }), id: 'new' }, ['clientId']);
      await isRefused('test/turn-device', { id: 'new', values: { host: '127.0.0.1', senderId: variable('KIT_SECRET') } }, ['senderId']);
    });
    it('stands in the address of no sign-in that is not deployed so', async () => {
      const values = { environment: 'custom', baseUrl: home.url, authentication: 'oauth' };
      await red.deploy([
        { id: 'account', type: 'twinkly-account', ...values, clientId: 'client', credentials: { clientSecret: 'stored' } },
      ]);
      const callback = `${red.url}/ensemble/signed-in`;
      await isRefused('sign-in/twinkly-account', { id: 'account', values: { ...values, clientId: variable('KIT_SECRET') }, callback }, [
        'clientId',
      ]);
    });
  });

  it('is not repeated in errors, wherever it stands', async () => {
    await red.deploy([tab()]);
    process.env.KIT_AWAY = 'http://secret-host.invalid:81';
    const dialogs: readonly (readonly [string, object])[] = [
      ['thingsee-cloud', { baseUrl: variable('KIT_SECRET') }],
      ['thingsee-cloud', { baseUrl: home.url, timeout: variable('KIT_SECRET') }],
      ['thingsee-cloud', { baseUrl: home.url, proxy: variable('KIT_SECRET') }],
      ['thingsee-cloud', { baseUrl: home.url, tls: variable('KIT_SECRET') }],
      ['turn-device', { host: variable('KIT_SECRET'), port: 1, timeout: 2000 }],
      ['turn-device', { host: '127.0.0.1', port: variable('KIT_SECRET') }],
      ['sonata-gateway', { baseUrl: variable('KIT_AWAY'), mqttUrl: 'mqtt://127.0.0.1:1', timeout: 2000 }],
      ['twinkly-account', { environment: variable('KIT_SECRET') }],
    ];
    for (const [type, values] of dialogs) {
      const refused = await ask(`test/${type}`, { id: 'new', values, credentials: type === 'thingsee-cloud' ? CLIENT : {} });
      equal(refused.status, 400, refused.text);
      ok(!refused.text.includes(SECRET) && !refused.text.includes('secret-host'), refused.text);
    }
    delete process.env.KIT_AWAY;
  });
});

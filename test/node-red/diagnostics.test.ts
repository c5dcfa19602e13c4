import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { Simulator } from '../../src/simulators/simulator';
import { FaultServer, respond } from '../kit/fault-server';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { json, msg, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { freePorts, portOf } from '../simulators/ports';

interface Report {
  readonly report: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly deployed: boolean;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly nodes: Readonly<Record<string, number>>;
  readonly connection: {
    readonly isConnected: boolean;
    readonly nodes: readonly { readonly type: string; readonly state?: string }[];
    readonly feeds: readonly Readonly<Record<string, unknown>>[];
    readonly login?: object;
    readonly session?: object;
  } | null;
  readonly exchanges: readonly { readonly method: string; readonly path: string; readonly status?: number; readonly code?: string }[];
  readonly events: readonly { readonly source: string; readonly payload: unknown }[];
}

/** Stands wherever a person or a vendor may put something of their own. */
const mine = (what: string) => `Kaarina-${what}-8f3a91c7`;
const PLANTED = /kaarina|8f3a91c7|4242424242|48213771/i;

describe('the diagnostics of a connection', () => {
  let red: NodeRed;
  let server: FaultServer;

  before(async () => {
    server = await FaultServer.start();
    red = await startNodeRed();
  });
  after(() => server.close());
  beforeEach(() => server.heal());

  const download = async (type: string, body: object = {}): Promise<{ report: Report; text: string }> => {
    const response = await red.admin(`/ensemble/diagnostics/${type}`, { method: 'POST', body: { id: 'connection', ...body } });
    equal(response.status, 200);
    const text = await response.text();
    return { report: JSON.parse(text) as Report, text };
  };
  const action = (id: string, type: string, operation: string, parameters: object): FlowNode => ({
    ...{ id: `node ${id}`, type, operation, parameters, connection: 'connection' },
  });

  it('tell what was asked, and what came of it', async () => {
    server.always(respond({ code: mine('code'), message: mine('words') }, 503));
    await red.deploy([
      { id: 'connection', type: 'turn-device', host: '127.0.0.1', port: Number(new URL(server.url).port), senderId: mine('sender') },
      action('set', 'turn-channel', 'set-state', { channel: str('light/1/1'), value: msg('payload') }),
    ]);
    red.inject('node set', { payload: 30 });
    await red.status('node set', { fill: 'red' });
    const { report, text } = await download('turn-device');
    equal(report.report, 'ensemble-diagnostics 1');
    deepEqual(Object.keys(report.versions), ['package', 'nodeRed', 'node', 'platform']);
    match(report.versions.nodeRed ?? '', new RegExp(`^${red.version}\\.`));
    deepEqual([report.deployed, report.nodes], [true, { 'turn-channel': 1 }]);
    deepEqual(report.settings, {
      timeout: 'not set',
      host: 'this machine',
      port: Number(new URL(server.url).port),
      senderId: 'set',
      tls: 'not set',
      proxy: 'not set',
    });
    deepEqual(report.connection?.nodes, [
      { type: 'turn-channel', operation: 'set-state', inFlight: 0, waiting: 0, code: 'VENDOR_ERROR', status: 503 },
    ]);
    const last = report.exchanges.at(-1);
    deepEqual(
      { ...last, at: undefined, ms: undefined },
      {
        ...{ at: undefined, method: 'PUT', path: '/control/channels/light/1/1/state', status: 503, ms: undefined, code: 'VENDOR_ERROR' },
        ...{ request: { value: 'integer' }, response: { '*': 'string', message: 'string' } },
      },
    );
    ok(!PLANTED.test(text), text);
  });

  it('work where the settings are wrong, and before the first deploy', async () => {
    await red.deploy([{ id: 'connection', type: 'turn-device', host: '', port: 'many' }]);
    const wrong = await download('turn-device');
    deepEqual([wrong.report.settings.host, wrong.report.settings.port, wrong.report.connection?.isConnected], ['not set', 'set', false]);
    equal((await download('turn-device', { id: 'nowhere' })).report.connection, null);
    const fresh = await download('turn-device', { id: 'new', values: { host: mine('host'), port: '55555' } });
    deepEqual([fresh.report.deployed, fresh.report.settings.host], [false, 'a name']);
    ok(!PLANTED.test(fresh.text), fresh.text);
  });

  describe('hold nothing of anybody', () => {
    const everywhere = (text: string, secrets: readonly string[]) => {
      ok(!PLANTED.test(text), text.match(/.{0,100}(kaarina|8f3a91c7|4242424242|48213771).{0,100}/i)?.[0]);
      for (const secret of secrets) ok(!text.includes(secret), secret);
    };
    /** Runs each node with its message, until all have ended. */
    const run = async (nodes: readonly FlowNode[], payload: unknown) => {
      for (const { id } of nodes) red.inject(id, { payload, topic: mine('topic') });
      for (const { id } of nodes)
        await until(
          `${id} ended`,
          () => red.statuses.findLast((status) => status.id === id)?.status.fill,
          (fill) => fill === 'green' || fill === 'red',
        );
    };

    it('of a Thingsquare frontend', async () => {
      const page = respond({ login: mine('login'), authcode: mine('authcode'), [mine('field')]: mine('data'), Kaarina: 'x' });
      server.always((response, request) => {
        if (request.path.startsWith('/0/session')) response.setHeader('set-cookie', `session=${mine('cookie')}; Path=/`);
        page(response, request);
      });
      const nodes = [
        action('get', 'thingsquare-variable', 'get', { device: str(mine('device')), kind: str('d'), name: str(mine('name')) }),
        action('set', 'thingsquare-variable', 'set', {
          device: str(mine('device')),
          kind: str('d'),
          name: str('kaarina'),
          value: msg('payload'),
        }),
        action('store', 'thingsquare-user', 'store', { data: json({ kaarina: mine('data') }) }),
        action('claim', 'thingsquare-device', 'claim', { auth: str(mine('auth')) }),
        action('start', 'thingsquare-firmware', 'start', { device: str(mine('device')), firmware: str(`${mine('image')}/client.signed`) }),
      ];
      const credentials = { login: mine('login'), password: mine('password') };
      await red.deploy([
        { id: 'connection', type: 'thingsquare-frontend', name: mine('name'), baseUrl: server.url, authentication: 'login', credentials },
        ...nodes,
      ]);
      await run(nodes, mine('payload'));
      const { report, text } = await download('thingsquare-frontend');
      ok(
        report.exchanges.some(({ path }) => path === '/0/devices/{…}/d/{…}'),
        text,
      );
      everywhere(text, Object.values(credentials));
    });

    it('of a Thingsee deployment', async () => {
      server.always((response, request) =>
        request.path === '/auth/client-token'
          ? respond({ data: { token: mine('token') } })(response, request)
          : respond({ data: [{ tuid: mine('tuid'), group_id: mine('group'), [mine('key')]: 4242424242 }] })(response, request),
      );
      const nodes = [
        action('info', 'thing-query', 'get-info', { tuid: str(mine('tuid')) }),
        action('rename', 'thing-group', 'rename', { groupId: str(mine('group')), newGroupId: str(mine('group')) }),
        action('search', 'thing-group', 'list', { search: str(mine('search')) }),
        action('send', 'thing-command', 'send', {
          tuid: str(mine('tuid')),
          commands: json([{ tsmId: 1500, tsmEv: 30, [mine('key')]: mine('value') }]),
        }),
      ];
      const credentials = { clientId: mine('client'), clientSecret: mine('secret') };
      await red.deploy([{ id: 'connection', type: 'thingsee-cloud', baseUrl: server.url, credentials }, ...nodes]);
      await run(nodes, 1);
      const { report, text } = await download('thingsee-cloud');
      ok(
        report.exchanges.some(({ path }) => path === '/groups/{…}/rename'),
        text,
      );
      ok(report.connection?.login);
      everywhere(text, Object.values(credentials));
    });

    it('of a Twinkly account', async () => {
      const runtime = { 48213771: { runtime: { name: mine('name'), mac: mine('mac') } }, [mine('id')]: { error: mine('error') } };
      server.always((response, request) =>
        request.path === '/v2/auth' ? respond({ access_token: mine('token') })(response, request) : respond(runtime)(response, request),
      );
      const nodes = [
        action('status', 'twinkly-query', 'get-object-status', { ids: str(`48213771,${mine('id')}`) }),
        action('device', 'twinkly-query', 'get-device-configuration', { deviceId: str(mine('device')) }),
        action('custom', 'twinkly-command', 'custom', {
          id: str(mine('id')),
          command: str(mine('command')),
          params: json({ [mine('key')]: mine('value') }),
        }),
      ];
      const credentials = { username: mine('user'), password: mine('password') };
      const overrides = JSON.stringify({
        paths: { 'command.object': `POST /${mine('path')}/{id}` },
        commands: { 'turn-on': { command: mine('on') } },
      });
      await red.deploy([
        {
          id: 'connection',
          type: 'twinkly-account',
          environment: 'custom',
          baseUrl: server.url,
          authentication: 'password',
          overrides,
          credentials,
        },
        ...nodes,
      ]);
      await run(nodes, 1);
      const { report, text } = await download('twinkly-account');
      ok(
        report.exchanges.some(({ path }) => path.startsWith('/v2/objects/runtime?objectIds=')),
        text,
      );
      everywhere(text, Object.values(credentials));
    });

    it('whatever words people have chosen, also those of the file itself', async () => {
      const secrets = { clientId: 'ensemble', clientSecret: 'string' };
      server.always((response, request) =>
        request.path === '/auth/client-token'
          ? respond({ data: { token: 'integer', Kaarina: 1 } })(response, request)
          : respond({ data: [{ group_id: 'kaarina', kaarinasRoom: { sk_live_Kaarina: 'x' } }] })(response, request),
      );
      const nodes = [action('send', 'thing-command', 'send', { tuid: str('x'), commands: json([{ tsmId: 1500, tsmEv: 30, kaarina: 1 }]) })];
      await red.deploy([{ id: 'connection', type: 'thingsee-cloud', baseUrl: server.url, credentials: secrets }, ...nodes]);
      await run(nodes, 1);
      const { report, text } = await download('thingsee-cloud');
      everywhere(text, []);
      equal(report.report, 'ensemble-diagnostics 1');
      equal(text.includes('***'), false);
    });

    it('of a Sonata installation', async () => {
      server.always(respond({ message: mine('message') }));
      const nodes = [action('off', 'sonata-pattern', 'off', { deviceId: str('4242') })];
      const credentials = { mqttUsername: mine('user'), mqttPassword: mine('password') };
      await red.deploy([
        { id: 'connection', type: 'sonata-gateway', baseUrl: server.url, installationId: 48213771, credentials },
        ...nodes,
      ]);
      await run(nodes, 1);
      const { report, text } = await download('sonata-gateway');
      deepEqual(report.settings.installationId, 'set');
      everywhere(text, Object.values(credentials));
    });
  });

  it('tell how far the subscriptions at a broker are', async () => {
    const simulator = await Simulator.start(await freePorts());
    try {
      await red.deploy([
        {
          id: 'connection',
          type: 'sonata-gateway',
          baseUrl: `${simulator.address}/sonata`,
          installationId: 1,
          mqttUrl: simulator.mqttAddress,
        },
        { id: 'events', type: 'sonata-events', connection: 'connection', transport: 'mqtt' },
      ]);
      await red.status('events', { fill: 'green' });
      const { seconds, secondsSubscribed, ...feed } = (await download('sonata-gateway')).report.connection?.feeds[0] ?? {};
      deepEqual(feed, { kind: 'MqttFeed', nodes: 1, state: 'live', isConnected: true, granted: 2, refused: 0, filtersOfSession: 2 });
    } finally {
      await simulator.close();
    }
  });

  it('tell of streams and of the events that came', async () => {
    const simulator = await Simulator.start(await freePorts());
    try {
      await red.deploy([
        { id: 'connection', type: 'turn-device', host: '127.0.0.1', port: portOf(simulator.address) },
        { id: 'sse', type: 'turn-sse', connection: 'connection', stream: 'channels', initial: true },
      ]);
      await red.status('sse', { fill: 'green' });
      const { report } = await download('turn-device');
      deepEqual(
        report.connection?.feeds.map(({ state }) => state),
        ['live'],
      );
      deepEqual(
        report.connection?.nodes.map(({ type, state }) => [type, state]),
        [['turn-sse', 'live']],
      );
      ok(report.events.length > 10);
      deepEqual(report.events[0]?.source, 'sse');
    } finally {
      await simulator.close();
    }
  });
});

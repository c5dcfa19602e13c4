import { deepEqual, equal, match } from 'node:assert/strict';
import { Simulator } from '../../src/simulators/simulator';
import { FaultServer, respond } from '../kit/fault-server';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { freePorts, portOf } from '../simulators/ports';
import { press, read } from '../simulators/simulated';

interface Checked {
  readonly id: string;
  readonly what: string;
  readonly verdict: string;
  readonly found: string;
  readonly correction?: { readonly setting: string; readonly value: object };
  readonly probe?: string;
}

describe('Check', () => {
  let red: NodeRed;
  let simulator: Simulator;

  before(async () => {
    red = await startNodeRed();
  });
  beforeEach(async () => {
    simulator = await Simulator.start(await freePorts());
  });
  afterEach(async () => {
    await red.deploy([]);
    await simulator.close();
  });

  const connections = (): Readonly<Record<string, FlowNode>> => {
    const at = (vendor: string) => `${simulator.address}/${vendor}`;
    return {
      twinkly: {
        ...{ id: 'connection', type: 'twinkly-account', environment: 'custom', baseUrl: at('twinkly'), authentication: 'password' },
        credentials: { username: 'demo@example.com', password: 'twinkle' },
      },
      sonata: { id: 'connection', type: 'sonata-gateway', baseUrl: at('sonata'), installationId: 1, mqttUrl: simulator.mqttAddress },
      turn: { id: 'connection', type: 'turn-device', host: '127.0.0.1', port: portOf(simulator.address) },
      thingsquare: {
        ...{ id: 'connection', type: 'thingsquare-frontend', baseUrl: at('thingsquare'), authentication: 'login' },
        credentials: { login: 'demo@example.com', password: 'demo' },
      },
      thingsee: {
        ...{ id: 'connection', type: 'thingsee-cloud', baseUrl: at('thingsee') },
        credentials: { clientId: 'ensemble', clientSecret: 'simulated-secret' },
      },
    };
  };
  const nodeOf = (vendor: string) => connections()[vendor] as FlowNode;
  /** As the panel asks, with what it shows: before any deploy. */
  const check = async ({ type, id, credentials, ...values }: FlowNode, probe?: string): Promise<readonly Checked[]> => {
    const body = { id, values, credentials, ...(probe && { parameters: { probe } }) };
    const response = await red.admin(`/ensemble/check/${type}`, { method: 'POST', body });
    equal(response.status, 200, await response.clone().text());
    return ((await response.json()) as { checked: Checked[] }).checked;
  };
  const verdicts = (checked: readonly Checked[], verdict: string) => checked.filter((one) => one.verdict === verdict).map(({ id }) => id);

  for (const [vendor, untold] of [
    ['twinkly', ['twinkly-command-path']],
    ['sonata', []],
    ['turn', []],
    ['thingsquare', []],
    ['thingsee', []],
  ] as const)
    it(`confirms what is assumed of ${vendor}, by reads alone`, async () => {
      const checked = await check(nodeOf(vendor));
      deepEqual([verdicts(checked, 'differs'), verdicts(checked, 'cannot be told')], [[], untold], JSON.stringify(checked, null, 1));
      for (const { what, found } of checked) match(`${what} ${found}`, /^[A-Za-z].*\. [A-Z0-9].*\.$/);
    });

  for (const [vendor, id, found] of [
    ['twinkly', 'twinkly-object-status', 'It is GET /v3/objects/runtime. The commands are then looked for where paths begin alike.'],
    ['turn', 'turn-version', 'It is not a version in a text.'],
    ['thingsquare', 'thingsquare-history-pages', 'A page begins after the point that from names.'],
    ['thingsee', 'thingsee-order', 'The oldest stands first.'],
  ] as const)
    it(`finds what is otherwise at ${vendor}`, async () => {
      await press(simulator, vendor, 'faults', { otherwise: true });
      const checked = await check(nodeOf(vendor));
      equal(checked.find((one) => one.id === id)?.found, found);
      equal(verdicts(checked, 'differs').includes(id), true);
    });

  it('offers corrections with which the nodes work', async () => {
    await press(simulator, 'twinkly', 'faults', { otherwise: true });
    const query = (overrides: object = {}): FlowNode[] => [
      { ...nodeOf('twinkly'), overrides: JSON.stringify(overrides) },
      {
        ...{ id: 'query', type: 'twinkly-query', connection: 'connection', operation: 'get-object-status' },
        parameters: { ids: { type: 'str', value: '48211' } },
      },
      {
        ...{ id: 'command', type: 'twinkly-command', connection: 'connection', operation: 'turn-off' },
        parameters: { id: { type: 'str', value: '48211' } },
      },
    ];
    await red.deploy(query());
    red.inject('query', {});
    await red.status('query', { fill: 'red' });
    const checked = await check(nodeOf('twinkly'));
    const paths = checked.flatMap(({ correction }) => Object.entries((correction?.value as { paths?: object } | undefined)?.paths ?? {}));
    await red.deploy(query({ paths: Object.fromEntries(paths) }));
    for (const id of ['query', 'command']) {
      red.inject(id, {});
      await red.status(id, { fill: 'green' });
    }
    const again = await check(query({ paths: Object.fromEntries(paths) })[0] as FlowNode);
    deepEqual(verdicts(again, 'differs'), []);
  });

  it('sends a body without a command only to who has agreed', async () => {
    const before = await check(nodeOf('twinkly'));
    const asked = before.find(({ id }) => id === 'twinkly-command-path');
    match(asked?.probe ?? '', /no light can change/);
    const posts = async () =>
      (await read(simulator.address)).log
        .filter(({ method, path }) => method === 'POST' && path.includes('command'))
        .map(({ path, status }) => `${path} ${status}`);
    deepEqual(await posts(), []);
    deepEqual(
      (await check(nodeOf('twinkly'), 'twinkly-command-path')).map(({ id, verdict }) => [id, verdict]),
      [['twinkly-command-path', 'confirmed']],
    );
    deepEqual(await posts(), ['/twinkly/v2/objects/48211/runtime/command 400']);
  });

  describe('cannot tell', () => {
    let server: FaultServer;
    beforeEach(async () => {
      server = await FaultServer.start();
    });
    afterEach(() => server.close());
    const at = (vendor: string): FlowNode => {
      const node = nodeOf(vendor);
      return 'port' in node ? { ...node, port: Number(new URL(server.url).port) } : { ...node, baseUrl: server.url };
    };

    for (const [what, behaviour] of [
      ['trouble of the server', respond({ message: 'down' }, 502)],
      ['a page with 200', respond('<!DOCTYPE html><title>Log in</title>', 200, { 'content-type': 'text/html' })],
    ] as const)
      for (const vendor of ['twinkly', 'turn', 'thingsquare', 'thingsee'])
        it(`what is true of ${vendor} by ${what}`, async () => {
          const logins = respond({ access_token: 'token', data: { token: 'token' } });
          server.always((response, request) => {
            if (!/^\/v2\/auth|^\/auth|^\/0\/session/.test(request.path)) return behaviour(response, request);
            response.setHeader('set-cookie', 'session=1; Path=/');
            return logins(response, request);
          });
          const checked = await check(at(vendor));
          const wrong = checked.filter(({ verdict }) => verdict !== 'cannot be told');
          deepEqual(wrong, []);
        });

    it('anything where the login is refused, and asks for it once', async () => {
      server.always(respond({ message: 'Wrong username or password' }, 401));
      const { type, id, credentials, ...values } = at('twinkly');
      const body = { id, values, credentials: { ...credentials, username: `${Math.random()}@example.com` } };
      for (let times = 0; times < 3; times++) {
        const response = await red.admin(`/ensemble/check/${type}`, { method: 'POST', body });
        deepEqual([response.status, ((await response.json()) as { code: string }).code], [400, 'UNAUTHORIZED']);
      }
      equal(server.requests.length, 1);
    });
  });

  it('asks thousands of groups for a few of their things only', async () => {
    const server = await FaultServer.start();
    const groups = Array.from({ length: 5000 }, (_, index) => ({ group_id: `group${index}` }));
    server.always((response, request) => {
      if (request.path === '/auth/client-token') return respond({ data: { token: 'token' } })(response, request);
      return respond({ data: request.path === '/groups' ? groups : { tuids: [] } })(response, request);
    });
    await check({ ...nodeOf('thingsee'), baseUrl: server.url });
    equal(server.requests.length < 60, true, String(server.requests.length));
    await server.close();
  });

  it('goes into the diagnostics, without the values of a correction', async () => {
    await press(simulator, 'twinkly', 'faults', { otherwise: true });
    await check(nodeOf('twinkly'));
    const response = await red.admin('/ensemble/diagnostics/twinkly-account', { method: 'POST', body: { id: 'connection', values: {} } });
    const { assumptions, exchanges } = (await response.json()) as { assumptions: { id: string; corrects?: string }[]; exchanges: object[] };
    equal(assumptions.find(({ id }) => id === 'twinkly-object-status')?.corrects, 'overrides');
    equal(exchanges.length > 10, true);
  });

  it('says what failed where the vendor cannot be reached', async () => {
    const node = nodeOf('turn');
    await simulator.close();
    for (const { verdict, found } of await check(node))
      deepEqual([verdict, found], ['cannot be told', 'The check’s request failed: UNREACHABLE.']);
  });
});

import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { showResult } from '../../src/node-red/shown-result';
import { FaultServer, respond } from '../kit/fault-server';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { msg, num, str, type TypedInputs } from '../kit/typed-input';
import { until } from '../kit/within';

const SECRET = 'client-secret-4e71';
const TOKEN = 'token-of-the-login-77d2';
const of = (type: string) => (value: string) => ({ type, value });
const [flow, global, env, jsonata] = [of('flow'), of('global'), of('env'), of('jsonata')];

describe('Try it', () => {
  let red: NodeRed;
  let server: FaultServer;

  before(async () => {
    red = await startNodeRed();
    server = await FaultServer.start();
    process.env.ENSEMBLE_TRIED = 'TSPR04X2Z74162947';
  });
  after(async () => {
    delete process.env.ENSEMBLE_TRIED;
    await server.close();
  });
  beforeEach(async () => {
    await server.heal();
    server.requests.length = 0;
    answer({ battery_level: 74 });
  });

  const answer = (data: unknown, status = 200) =>
    server.always((response, { path }) =>
      respond(path === '/auth/client-token' ? { data: { token: TOKEN } } : { data }, path === '/auth/client-token' ? 200 : status)(
        response,
        {} as never,
      ),
    );
  const cloud = (more: object = {}): FlowNode => ({
    ...{ id: 'cloud', type: 'thingsee-cloud', baseUrl: server.url, credentials: { clientId: 'me', clientSecret: SECRET } },
    ...more,
  });
  const query = (parameters: TypedInputs, more: object = {}): FlowNode => ({
    ...{ id: 'query', type: 'thing-query', z: 'tab', connection: 'cloud', operation: 'get-info', parameters, wires: [[]] },
    ...more,
  });
  const asked = () => server.requests.map(({ method, path }) => `${method} ${path}`).filter((line) => !line.includes('/auth/'));

  /** As the panel asks, with what it shows. */
  const attempt = async (node: FlowNode, connection = cloud(), signal?: AbortSignal, more: object = {}) => {
    const { id, type, credentials, ...values } = connection;
    const body = { id, values, credentials, action: node, ...more };
    const response = await red.admin(`/ensemble/try/${type}/${node.type}`, { method: 'POST', body, ...(signal && { signal }) });
    const said = (await response.json()) as Readonly<Record<string, unknown>>;
    return { ...said, status: response.status } as Readonly<Record<string, unknown>>;
  };
  const deploy = (...nodes: FlowNode[]) => red.deploy([{ id: 'tab', type: 'tab', label: 'try' }, cloud(), ...nodes]);

  it('runs what stands in the dialog, of which nothing is deployed', async () => {
    await red.deploy([]);
    const { ms, ...tried } = await attempt(query({ tuid: str('TSPR04X2Z74162947') }));
    deepEqual(tried, {
      ...{ status: 200, statusCode: 200, text: '{\n  "battery_level": 74\n}', isShortened: false, messages: 1, warnings: [] },
    });
    equal(typeof ms, 'number');
    deepEqual(asked(), ['GET /things/TSPR04X2Z74162947']);
  });

  it('uses the login of the deployed connection where the dialog equals it', async () => {
    await deploy(query({ tuid: str('a') }));
    await attempt(query({ tuid: str('a') }));
    await attempt(query({ tuid: str('b') }));
    equal(server.requests.filter(({ path }) => path === '/auth/client-token').length, 1);
  });

  it('has nothing to do with the deployed node: its queue, status and messages', async () => {
    await deploy(query({ tuid: str('a') }, { delivery: 'reject', wires: [['next']] }), {
      id: 'next',
      type: 'function',
      z: 'tab',
      func: '',
    });
    await red.status('query', { fill: 'grey' });
    const held: (() => void)[] = [];
    server.always((response, request) => {
      if (request.path === '/auth/client-token') return respond({ data: { token: TOKEN } })(response, request);
      held.push(() => respond({ data: {} })(response, request));
    });
    red.inject('query', {});
    await until('the node asks', () => held.length === 1);
    await red.status('query', { fill: 'blue' });
    const before = red.statuses.length;
    const trial = attempt(query({ tuid: str('a') }, { delivery: 'reject' }));
    // The target of the node is busy; that of a trial is nobody's.
    await until('the trial asks', () => held.length === 2);
    held[1]?.();
    equal((await trial).status, 200);
    equal(red.statuses.length, before);
    held[0]?.();
    await red.status('query', { fill: 'green' });
  });

  it('reads contexts and variables as the deployed node would', async () => {
    const change = (id: string, type: string) => ({
      ...{ id, type: 'change', z: 'tab', wires: [[]] },
      rules: [{ t: 'set', p: 'thing', pt: type, to: 'TSEN03X2Z74162459', tot: 'str' }],
    });
    await deploy(query({}), change('set-flow', 'flow'), change('set-global', 'global'));
    red.inject('set-flow', {});
    red.inject('set-global', {});
    for (const tuid of [flow('thing'), global('thing'), jsonata('$flowContext("thing")'), jsonata('"TSEN03X2Z" & "74162459"')])
      equal((await attempt(query({ tuid }))).status, 200);
    for (const tuid of [env('ENSEMBLE_TRIED'), str(`$${'{ENSEMBLE_TRIED}'}`), jsonata('$env("ENSEMBLE_TRIED")')])
      equal((await attempt(query({ tuid }))).status, 200);
    deepEqual(asked(), [...Array(4).fill('GET /things/TSEN03X2Z74162459'), ...Array(3).fill('GET /things/TSPR04X2Z74162947')]);
    // A node that is not deployed yet has the contexts of its tab.
    server.requests.length = 0;
    equal((await attempt({ ...query({ tuid: flow('thing') }), id: 'new' })).status, 200);
    deepEqual(asked(), ['GET /things/TSEN03X2Z74162459']);
  });

  it('reads no variable for an address where it is not deployed', async () => {
    await deploy(query({}));
    const elsewhere = cloud({ id: 'other', credentials: { clientId: 'me', clientSecret: SECRET } });
    for (const tuid of [env('ENSEMBLE_TRIED'), str(`$${'{ENSEMBLE_TRIED}'}`), jsonata('$env("ENSEMBLE_TRIED")')]) {
      const { status, reason, fields } = await attempt(query({ tuid }), elsewhere);
      deepEqual([status, reason, fields], [400, 'environment', ['tuid']]);
    }
    deepEqual(server.requests, []);
  });

  it('says which inputs want a message, and sends nothing', async () => {
    await deploy(query({}));
    for (const input of [
      msg('payload'),
      jsonata('payload.tuid'),
      jsonata('$'),
      jsonata('*'),
      jsonata('msg.payload'),
      flow('things[msg.topic]'),
    ]) {
      const { status, reason, fields } = await attempt(query({ tuid: input, limit: num(5) }, { operation: 'list-messages' }));
      deepEqual([status, reason, fields], [400, 'message', ['tuid']], JSON.stringify(input));
    }
    const several = await attempt(query({ tuid: msg('topic'), limit: msg('payload') }, { operation: 'list-messages' }));
    deepEqual(several.fields, ['tuid', 'limit']);
    const { reason, fields } = await attempt(query({}, { operation: '' }));
    deepEqual([reason, fields], ['message', ['operation']]);
    deepEqual(server.requests, []);
  });

  it('checks values as the node does, before anything is sent', async () => {
    for (const [parameters, says] of [
      [{ tuid: str('a'), limit: num(-1) }, /^limit must be /],
      [{ limit: num(5) }, /^tuid is missing$/],
      [{ tuid: str('..'), limit: num(5) }, /^tuid must /],
      [{ tuid: jsonata('1 +'), limit: num(5) }, /^tuid: /],
    ] as const) {
      const { status, code, message } = await attempt(query(parameters, { operation: 'list-messages' }));
      deepEqual([status, code], [400, 'INVALID_INPUT']);
      match(String(message), says);
    }
    const unknown = await attempt(query({}, { operation: 'turn-on' }));
    match(String(unknown.message), /^operation must be one of get-info, /);
    for (const action of [undefined, 'x', { id: 'query' }, { id: 'a', type: 'thing-query', parameters: [] }]) {
      const { id, type, credentials, ...values } = cloud();
      const body = { id, values, credentials, action };
      const response = await red.admin(`/ensemble/try/${type}/thing-query`, { method: 'POST', body });
      deepEqual([response.status, ((await response.json()) as { code: string }).code], [400, 'INVALID_INPUT']);
    }
    deepEqual(asked(), []);
  });

  it('only checks where it is asked to: it says what is wrong, and sends nothing', async () => {
    const check = (node: FlowNode, connection = cloud()) => attempt(node, connection, undefined, { isDry: true });
    deepEqual(await check(query({ tuid: str('a') })), { status: 200, isSendable: true });
    for (const [node, says] of [
      [query({}), /^tuid is missing$/],
      [query({ tuid: str('..') }), /^tuid must /],
      [query({ tuid: jsonata('payload') }), /^tuid: comes from a message/],
      [query({ tuid: str('a') }, { operation: 'turn-on' }), /^operation must be one of /],
    ] as const) {
      const { status, message } = await check(node);
      equal(status, 400);
      match(String(message), says);
    }
    const turn = { id: 'turn', type: 'turn-device', host: '127.0.0.1', port: Number(new URL(server.url).port) };
    for (const [operation, parameters] of [
      ['set-state', { channel: str('light/1/1') }],
      ['set-states', {}],
    ] as const)
      equal((await check({ id: 'set', type: 'turn-channel', operation, parameters }, turn)).code, 'INVALID_INPUT');
    const reset = { id: 'reset', type: 'turn-control', operation: 'reset', parameters: {} };
    equal((await check({ ...reset, confirmReset: false }, turn)).code, 'INVALID_INPUT');
    equal((await check({ ...reset, confirmReset: true }, turn)).isSendable, true);
    deepEqual(server.requests, []);
  });

  it('ends an expression that has no end, and Node-RED goes on', async () => {
    await deploy(query({}));
    for (const endless of ['($f := function($n) { $f($n + 1) }; $f(1))', '($f := function() { $f() }; $env("X"); $f())']) {
      const { reason, fields, code } = await attempt(query({ tuid: jsonata(endless) }));
      deepEqual([reason, fields, code], ['endless', ['tuid'], 'INVALID_INPUT']);
    }
    equal((await attempt(query({ tuid: jsonata('"a" & "b"') }))).status, 200);
    deepEqual(asked(), ['GET /things/ab']);
  });

  it('has a sentence of a catalogue for what an operation itself refuses', async () => {
    const connections = {
      turn: { id: 'turn', type: 'turn-device', host: '127.0.0.1', port: Number(new URL(server.url).port) },
      twinkly: {
        id: 'account',
        type: 'twinkly-account',
        environment: 'custom',
        baseUrl: server.url,
        credentials: { username: 'u', password: 'p-word' },
      },
      thingsquare: { id: 'frontend', type: 'thingsquare-frontend', baseUrl: server.url, authentication: 'anonymous' },
      sonata: { id: 'gateway', type: 'sonata-gateway', baseUrl: server.url },
      thingsee: cloud(),
    };
    const light = { channel: str('light/1/1') };
    const variable = { device: str('a'), name: str('n'), kind: str('s'), value: num(1), waitForAck: num(5) };
    const refusals: readonly (readonly [keyof typeof connections, string, string, TypedInputs, string])[] = [
      ['turn', 'turn-channel', 'set-state', light, 'neither value,on,ppmString,paString'],
      ['turn', 'turn-channel', 'set-state', { ...light, value: num(1), on: str('true') }, 'both value,on'],
      ['turn', 'turn-channel', 'set-state', { ...light, value: num(-1) }, 'takes.range '],
      ['turn', 'turn-channel', 'set-states', { states: { type: 'json', value: '{}' } }, 'atLeastOne states'],
      ['turn', 'turn-channel', 'set-states', { states: { type: 'json', value: '{"light/1/1":{"x":1}}' } }, 'invalidPart states'],
      ['turn', 'turn-control', 'reset', {}, 'notSelected confirmReset'],
      ['twinkly', 'twinkly-command', 'apply', { id: str('1') }, 'neither on,brightness,color,effect,playlist'],
      [
        'twinkly',
        'twinkly-command',
        'turn-on',
        { id: str('1'), waitForCompletion: num(5), async: str('false') },
        'synchronous waitForCompletion',
      ],
      ['thingsquare', 'thingsquare-variable', 'set', variable, 'notSent waitForAck'],
      ['sonata', 'sonata-pattern', 'off', { deviceId: num(1) }, 'missing installationId'],
      ['thingsee', 'thing-query', 'list-messages', { tuid: str('a'), from: num(1_700_000_000_000), limit: num(5) }, 'seconds from'],
      ['thingsee', 'thing-query', 'get-info', { tuid: jsonata('1(2)') }, 'unreadable tuid'],
    ];
    for (const [vendor, type, operation, parameters, wanted] of refusals) {
      const node = { id: 'node', type, operation, parameters };
      const { told, message } = await attempt(node, connections[vendor]);
      const [{ key, fields }] = told as [{ readonly key: string; readonly fields: readonly string[] }];
      equal(`${key} ${fields.join(',')}`, wanted, String(message));
    }
    deepEqual(asked(), []);
  });

  it('needs the switch that confirms an operation', async () => {
    const turn = { id: 'turn', type: 'turn-device', host: '127.0.0.1', port: Number(new URL(server.url).port) };
    const reset = { id: 'reset', type: 'turn-control', operation: 'reset', parameters: {} };
    match(
      String((await attempt({ ...reset, confirmReset: false }, turn)).message),
      /works only in a node where confirmReset is switched on/,
    );
    deepEqual(server.requests, []);
    equal((await attempt({ ...reset, confirmReset: true }, turn)).status, 200);
    deepEqual(asked(), ['POST /api/v1.0/control/action/reset']);
  });

  it('does what an ignored setting of the node has no say in', async () => {
    const { status } = await attempt(query({ tuid: str('a') }, { queueLimit: 'many', delivery: 'never', result: '][' }));
    equal(status, 200);
  });

  it('tells the vendor’s own words, and no secret', async () => {
    answer({}, 500);
    server.always(respond({ message: `no such client ${SECRET}` }, 401));
    const refused = await attempt(
      query({ tuid: str('a') }),
      cloud({ id: 'new', credentials: { clientId: 'other', clientSecret: SECRET } }),
    );
    deepEqual([refused.status, refused.code], [400, 'UNAUTHORIZED']);
    match(String(refused.message), /no such client \*\*\*/);
    answer({ echo: `${SECRET} and ${process.env.ENSEMBLE_TRIED}` });
    await deploy(query({}));
    const { text } = await attempt(query({ tuid: env('ENSEMBLE_TRIED') }));
    equal(text, `{\n  "echo": "*** and $${'{ENSEMBLE_TRIED}'}"\n}`);
  });

  it('asks a login that was refused once', async () => {
    server.always(respond({ statusCode: 401, error: 'Unauthorized', message: 'Unknown client' }, 401));
    const unknown = cloud({ id: 'new', credentials: { clientId: `me ${Math.random()}`, clientSecret: SECRET } });
    for (let times = 0; times < 3; times++) equal((await attempt(query({ tuid: str('a') }), unknown)).code, 'UNAUTHORIZED');
    equal(server.requests.length, 1);
  });

  it('ends with the dialog', async () => {
    let left = false;
    server.always((response, { path }) => {
      if (path === '/auth/client-token') respond({ data: { token: TOKEN } })(response, {} as never);
      else response.on('close', () => (left = true));
    });
    const dialog = new AbortController();
    const attempted = attempt(query({ tuid: str('a') }), cloud(), dialog.signal).catch((error: Error) => error.name);
    await until('the vendor is asked', () => asked().length === 1);
    dialog.abort();
    equal(await attempted, 'AbortError');
    await until('the vendor is left alone', () => left);
  });

  it('counts the messages of a long response, and shows the first', async () => {
    const points = [4, 3, 2, 1].map((id) => ({
      ...{ key: 'light', value: `${id}`, by: 'device', type: 'd' },
      timestamp: 1468876126172 + id,
      id,
    }));
    server.always((response, request) => {
      response.setHeader('set-cookie', 'session=1; Path=/');
      respond(request.path.includes('latest=') ? points : {})(response, request);
    });
    const frontend = { id: 'frontend', type: 'thingsquare-frontend', baseUrl: server.url, authentication: 'anonymous' };
    const parameters = { device: str('02170012af3c'), kind: str('d'), name: str('light'), latest: num(4), batch: num(2) };
    const tried = await attempt({ id: 'history', type: 'thingsquare-variable', operation: 'history', parameters }, frontend);
    deepEqual([tried.status, tried.messages], [200, 2], JSON.stringify(tried));
    equal((JSON.parse(String(tried.text)) as unknown[]).length, 2);
  });

  describe('shows of a result', () => {
    const plain = (text: string) => text;

    it('a text as it is, and all else as JSON over several lines', () => {
      deepEqual(showResult('ok', plain), { text: 'ok', isShortened: false });
      deepEqual(showResult({ a: [1, true, null] }, plain), {
        text: '{\n  "a": [\n    1,\n    true,\n    null\n  ]\n}',
        isShortened: false,
      });
      deepEqual(showResult(undefined, plain), { text: '', isShortened: false });
    });

    it('of bytes the first ones, and how many there are', () => {
      deepEqual(showResult({ image: Buffer.alloc(1000, 1) }, plain), {
        text: `{\n  "image": "Buffer <${Array(16).fill('01').join(' ')} … +984>"\n}`,
        isShortened: true,
      });
      deepEqual(showResult(Buffer.from([255]), plain), { text: 'Buffer <ff>', isShortened: false });
    });

    it('of what is large only so much as can be read', () => {
      let nested: unknown = 1;
      for (let level = 0; level < 200; level++) nested = { nested };
      const wide = Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => Array.from({ length: 200 }, () => 7)));
      const names = Object.fromEntries(Array.from({ length: 5000 }, (_, index) => [`device${index}`, {}]));
      for (const huge of ['x'.repeat(1_000_000), Array(1_000_000).fill(0), names, nested, wide]) {
        const { text, isShortened } = showResult(huge, plain);
        ok(isShortened && text.length <= 10_010, text.slice(-100));
      }
    });

    it('no secret, wherever it stands', () => {
      const hide = (text: string) => text.replaceAll(SECRET, '***');
      const long = `${'x'.repeat(490)}${SECRET}${'y'.repeat(500)}`;
      const { text } = showResult({ [SECRET]: [SECRET, long] }, hide);
      equal(/client-|4e71/.test(text), false, text);
    });
  });
});

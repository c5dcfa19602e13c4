import assert from 'node:assert/strict';
import { Account } from '../kit/account';
import { answer, type FaultServer } from '../kit/fault-server';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import { answering, asked, CLIENT, cloudNode, constants, isLogin, startCloud, TOKEN } from './fake-cloud';

const tuid = 'TSPR04X2Z74162947';
const period = { from: 1586952604, to: 1586952999 };
const query = 'from=1586952604&to=1586952999';
const groups = [{ group_id: 'g', group_description: null }];
const command = { tsmId: 1500, tsmEv: 30, transactionId: 7, reportInterval: 60 };
const sent = [{ ...command, tsmDstTuid: tuid }];
const message = { tsmId: 1110, tsmEv: 10, tsmTs: 1559638241, tsmTuid: tuid, batl: 74 };
const status = { tuid, installation_status: 'retired', timestamp: 1559564455 };

interface Row {
  readonly node: string;
  readonly operation: string;
  readonly parameters?: Record<string, unknown>;
  readonly request: string;
  readonly body?: unknown;
  readonly data: unknown;
  /** Where it differs from the data. */
  readonly result?: unknown;
}

/** The vendor's "Open Services API", endpoint by endpoint: the operation, its request, the answer, and what the flow gets. */
const WIRE: readonly Row[] = [
  {
    node: 'thing-query',
    operation: 'get-info',
    parameters: { tuid },
    request: `GET /things/${tuid}`,
    data: { battery_level: null, timestamp: 1586952604, location: { lat: '65.01', lon: 25.52 }, gateway_tuid: null },
    result: { timestamp: 1586952604, location: { lat: 65.01, lon: 25.52 } },
  },
  {
    node: 'thing-query',
    operation: 'get-info',
    parameters: { tuid: '%2e/?#ü' },
    request: 'GET /things/%252e%2F%3F%23%C3%BC',
    data: { location: { lat: '', lon: ' ' } },
    result: { location: {} },
  },
  {
    node: 'thing-query',
    operation: 'get-info',
    parameters: { tuid },
    request: `GET /things/${tuid}`,
    data: { battery_level: '86', timestamp: '1586952604', gateway_tuid: '12345678901234567', version: '2019.11' },
    result: { battery_level: 86, timestamp: 1586952604, gateway_tuid: '12345678901234567', version: '2019.11' },
  },
  {
    node: 'thing-query',
    operation: 'list-messages',
    parameters: { tuid, limit: 1 },
    request: `GET /things/${tuid}/messages?limit=1`,
    data: [
      { ...message, tsmId: '12100', tsmTs: '1559638241', temp: '-21.50', deploymentGroupId: '0815', tsmGw: '1', at: [{ accx: '1e-2' }] },
    ],
    result: [{ ...message, tsmId: 12100, tsmTs: 1559638241, temp: -21.5, deploymentGroupId: '0815', tsmGw: '1', at: [{ accx: 0.01 }] }],
  },
  {
    node: 'thing-installation',
    operation: 'list',
    parameters: { tuid },
    request: `GET /things/${tuid}/installations`,
    data: [{ ...status, timestamp: String(status.timestamp) }],
    result: [status],
  },
  {
    node: 'thing-command',
    operation: 'send',
    parameters: { tuid, commands: command },
    request: `POST /things/${tuid}/commands`,
    body: sent,
    data: { commands: [{ tsmId: '1500', tsmTs: '1557302186', reportInterval: '60' }] },
    result: { commands: [{ tsmId: 1500, tsmTs: 1557302186, reportInterval: 60 }] },
  },
  {
    node: 'thing-query',
    operation: 'list-messages',
    parameters: { tuid, limit: 5, messageId: [1110, 12100], eventId: 10, ...period },
    request: `GET /things/${tuid}/messages?messageid=1110%2C12100&eventid=10&${query}&limit=5`,
    data: [message],
  },
  { node: 'thing-query', operation: 'list-alerting', request: 'GET /things/alerts', data: { alerting_tuids: [tuid] } },
  {
    node: 'thing-query',
    operation: 'count-alerts',
    request: 'GET /things/alerts/count',
    data: { alert_count: '207' },
    result: { alert_count: 207 },
  },
  {
    node: 'thing-query',
    operation: 'list-alerts',
    parameters: { tuid, ...period },
    request: `GET /things/${tuid}/alerts?${query}`,
    data: [{ tuid, alert_type: 'heartbeat missed', alerts: [{ from: '1970-01-01T00:00:00', to: null }] }],
    result: [{ tuid, alert_type: 'heartbeat missed', alerts: [{ from: '1970-01-01T00:00:00' }] }],
  },
  {
    node: 'thing-command',
    operation: 'send',
    parameters: { tuid, commands: command },
    request: `POST /things/${tuid}/commands`,
    body: sent,
    data: { responsible: null, commands: sent.map((one) => ({ ...one, tsmTs: 1557302186 })) },
    result: { commands: sent.map((one) => ({ ...one, tsmTs: 1557302186 })) },
  },
  {
    node: 'thing-command',
    operation: 'list',
    parameters: { tuid, messageId: '1500, 1501', eventId: [30], ...period, limit: 2 },
    request: `GET /things/${tuid}/commands?messageid=1500%2C1501&eventid=30&${query}&limit=2`,
    data: [{ tuid, timestamp: 1557302186, responsible: null, command: { ...command, tsmTs: 1557302186 } }],
    result: [{ tuid, timestamp: 1557302186, command: { ...command, tsmTs: 1557302186 } }],
  },
  {
    node: 'thing-installation',
    operation: 'list',
    parameters: { tuid, limit: 1 },
    request: `GET /things/${tuid}/installations?limit=1`,
    data: [status],
  },
  { node: 'thing-installation', operation: 'list', parameters: { tuid }, request: `GET /things/${tuid}/installations`, data: [status] },
  {
    node: 'thing-installation',
    operation: 'set-status',
    parameters: { tuid, status: 'retired' },
    request: `POST /things/${tuid}/installations`,
    body: { installation_status: 'retired' },
    data: { tuid, installation_status: 'retired' },
  },
  {
    node: 'thing-group',
    operation: 'create',
    parameters: { groupId: 'prfi00lab', description: 'Lab' },
    request: 'POST /groups',
    body: { group_id: 'prfi00lab', group_description: 'Lab' },
    data: { group_id: 'prfi00lab', group_description: 'Lab' },
  },
  {
    node: 'thing-group',
    operation: 'create',
    parameters: { groupId: 'prfi00lab' },
    request: 'POST /groups',
    body: { group_id: 'prfi00lab' },
    data: { group_id: 'prfi00lab', group_description: null },
    result: { group_id: 'prfi00lab' },
  },
  {
    node: 'thing-group',
    operation: 'set-group-of-thing',
    parameters: { tuid, groupId: 'unassigned' },
    request: `POST /things/${tuid}/group`,
    body: { group_id: 'unassigned' },
    data: { tuid, group_id: 'unassigned' },
  },
  {
    node: 'thing-group',
    operation: 'rename',
    parameters: { groupId: 'a/b?c', newGroupId: 'new' },
    request: 'POST /groups/a%2Fb%3Fc/rename',
    body: { group_id: 'new' },
    data: { group_id: 'new', old: 'a/b?c', renamed: true },
  },
  { node: 'thing-group', operation: 'list', request: 'GET /groups', data: groups, result: [{ group_id: 'g' }] },
  { node: 'thing-group', operation: 'list', parameters: { search: 'a b', limit: 3 }, request: 'GET /groups?q=a+b&limit=3', data: [] },
  {
    node: 'thing-group',
    operation: 'list-things',
    parameters: { groupId: 'unassigned' },
    request: 'GET /groups/unassigned/things',
    data: { group_id: 'unassigned', tuids: [tuid] },
  },
  {
    node: 'thing-group',
    operation: 'list-things',
    parameters: { groupId: 'empty' },
    request: 'GET /groups/empty/things',
    data: { group_id: 'empty', tuids: null },
    result: { group_id: 'empty', tuids: [] },
  },
  {
    node: 'thing-group',
    operation: 'delete',
    parameters: { groupId: 'g' },
    request: 'DELETE /groups/g',
    data: { group_id: 'g', deleted: true },
  },
  {
    node: 'thing-group',
    operation: 'get-group-of-thing',
    parameters: { tuid },
    request: `GET /things/${tuid}/group`,
    data: { group_id: 'g', tuid },
  },
  {
    node: 'thing-group',
    operation: 'set-group-of-thing',
    parameters: { tuid, groupId: 'g' },
    request: `POST /things/${tuid}/group`,
    body: { group_id: 'g' },
    data: { group_id: 'g', tuid },
  },
];

/** What must not be sent, and the error that says why. */
const REFUSED: readonly [node: string, operation: string, parameters: Record<string, unknown>, message: RegExp][] = [
  ['thing-query', 'get-info', {}, /^tuid is missing$/],
  ['thing-query', 'get-info', { tuid: 'two words' }, /^tuid must be a TUID, without spaces, not "two words"$/],
  ['thing-query', 'get-info', { tuid: 'alerts' }, /^tuid must be a TUID/],
  ['thing-query', 'list-messages', { tuid }, /^limit is missing$/],
  ['thing-query', 'list-messages', { tuid, limit: 0 }, /^limit must be a whole number of at least 1, not "?0"?$/],
  [
    'thing-query',
    'list-alerts',
    { tuid, from: 1586952604123 },
    /^from must be in seconds, not milliseconds: 1586952604, not 1586952604123$/,
  ],
  ['thing-command', 'list', { tuid, to: 1586952604999 }, /^to must be in seconds, not milliseconds: 1586952604, not 1586952604999$/],
  ['thing-command', 'send', { tuid, commands: { tsmId: 1500 } }, /^commands\.tsmEv must be a whole number, not nothing$/],
  [
    'thing-command',
    'send',
    { tuid, commands: [command, { tsmEv: 30, tsmId: '1500' }] },
    /^commands\[1\]\.tsmId must be a whole number, not "1500"$/,
  ],
  [
    'thing-command',
    'send',
    { tuid, commands: { ...command, transactionId: -1 } },
    /^commands\.transactionId must be a whole number from 0 to 2147483647, not -1$/,
  ],
  [
    'thing-installation',
    'set-status',
    { tuid, status: 'lost' },
    /^status must be one of new, installed, uninstalled, quarantine, retired, not "lost"$/,
  ],
  [
    'thing-group',
    'create',
    { groupId: 'two words' },
    /^groupId must be a group ID: at most 64 characters, without spaces, and not “unassigned”, not "two words"$/,
  ],
  ['thing-group', 'create', { groupId: 'unassigned' }, /^groupId must be a group ID/],
  ['thing-group', 'rename', { groupId: 'g', newGroupId: 'x'.repeat(65) }, /^newGroupId must be a group ID/],
  ['thing-group', 'set-group-of-thing', { tuid, groupId: 'a b' }, /^groupId must be a group ID/],
];

describe('Thingsee on the wire', () => {
  let red: NodeRed;
  let vendor: FaultServer;
  let account: Account;
  before(async () => {
    red = await startNodeRed();
    vendor = await startCloud();
  });
  after(() => vendor.close());
  afterEach(async () => {
    await account.close();
    await vendor.heal();
  });

  const open = async (type: string, operation: string, parameters: Record<string, unknown> = {}, cloud = {}) => {
    const node = { id: 'node', type, connection: 'cloud', operation, parameters: constants(parameters) };
    account = await Account.open(red, node, [cloudNode(vendor.url, cloud)]);
  };

  for (const { node, operation, parameters, request, body, data, result = data } of WIRE)
    it(`${node}: ${operation} is ${request}`, async () => {
      await open(node, operation, parameters);
      vendor.good = answering(data);
      const { ends, outputs } = await account.run({ payload: 'before', topic: 'kept' });
      assert.deepEqual(ends, ['done']);
      const [first, ...more] = asked(vendor);
      assert.deepEqual([`${first?.method} ${first?.path}`, first?.json, more.length], [request, body, 0]);
      assert.equal(first?.headers.authorization, `Bearer ${TOKEN}`);
      assert.deepEqual([outputs[0]?.payload, outputs[0]?.statusCode, outputs[0]?.topic], [result, 200, 'kept']);
    });

  it('covers every operation', () => {
    const operations = ['command', 'query', 'installation', 'group'].flatMap((name) => {
      const { operations } = require(`../../src/vendors/thingsee/thing-${name}`) as { operations: { id: string }[] };
      return operations.map(({ id }) => `thing-${name} ${id}`);
    });
    assert.deepEqual([...new Set(WIRE.map(({ node, operation }) => `${node} ${operation}`))].sort(), operations.sort());
    assert.equal(operations.length, 16);
  });

  for (const [node, operation, parameters, message] of REFUSED)
    it(`${node}: ${operation} refuses ${JSON.stringify(parameters).slice(0, 80)}`, async () => {
      await open(node, operation, parameters);
      const { ends, error } = await account.run({});
      assert.deepEqual(ends, ['INVALID_INPUT']);
      assert.match((error as Error).message, message);
      assert.equal(vendor.requests.length, 0);
    });

  for (const [node, operation, parameters] of [
    ['thing-command', 'send', { tuid, commands: command }],
    ['thing-installation', 'set-status', { tuid, status: 'new' }],
    ['thing-group', 'create', { groupId: 'g' }],
    ['thing-group', 'rename', { groupId: 'g', newGroupId: 'h' }],
    ['thing-group', 'delete', { groupId: 'g' }],
    ['thing-group', 'set-group-of-thing', { tuid, groupId: 'g' }],
  ] as const)
    it(`${node}: ${operation} is done where the answer is HTTP 204`, async () => {
      await open(node, operation, parameters);
      vendor.good = (response, request) => (isLogin(request) ? answering({})(response, request) : void response.writeHead(204).end());
      const { ends, outputs } = await account.run({});
      assert.deepEqual([ends, outputs[0]?.payload, outputs[0]?.statusCode], [['done'], {}, 204]);
    });

  for (const [name, body] of [
    ['without the commands', '{"data":{"responsible":null}}'],
    ['with commands in another form', '{"data":{"commands":[{"tsmTs":"soon"},null]}}'],
    ['with data of another kind', '{"data":[]}'],
    ['without data', '{"ok":true}'],
    ['with a word', 'OK'],
    ['cut off', '{"data":{"comm'],
    ['with nothing', ''],
  ] as const)
    it(`a command is sent where the vendor accepts it ${name}`, async () => {
      await open('thing-command', 'send', { tuid, commands: command });
      vendor.good = (response, request) =>
        isLogin(request)
          ? answering({})(response, request)
          : void response.writeHead(202, { 'content-type': 'application/json' }).end(body);
      const { ends, outputs } = await account.run({});
      assert.deepEqual([ends, outputs[0]?.statusCode], [['done'], 202]);
      assert.equal(asked(vendor).length, 1);
    });

  it('a page in place of the vendor has accepted no command', async () => {
    await open('thing-command', 'send', { tuid, commands: command });
    vendor.good = (response, request) =>
      isLogin(request)
        ? answering({})(response, request)
        : void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hello</p>');
    assert.deepEqual((await account.run({})).ends, ['BAD_RESPONSE']);
  });

  for (const [node, operation, parameters, data, end] of [
    ['thing-group', 'rename', { groupId: 'g', newGroupId: 'h' }, { group_id: 'g', renamed: false }, 'REJECTED'],
    ['thing-group', 'delete', { groupId: 'g' }, { group_id: 'g', deleted: false }, 'REJECTED'],
    ['thing-query', 'count-alerts', {}, { alert_count: '' }, 'BAD_RESPONSE'],
    ['thing-query', 'count-alerts', {}, { alert_count: true }, 'BAD_RESPONSE'],
    ['thing-query', 'get-info', { tuid }, { location: [] }, 'BAD_RESPONSE'],
  ] as const)
    it(`${node}: ${operation} ends with ${end} after ${JSON.stringify(data)}`, async () => {
      await open(node, operation, parameters);
      vendor.good = answering(data);
      assert.deepEqual((await account.run({})).ends, [end]);
    });

  it('takes no token that cannot be sent', async () => {
    await open('thing-group', 'list');
    vendor.next(answer({ data: { token: 'two\nlines' } }));
    assert.deepEqual((await account.run({})).ends, ['BAD_RESPONSE']);
    assert.equal(asked(vendor).length, 0);
  });

  it('fetches a token with the client’s ID and secret, once for all', async () => {
    await open('thing-group', 'list');
    vendor.good = answering([]);
    for (let count = 0; count < 3; count++) await account.run({});
    const [login, ...others] = vendor.requests;
    assert.deepEqual(
      [login?.method, login?.path, login?.json, login?.headers.authorization],
      ['POST', '/auth/client-token', { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret }, undefined],
    );
    assert.deepEqual(
      others.map(({ path }) => path),
      ['/groups', '/groups', '/groups'],
    );
  });

  for (const baseUrl of ['/prod/v1', '/prod/v1/'])
    it(`takes a base URL that ends with ${baseUrl}`, async () => {
      await open('thing-group', 'list', {}, { baseUrl: vendor.url + baseUrl });
      vendor.good = answering([]);
      await account.run({});
      assert.deepEqual(
        vendor.requests.map(({ path }) => path),
        ['/prod/v1/auth/client-token', '/prod/v1/groups'],
      );
    });

  for (const [cloud, message] of [
    [{ baseUrl: '' }, /^baseUrl is missing$/],
    [{ baseUrl: 'http://abc123.execute-api.eu-west-1.amazonaws.com/prod/v1' }, /^baseUrl must be an address that begins with https:\/\//],
    [{ baseUrl: 'http://127.0.0.1.example.com/' }, /^baseUrl must be/],
    [{ baseUrl: 'https://[' }, /^baseUrl must be/],
    [
      { baseUrl: 'http://me:pass@127.0.0.1/' },
      /^baseUrl must be an address without a user name and a password, not "http:\/\/…@127.0.0.1"$/,
    ],
    [{ credentials: { clientId: 'only' } }, /^clientSecret is missing$/],
  ] as const)
    it(`says what is not configured: ${JSON.stringify(cloud)}`, async () => {
      await open('thing-group', 'list', {}, cloud);
      const { ends, error } = await account.run({});
      assert.deepEqual(ends, ['NOT_CONFIGURED']);
      assert.match((error as Error).message, message);
    });

  it('warns once of a command that is not documented, and sends it', async () => {
    const unknown = { tsmId: 17110, tsmEv: 30, profileId: 0 };
    await open('thing-command', 'send', { tuid, commands: unknown });
    vendor.good = answering({ commands: [{ ...unknown, tsmTs: 1 }] });
    for (let count = 0; count < 2; count++) assert.deepEqual((await account.run({})).ends, ['done']);
    assert.deepEqual(
      asked(vendor).map(({ json }) => json),
      Array(2).fill([{ ...unknown, tsmDstTuid: tuid }]),
    );
    const warnings = red.logs.filter(({ level, id }) => level === 'warn' && id === 'node').map(({ text }) => text);
    assert.deepEqual(warnings, ['command 17110 is not one that the vendor documents: 1500, 1501, 12200, 13200']);
  });

  it('takes several commands, from the message', async () => {
    await open('thing-command', '');
    vendor.good = answering({ commands: [{ tsmTs: 1 }, { tsmTs: 1 }] });
    await account.run({ operation: 'send', parameters: { tuid, commands: [command, { tsmId: 13200, tsmEv: 30, mode: 2 }] } });
    assert.deepEqual(asked(vendor)[0]?.json, [
      { ...command, tsmDstTuid: tuid },
      { tsmId: 13200, tsmEv: 30, mode: 2, tsmDstTuid: tuid },
    ]);
  });
});

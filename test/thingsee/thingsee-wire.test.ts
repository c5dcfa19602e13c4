import assert from 'node:assert/strict';
import { Audit } from '../kit/audit';
import { answer, type FaultServer } from '../kit/fault-server';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import { constants } from '../kit/typed-input';
import { asked, CLIENT, cloudNode, isLogin, respondWith, startCloud, TOKEN } from './fake-cloud';
import { command, REFUSED, tuid, WIRE } from './wire-table';

describe('Thingsee on the wire', () => {
  let red: NodeRed;
  let vendor: FaultServer;
  let audit: Audit;
  before(async () => {
    red = await startNodeRed();
    vendor = await startCloud();
  });
  after(() => vendor.close());
  afterEach(async () => {
    await audit.close();
    await vendor.heal();
  });

  const open = async (type: string, operation: string, parameters: Record<string, unknown> = {}, cloud = {}) => {
    const node = { id: 'node', type, connection: 'cloud', operation, parameters: constants(parameters) };
    audit = await Audit.open(red, node, [cloudNode(vendor.url, cloud)]);
  };

  for (const { node, operation, parameters, request, body, data, result = data } of WIRE)
    it(`${node}: ${operation} is ${request}`, async () => {
      await open(node, operation, parameters);
      vendor.good = respondWith(data);
      const { ends, outputs } = await audit.run({ payload: 'before', topic: 'kept' });
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
      const { ends, error } = await audit.run({});
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
      vendor.good = (response, request) => (isLogin(request) ? respondWith({})(response, request) : void response.writeHead(204).end());
      const { ends, outputs } = await audit.run({});
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
          ? respondWith({})(response, request)
          : void response.writeHead(202, { 'content-type': 'application/json' }).end(body);
      const { ends, outputs } = await audit.run({});
      assert.deepEqual([ends, outputs[0]?.statusCode], [['done'], 202]);
      assert.equal(asked(vendor).length, 1);
    });

  it('a page in place of the vendor has accepted no command', async () => {
    await open('thing-command', 'send', { tuid, commands: command });
    vendor.good = (response, request) =>
      isLogin(request)
        ? respondWith({})(response, request)
        : void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>Hello</p>');
    assert.deepEqual((await audit.run({})).ends, ['BAD_RESPONSE']);
  });

  for (const deleted of ['true', '1', 1])
    it(`a group is deleted where the answer says ${JSON.stringify(deleted)}`, async () => {
      await open('thing-group', 'delete', { groupId: 'g' });
      vendor.good = respondWith({ group_id: 'g', deleted });
      const { ends, outputs } = await audit.run({});
      assert.deepEqual([ends, outputs[0]?.payload], [['done'], { group_id: 'g', deleted: true }]);
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
      vendor.good = respondWith(data);
      assert.deepEqual((await audit.run({})).ends, [end]);
    });

  it('takes no token that cannot be sent', async () => {
    await open('thing-group', 'list');
    vendor.next(answer({ data: { token: 'two\nlines' } }));
    assert.deepEqual((await audit.run({})).ends, ['BAD_RESPONSE']);
    assert.equal(asked(vendor).length, 0);
  });

  it('fetches a token with the client’s ID and secret, once for all', async () => {
    await open('thing-group', 'list');
    vendor.good = respondWith([]);
    for (let count = 0; count < 3; count++) await audit.run({});
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
      vendor.good = respondWith([]);
      await audit.run({});
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
      const { ends, error } = await audit.run({});
      assert.deepEqual(ends, ['NOT_CONFIGURED']);
      assert.match((error as Error).message, message);
    });

  it('warns once of a command that is not documented, and sends it', async () => {
    const unknown = { tsmId: 17110, tsmEv: 30, profileId: 0 };
    await open('thing-command', 'send', { tuid, commands: unknown });
    vendor.good = respondWith({ commands: [{ ...unknown, tsmTs: 1 }] });
    for (let count = 0; count < 2; count++) assert.deepEqual((await audit.run({})).ends, ['done']);
    assert.deepEqual(
      asked(vendor).map(({ json }) => json),
      Array(2).fill([{ ...unknown, tsmDstTuid: tuid }]),
    );
    const warnings = red.logs.filter(({ level, id }) => level === 'warn' && id === 'node').map(({ text }) => text);
    assert.deepEqual(warnings, ['command 17110 is not one that the vendor documents: 1500, 1501, 12200, 13200']);
  });

  it('takes several commands, from the message', async () => {
    await open('thing-command', '');
    vendor.good = respondWith({ commands: [{ tsmTs: 1 }, { tsmTs: 1 }] });
    await audit.run({ operation: 'send', parameters: { tuid, commands: [command, { tsmId: 13200, tsmEv: 30, mode: 2 }] } });
    assert.deepEqual(asked(vendor)[0]?.json, [
      { ...command, tsmDstTuid: tuid },
      { tsmId: 13200, tsmEv: 30, mode: 2, tsmDstTuid: tuid },
    ]);
  });
});

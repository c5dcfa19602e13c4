import assert from 'node:assert/strict';
import { respond } from '../kit/fault-server';
import '../kit/once';
import { Stage } from '../kit/stage';
import { constants } from '../kit/typed-input';
import { TOKEN } from '../kit/vendor';
import { refusalTable, wireTable } from '../kit/wire-table';
import { asked, CLIENT, isLogin, respondWith } from './fake-cloud';
import { thingsee } from './vendor';
import { command, REFUSED, tuid, WIRE } from './wire-table';

describe('Thingsee on the wire', () => {
  const stage = new Stage(thingsee);
  beforeEach(() => {
    stage.server.good = respondWith({});
  });

  const open = async (type: string, operation: string, parameters: Record<string, unknown> = {}, cloud = {}) => {
    await stage.open({ type, operation, parameters: constants(parameters) }, cloud);
  };

  wireTable(stage, {
    rows: WIRE.map(({ node, operation, parameters = {}, request, body, data, result = data }) => ({
      title: `${node}: ${operation} is ${request}`,
      node: { type: node, operation, parameters: constants(parameters) },
      message: { payload: 'before' },
      request: [request, body, `Bearer ${TOKEN}`],
      response: { data },
      result,
    })),
    shows: ({ method, path, json, headers }) => [`${method} ${path}`, json, headers.authorization],
    login: ['POST /auth/client-token', { client_id: CLIENT.clientId, client_secret: CLIENT.clientSecret }, undefined],
  });

  refusalTable(
    stage,
    REFUSED.map(([node, operation, parameters, says]) => ({
      title: `${node}: ${operation} refuses ${JSON.stringify(parameters).slice(0, 80)}`,
      node: { type: node, operation, parameters: constants(parameters) },
      says,
    })),
  );

  for (const [node, operation, parameters] of [
    ['thing-command', 'send', { tuid, commands: command }],
    ['thing-installation', 'set-status', { tuid, status: 'new' }],
    ['thing-group', 'create', { groupId: 'g' }],
    ['thing-group', 'rename', { groupId: 'g', newGroupId: 'h' }],
    ['thing-group', 'delete', { groupId: 'g' }],
    ['thing-group', 'set-group-of-thing', { tuid, groupId: 'g' }],
  ] as const)
    it(`${node}: ${operation} is done where the response is HTTP 204`, async () => {
      await open(node, operation, parameters);
      stage.server.good = (response, request) =>
        isLogin(request) ? respondWith({})(response, request) : void response.writeHead(204).end();
      const { ends, outputs } = await stage.run({});
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
      stage.server.good = (response, request) =>
        isLogin(request)
          ? respondWith({})(response, request)
          : void response.writeHead(202, { 'content-type': 'application/json' }).end(body);
      const { ends, outputs } = await stage.run({});
      assert.deepEqual([ends, outputs[0]?.statusCode], [['done'], 202]);
      assert.equal(asked(stage.server).length, 1);
    });

  for (const deleted of ['true', '1', 1])
    it(`a group is deleted where the response says ${JSON.stringify(deleted)}`, async () => {
      await open('thing-group', 'delete', { groupId: 'g' });
      stage.server.good = respondWith({ group_id: 'g', deleted });
      const { ends, outputs } = await stage.run({});
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
      stage.server.good = respondWith(data);
      assert.deepEqual((await stage.run({})).ends, [end]);
    });

  it('takes no token that cannot be sent', async () => {
    await open('thing-group', 'list');
    stage.server.next(respond({ data: { token: 'two\nlines' } }));
    assert.deepEqual((await stage.run({})).ends, ['BAD_RESPONSE']);
    assert.equal(asked(stage.server).length, 0);
  });

  it('fetches a token with the client’s ID and secret, once for all', async () => {
    await open('thing-group', 'list');
    stage.server.good = respondWith([]);
    for (let count = 0; count < 3; count++) await stage.run({});
    const [login, ...others] = stage.server.requests;
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
      await open('thing-group', 'list', {}, { baseUrl: stage.server.url + baseUrl });
      stage.server.good = respondWith([]);
      await stage.run({});
      assert.deepEqual(
        stage.server.requests.map(({ path }) => path),
        ['/prod/v1/auth/client-token', '/prod/v1/groups'],
      );
    });

  for (const [cloud, message] of [
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
      const { ends, error } = await stage.run({});
      assert.deepEqual(ends, ['NOT_CONFIGURED']);
      assert.match((error as Error).message, message);
    });

  it('warns once of a command that is not documented, and sends it', async () => {
    const unknown = { tsmId: 17110, tsmEv: 30, profileId: 0 };
    await open('thing-command', 'send', { tuid, commands: unknown });
    stage.server.good = respondWith({ commands: [{ ...unknown, tsmTs: 1 }] });
    for (let count = 0; count < 2; count++) assert.deepEqual((await stage.run({})).ends, ['done']);
    assert.deepEqual(
      asked(stage.server).map(({ json }) => json),
      Array(2).fill([{ ...unknown, tsmDstTuid: tuid }]),
    );
    const warnings = stage.red.logs.filter(({ level, id }) => level === 'warn' && id === 'node').map(({ text }) => text);
    assert.deepEqual(warnings, ['command 17110 is not one that the vendor documents: 1500, 1501, 12200, 13200']);
  });

  it('takes several commands, from the message', async () => {
    await open('thing-command', '');
    stage.server.good = respondWith({ commands: [{ tsmTs: 1 }, { tsmTs: 1 }] });
    await stage.run({ operation: 'send', parameters: { tuid, commands: [command, { tsmId: 13200, tsmEv: 30, mode: 2 }] } });
    assert.deepEqual(asked(stage.server)[0]?.json, [
      { ...command, tsmDstTuid: tuid },
      { tsmId: 13200, tsmEv: 30, mode: 2, tsmDstTuid: tuid },
    ]);
  });
});

import { deepEqual } from 'node:assert/strict';
import type { Connection, Lookup } from '../../src/core/connection';
import type { Operation } from '../../src/core/operation';
import { prepareRequest } from '../../src/core/operation';
import type { Parameters } from '../../src/core/schema/parameters';
import { parseParameters } from '../../src/core/schema/parse';
import { Scope } from '../../src/core/scope';
import * as thingsee from '../../src/vendors/thingsee/thingsee-cloud';
import * as thingsquare from '../../src/vendors/thingsquare/thingsquare-frontend';
import * as turn from '../../src/vendors/turn/turn-device';
import * as twinkly from '../../src/vendors/twinkly/twinkly-account';
import { FaultServer, respond } from '../kit/fault-server';

interface OddRow {
  readonly node: string;
  readonly operation: string;
  readonly values?: Readonly<Record<string, unknown>>;
  /** The response; every element that holds `odd`, and every `null`, is not what the vendor promises. */
  readonly says: unknown;
  readonly result: unknown;
}

const tuid = 'TSPR04EZU31901021';
const message = { tsmId: 1110, tsmTs: 1, tsmEv: 10 };
const image = { name: 'a', platform: 'p' };

const rows: readonly OddRow[] = [
  { node: 'twinkly/twinkly-query', operation: 'list-objects', says: { objects: [{ id: 1 }, 'odd', null] }, result: [{ id: 1 }] },
  {
    node: 'turn/turn-channel',
    operation: 'list-channels',
    says: [{ id: 'light/1/1' }, { id: 5 }, null],
    result: [{ id: 'light/1/1' }],
  },
  { node: 'turn/turn-channel', operation: 'list-actions', values: { channel: 'light/1/1' }, says: ['a', 5, null], result: ['a'] },
  {
    node: 'thingsquare/thingsquare-device',
    operation: 'list',
    says: { a: { d: { x: { value: '1' }, y: 'odd' } }, b: 'odd', c: ['odd'] },
    result: { a: { d: { x: { value: '1' } } } },
  },
  { node: 'thingsquare/thingsquare-device', operation: 'list-network', says: { a: {}, b: 'odd' }, result: { a: {} } },
  { node: 'thingsquare/thingsquare-device', operation: 'list', says: { a: null }, result: {} },
  { node: 'thingsquare/thingsquare-device', operation: 'list', says: { a: {}, b: null }, result: { a: {} } },
  { node: 'thingsquare/thingsquare-device', operation: 'list', says: { a: { d: { x: null } } }, result: { a: { d: {} } } },
  ...['..', '.', '', '\ud800', '__proto__'].map((id) => ({
    ...{ node: 'thingsquare/thingsquare-device', operation: 'list', result: { a: {} } },
    says: JSON.parse(`{"a":{},${JSON.stringify(id)}:{}}`) as unknown,
  })),
  {
    ...{ node: 'thingsquare/thingsquare-device', operation: 'get', values: { device: 'a' }, result: { s: { x: { value: '1' } } } },
    says: JSON.parse('{"s":{"x":{"value":"1"},"__proto__":{"value":"2"}}}') as unknown,
  },
  {
    node: 'thingsquare/thingsquare-device',
    operation: 'get',
    values: { device: 'a' },
    says: { s: { x: { value: '1' }, y: 'odd' } },
    result: { s: { x: { value: '1' } } },
  },
  {
    node: 'thingsquare/thingsquare-variable',
    operation: 'history',
    values: { device: 'a', name: 'x', latest: 5 },
    says: [{ id: 3, value: '1' }, { id: 'odd' }, { id: 1, value: '2' }],
    result: [
      { id: 3, value: '1' },
      { id: 1, value: '2' },
    ],
  },
  { node: 'thingsquare/thingsquare-firmware', operation: 'list', says: [image, { name: 5 }, null], result: [image] },
  {
    node: 'thingsee/thing-query',
    operation: 'list-messages',
    values: { tuid, limit: 5 },
    says: { data: [message, { tsmId: 'odd' }, null] },
    result: [message],
  },
  {
    node: 'thingsee/thing-query',
    operation: 'list-alerting',
    says: { data: { alerting_tuids: ['a', 5, null] } },
    result: { alerting_tuids: ['a'] },
  },
  {
    node: 'thingsee/thing-query',
    operation: 'list-alerts',
    values: { tuid },
    says: { data: [{ alert_type: 'battery', alerts: [{ from: 1 }, 'odd'] }, { alert_type: 5 }] },
    result: [{ alert_type: 'battery', alerts: [{ from: 1 }] }],
  },
  {
    node: 'thingsee/thing-command',
    operation: 'list',
    values: { tuid },
    says: { data: [{ command: { tsmId: 1 } }, { command: 'odd' }] },
    result: [{ command: { tsmId: 1 } }],
  },
  {
    node: 'thingsee/thing-installation',
    operation: 'list',
    values: { tuid },
    says: { data: [{ installation_status: 'new' }, { installation_status: 5 }] },
    result: [{ installation_status: 'new' }],
  },
  {
    node: 'thingsee/thing-group',
    operation: 'list',
    says: { data: [{ group_id: 'g' }, { group_id: 5 }] },
    result: [{ group_id: 'g' }],
  },
  {
    node: 'thingsee/thing-group',
    operation: 'list-things',
    values: { groupId: 'g' },
    says: { data: { tuids: ['a', 5] } },
    result: { tuids: ['a'] },
  },
];

/** What each dropdown offers of the same lists. */
const dropdowns: readonly (readonly [
  vendor: string,
  lookup: string,
  parameters: Record<string, unknown>,
  says: unknown,
  offers: string[],
])[] = [
  ['twinkly', 'objects', {}, { objects: [{ id: 1 }, { id: null }, 'odd'] }, ['1']],
  ['twinkly', 'installations', {}, { objects: [{ id: 1, installation: { id: 'i' } }, { id: {} }] }, ['i']],
  ['twinkly', 'devices', {}, { objects: [{ id: 1, devices: [{ device: { id: 'd' } }, 'odd', { device: 5 }] }, 'odd'] }, ['d']],
  ['turn', 'channels', {}, [{ id: 'light/1/1' }, { id: 5 }], ['light/1/1']],
  ['turn', 'selectors', { stream: 'page' }, { pages: [{ id: 'light/1' }, { id: 5 }, null] }, ['light/1']],
  ['turn', 'actions', { channel: 'light/1/1' }, ['a', 5], ['a']],
  ['thingsquare', 'devices', {}, { a: {}, b: 'odd' }, ['a']],
  ['thingsquare', 'variables', { device: 'a', kind: 'd' }, { d: { x: { value: '1' }, y: 'odd' } }, ['x']],
  ['thingsquare', 'firmware', {}, [image, { name: 5 }], ['a']],
  ['thingsee', 'groups', {}, { data: [{ group_id: 'g' }, { group_id: 5 }, null] }, ['g']],
];

describe('a response of which one element is not what the vendor promises', () => {
  let server: FaultServer;
  const scope = new Scope();
  let connections: Readonly<Record<string, Connection>>;

  beforeEach(async () => {
    server = await FaultServer.start();
    const baseUrl = server.url;
    const network = { timeout: 10_000 };
    const settings = (all: Parameters, given: Record<string, unknown>): never => parseParameters(all, given) as never;
    const common = { network, identity: 'x'.repeat(20), credentials: {} as never };
    connections = {
      twinkly: twinkly.connect({ ...common, settings: settings(twinkly.settings, { environment: 'custom', baseUrl }) }),
      turn: turn.connect({ ...common, settings: settings(turn.settings, { host: '127.0.0.1', port: new URL(baseUrl).port }) }),
      thingsquare: thingsquare.connect({ ...common, settings: settings(thingsquare.settings, { baseUrl, authentication: 'anonymous' }) }),
      thingsee: thingsee.connect({ ...common, settings: settings(thingsee.settings, { baseUrl }) }),
    };
  });
  afterEach(async () => {
    await Promise.all(Object.values(connections).map((connection) => connection.close()));
    await server.close();
  });

  /** Lets everybody in, and then says the same to all. */
  const say = (body: unknown) =>
    server.always((response, request) => {
      const { path } = request;
      if (path === '/v2/auth') respond({ access_token: 'token' })(response, request);
      else if (path.startsWith('/0/session/')) respond('session-ok', 200, { 'set-cookie': 'id=1; Path=/' })(response, request);
      else if (path === '/0/user/') respond({ login: '' })(response, request);
      else if (path === '/auth/client-token') respond({ data: { token: 'token' } })(response, request);
      else respond(body)(response, request);
    });

  for (const { node, operation: id, values = {}, says, result } of rows)
    it(`keeps the others, and tells of it: ${node} ${id}`, async () => {
      const { operations } = require(`../../src/vendors/${node}`) as { operations: readonly Operation[] };
      const operation = operations.find((one) => one.id === id);
      if (!operation) throw new Error(`${node} has no ${id}`);
      say(says);
      const connection = connections[node.split('/', 1)[0] ?? ''] as Connection;
      const told: string[] = [];
      const observer = { scope, onWarning: (text: string) => told.push(text) };
      const job = { operation, values: parseParameters(operation.parameters, values), observer };
      deepEqual((await prepareRequest(connection, job)()).result, result);
      deepEqual([told.length > 0, told.filter((text) => !/ of the response is left out: /.test(text))], [true, []]);
    });

  for (const [vendor, name, parameters, says, offers] of dropdowns)
    it(`keeps the others in a dropdown: ${vendor} ${name}`, async () => {
      say(says);
      const { lookups } = { twinkly, turn, thingsquare, thingsee }[vendor] as unknown as { lookups: Record<string, Lookup<Connection>> };
      const connection = connections[vendor] as Connection;
      const items = await lookups[name]?.(connection, { deployed: undefined, parameters, within: undefined, scope });
      deepEqual(
        items?.map(({ value }) => value),
        offers,
      );
    });
});

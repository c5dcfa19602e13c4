import { deepEqual, equal } from 'node:assert/strict';
import { FaultServer, respond } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';
import { debugNode, PlainNodeRed } from '../kit/plain';
import { until } from '../kit/within';

/** The body of the document's example. */
const python = (key: number) =>
  `{'type': 'context', 'installation_id': '16', 'device_id': '456', 'payload': {'key': ${key}, 'cl': [{'i': 0, 'v': 0}, {'i': 4, 'v': [0, 15]}]}}`;
const object = (key: number) =>
  JSON.stringify({
    type: 'context',
    installation_id: '16',
    device_id: '456',
    payload: {
      key,
      cl: [
        { i: 0, v: 0 },
        { i: 4, v: [0, 15] },
      ],
    },
  });
const FORMS = { 'a JSON object': object, 'a JSON text of Python': (key: number) => JSON.stringify(python(key)), Python: python };
const TYPES = ['application/json', 'text/plain', undefined, 'application/x-www-form-urlencoded'];
const BODIES = Object.entries(FORMS).flatMap(([form, make]) => TYPES.map((type) => ({ form, make, type })));

const DEEP = 100_000;
const NESTED = {
  'JSON, complete': '['.repeat(DEEP) + ']'.repeat(DEEP),
  'JSON, an event': `{"type":"context","installation_id":1,"device_id":1,"payload":{"cl":${'['.repeat(DEEP)}${']'.repeat(DEEP)}}}`,
  'JSON, broken': '['.repeat(DEEP),
  Python: `{'a': ${'('.repeat(DEEP)}${')'.repeat(DEEP)}}`,
};

describe('sonata-events over the webhook, on a plain Node-RED', () => {
  let server: FaultServer;
  let red: PlainNodeRed;
  before(async () => {
    server = await FaultServer.start();
    server.good = (response, request) => respond({ message: `Subscribed to ${urlIn(request.json)}` })(response, request);
  });
  after(() => server.close());
  afterEach(async () => {
    await red.remove();
    await server.heal();
  });

  const urlIn = (json: unknown) => (json as { url: string }).url;
  const start = async (settings: Record<string, unknown>): Promise<string> => {
    red = await PlainNodeRed.start({ settings });
    const gateway: FlowNode = { id: 'gateway', type: 'sonata-gateway', baseUrl: server.url, installationId: 16 };
    const node: FlowNode = { id: 'events', type: 'sonata-events', connection: 'gateway', publicUrl: red.httpUrl, wires: [['seen']] };
    await red.deploy([gateway, node, debugNode('seen')]);
    await until('a subscription', () => server.requests.length > 0);
    return urlIn(server.requests[0]?.json);
  };
  const post = (url: string, body: string, type: string | undefined) =>
    // Bytes: fetch gives text a type of its own.
    fetch(url, { method: 'POST', body: Buffer.from(body), ...(type !== undefined && { headers: { 'content-type': type } }) });

  for (const httpAdminRoot of ['/', '/admin'])
    for (const httpNodeRoot of ['/', '/api'])
      it(`takes every form of a body under every content type, with the admin root ${httpAdminRoot} and the node root ${httpNodeRoot}`, async () => {
        const url = await start({ httpAdminRoot, httpNodeRoot });
        const responses = await Promise.all(
          BODIES.map(async ({ form, make, type }, key) => `${form} as ${type}: ${(await post(url, make(key), type)).status}`),
        );
        deepEqual(
          responses,
          BODIES.map(({ form, type }) => `${form} as ${type}: 200`),
        );
        const events = (await red.shows('seen', BODIES.length)).map(({ payload }) => payload as { key: number });
        deepEqual(
          events.sort((a, b) => a.key - b.key),
          BODIES.map((_, key) => ({ installationId: 16, deviceId: 456, type: 'context', values: { 0: [0], 4: [0, 15] }, key })),
        );
      });

  it('responds without a stack trace, whatever is posted', async () => {
    const url = await start({});
    for (const type of TYPES)
      for (const [form, body] of Object.entries(NESTED)) {
        const response = await post(url, body, type);
        deepEqual([form, type, response.status, await response.text()], [form, type, 200, 'OK']);
      }
    for (const path of ['/ensemble/webhook/%E0%A4%A', '/ensemble/webhook/x', '/ensemble/webhook', `/ensemble/webhook/${'A'.repeat(32)}`])
      for (const body of ['{', NESTED['JSON, broken']]) {
        const response = await post(red.httpUrl + path, body, 'application/json');
        deepEqual([path, response.status, await response.text()], [path, 404, 'Not Found']);
      }
    equal((await post(url, object(1), 'application/json')).status, 200);
    await red.shows('seen');
  });
});

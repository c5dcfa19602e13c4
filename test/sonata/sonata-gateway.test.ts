import { deepEqual, equal, match } from 'node:assert/strict';
import { type Behaviour, respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { sonata } from './vendor';

/** No broker listens there. */
const NOWHERE = 'mqtt://127.0.0.1:1';

describe('sonata-gateway: Test', () => {
  const stage = new Stage(sonata);

  const tried = async (behaviour: Behaviour) => {
    stage.server.next(behaviour);
    const body = { id: 'new', values: { baseUrl: stage.server.url, mqttUrl: NOWHERE } };
    const response = await stage.red.admin('/ensemble/test/sonata-gateway', { method: 'POST', body });
    return { status: response.status, ...((await response.json()) as { code?: string; message: string }) };
  };
  const page =
    (status: number, text: string, type = 'text/html'): Behaviour =>
    (response) =>
      response.writeHead(status, { 'content-type': type }).end(text);

  it('accepts the responses of a Sonata server', async () => {
    const { message } = await tried(respond({ error: 'URL is required' }, 400));
    match(message, /^the Sonata server answers, but the broker 127\.0\.0\.1:1 cannot be reached/);
    deepEqual(
      stage.server.requests.map(({ method, path, json }) => [method, path, json]),
      [['POST', '/subscribe', {}]],
    );
  });

  it('accepts no response of another server', async () => {
    const others: [Behaviour, string][] = [
      [page(400, '<h1>400 The plain HTTP request was sent to HTTPS port</h1>'), 'BAD_RESPONSE'],
      [page(400, 'Bad Request', 'text/plain'), 'BAD_RESPONSE'],
      [respond({ error: 'Bad Request' }, 400), 'BAD_RESPONSE'],
      [respond({ status: 'URL is required' }, 400), 'BAD_RESPONSE'],
      [page(400, ''), 'BAD_RESPONSE'],
      [respond({ message: 'Subscribed to None' }), 'BAD_RESPONSE'],
      [page(200, '<h1>Welcome</h1>'), 'BAD_RESPONSE'],
      [respond({ error: 'URL is required' }, 403), 'FORBIDDEN'],
      [respond({ error: 'URL is required' }, 404), 'NOT_FOUND'],
    ];
    for (const [behaviour, wanted] of others) {
      const { status, code } = await tried(behaviour);
      deepEqual([status, code], [400, wanted]);
    }
    equal(stage.server.requests.length, others.length);
  });
});

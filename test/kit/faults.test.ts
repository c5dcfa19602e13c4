import { deepEqual, equal } from 'node:assert/strict';
import { request } from 'undici';
import { z } from 'zod';
import { EnsembleError } from '../../src/core/errors';
import { HttpClient } from '../../src/core/http/client';
import { json } from '../../src/core/http/response';
import { Scope } from '../../src/core/scope';
import { FaultServer, respond } from './fault-server';
import { faults } from './faults';

describe('kit: fault server', () => {
  let server: FaultServer;
  before(async () => {
    server = await FaultServer.start();
  });
  afterEach(() => server.heal());
  after(() => server.close());

  it('records what comes, and responds as told', async () => {
    server.next(respond({ busy: true }, 503), respond({ value: 1 }));
    const statuses: number[] = [];
    for (const path of ['/a', '/b', '/c']) {
      const { statusCode, body } = await request(server.url + path, { method: 'POST', body: '{"x":1}' });
      await body.dump();
      statuses.push(statusCode);
    }
    deepEqual(statuses, [503, 200, 200]);
    deepEqual(
      server.requests.map(({ method, path, json }) => [method, path, json]),
      ['/a', '/b', '/c'].map((path) => ['POST', path, { x: 1 }]),
    );
  });

  it('notices who follows a redirect', async () => {
    server.next((response) => void response.writeHead(307, { location: `${server.elsewhere}/there` }).end());
    await (await fetch(`${server.url}/here`)).text();
    deepEqual(
      server.strayed.map(({ path }) => path),
      ['/there'],
    );
  });

  it('speaks TLS', async () => {
    const secure = await FaultServer.start({ tls: true });
    const client = new HttpClient({ baseUrl: secure.url, timeout: 5000 });
    const error = await client
      .send({ method: 'GET', path: '/' }, { repeatable: true, scope: new Scope() })
      .catch((thrown: unknown) => thrown);
    equal((error as EnsembleError).code, 'UNREACHABLE');
    await client.close();
    await secure.close();
  });

  describe('the HTTP client of this package', () => {
    const parse = json(z.looseObject({ message: z.string() }));
    // What passes by itself is waited for by a node.
    for (const fault of faults.filter(({ passes }) => !passes))
      it(`survives ${fault.name}`, async () => {
        const client = new HttpClient({ baseUrl: server.url, timeout: fault.timeout });
        const scope = new Scope();
        const send = () => client.send({ method: 'POST', path: '/x', json: {} }, { repeatable: false, scope }).then(parse);
        await fault.arrange(server);
        const outcome = await send().catch((thrown: unknown) => thrown);
        if (outcome instanceof EnsembleError)
          deepEqual([outcome.code, fault.statusCode && outcome.cause.statusCode], [fault.end, fault.statusCode]);
        else deepEqual(['done', outcome], [fault.end, { message: 'Success' }]);
        equal(server.strayed.length, 0);
        await server.heal();
        deepEqual(await send(), { message: 'Success' });
        await scope.end();
        await client.close();
      });
  });
});

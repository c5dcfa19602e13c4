import { deepEqual, equal, match } from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { hostname } from 'node:os';
import { text } from 'node:stream/consumers';
import type { Simulator } from '../../src/simulators/simulator';
import { vendors } from '../../src/simulators/vendors';
import { EXAMPLE, simulated, snapshot } from './simulated';
import { CLIENT } from './twinkly';

interface RequestParts {
  readonly method?: string;
  readonly path?: string;
  readonly body?: string;
}

const json = { 'content-type': 'application/json' };
/** What a page may send anywhere, unasked. */
const pattern = { method: 'POST', path: '/sonata/pattern', body: JSON.stringify({ installation_id: 1, device_id: 1, values: EXAMPLE }) };
const READS = ['/sonata/unsubscribe', ...Object.values(vendors).map(({ prefix }) => `${prefix}/any`)];
const LOGIN = '/twinkly/v2/auth/login';

describe('the simulated devices, from elsewhere', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await simulated();
  });

  const ask = async (headers: Record<string, string>, { method = 'GET', path = '/', body = '' }: RequestParts = {}) => {
    const sent = request(simulator.address + path, { method, headers }).end(body);
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    return { status: response.statusCode, text: await text(response) };
  };
  const port = () => new URL(simulator.address).port;
  const requests = async () => (await snapshot(simulator)).log.length;

  it('take nothing from a page of another site', async () => {
    for (const origin of ['https://example.com', 'null', 'http://127.0.0.1:1880', `https://127.0.0.1`])
      for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json']) {
        const refused = await ask({ origin, 'content-type': type }, pattern);
        equal(refused.status, 403, `${origin} ${type}`);
        match(refused.text, /for this machine alone/);
      }
    for (const site of ['cross-site', 'same-site'])
      for (const path of READS)
        for (const mode of ['no-cors', 'navigate'])
          equal((await ask({ 'sec-fetch-site': site, 'sec-fetch-mode': mode, 'sec-fetch-dest': 'document' }, { path })).status, 403, path);
    equal(await requests(), 0);
  });

  it('refuse host names that others can give to this machine', async () => {
    for (const host of [
      'rebound.example.com',
      `rebound.example.com:${port()}`,
      '127.0.0.1.example.com',
      'fritz.box',
      'localhost.example',
    ]) {
      for (const path of READS) equal((await ask({ host }, { path })).status, 403, host);
      equal((await ask({ ...json, host }, pattern)).status, 403, host);
      equal((await ask({ ...json, host, origin: `http://${host}` }, pattern)).status, 403, host);
    }
    equal(await requests(), 0);
  });

  it('respond to programs and their own page, under every local name', async () => {
    const names = ['127.0.0.1', 'localhost', '[::1]', '192.168.1.20', 'raspberrypi', 'nodered.local', 'pi.lan', hostname()];
    for (const name of names) {
      const host = `${name}:${port()}`;
      equal((await ask({ ...json, host }, pattern)).status, 200, host);
      equal((await ask({ ...json, host, origin: `http://${host}`, 'sec-fetch-site': 'same-origin' }, pattern)).status, 200, host);
      equal((await ask({ host }, {})).status, 200, host);
    }
    // Behind a proxy that speaks https.
    equal((await ask({ ...json, host: 'pi.lan', origin: 'https://pi.lan' }, pattern)).status, 200);
  });

  it('let people follow a link to pages, and to nothing else', async () => {
    const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    const query = new URLSearchParams({ client_id: CLIENT.client_id, redirect_uri: 'http://127.0.0.1:1880/x', response_type: 'code' });
    const statuses = [];
    for (const path of ['/', `${LOGIN}?${query}`, '/page/feed']) statuses.push((await ask(link, { path })).status);
    deepEqual(statuses, [200, 200, 403]);
    equal((await ask({ ...link, 'sec-fetch-dest': 'iframe' }, { path: '/' })).status, 403);
    equal((await ask(link, { ...pattern, path: `${LOGIN}?${query}` })).status, 403);
  });
});

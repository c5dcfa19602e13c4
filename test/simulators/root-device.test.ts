import { deepEqual, equal, rejects } from 'node:assert/strict';
import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { EventStreams } from '../../src/simulators/http/event-streams';
import { Refused } from '../../src/simulators/http/refused';
import { jsonObjectOf } from '../../src/simulators/http/request';
import { ok } from '../../src/simulators/http/response';
import { Routes } from '../../src/simulators/http/routes';
import { numberWithin } from '../../src/simulators/input';
import { Simulator } from '../../src/simulators/simulator';
import type { SimulatedVendor } from '../../src/simulators/vendor';
import { vendors } from '../../src/simulators/vendors';
import { until } from '../kit/within';
import { freePorts } from './ports';
import { call, snapshot } from './simulated';

/** A bridge with one lamp, whose paths lie at the root. */
const lamp: SimulatedVendor<{ readonly level: number }> = {
  name: 'Lamp',
  prefix: '',
  connection: { settings: { host: '127.0.0.1', port: '{port}' }, credentials: {} },
  paths: ['/lamp', '/lamp-events'],
  start({ clock, changed }) {
    const streams = new EventStreams(clock, changed);
    let level = 0;
    const set = (next: number) => {
      level = next;
      streams.send({ name: 'state', data: { level } });
    };
    const routes = new Routes<(body: Buffer) => void>({
      'GET /lamp': () => {},
      'PUT /lamp': (body) => set(numberWithin(jsonObjectOf(body), 'level', 0, 100)),
    });
    return {
      failure: (error) => ({ error }),
      handle({ method, path, body }, response) {
        if (path === '/lamp-events') return void streams.open(response);
        const route = routes.match(method, path);
        if (!route) throw new Refused(404, 'Not Found');
        route.handler(body);
        return ok({ level });
      },
      state: () => ({ level }),
      actions: { level: (input) => set(numberWithin(input, 'level', 0, 100)) },
    };
  },
};

describe('a simulated device whose paths lie at the root', () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await Simulator.start(await freePorts(), { ...vendors, lamp });
  });
  afterEach(() => simulator.close());

  it('responds there, beside the device page and the other vendors', async () => {
    equal((await call(simulator, 'PUT', '/lamp', { level: 40 })).status, 200);
    deepEqual((await call(simulator, 'GET', '/lamp')).body, { level: 40 });
    deepEqual((await call(simulator, 'GET', '/lamp/unknown')).body, { error: 'Not Found' });
    equal((await call(simulator, 'GET', '/')).status, 200);
    equal((await call(simulator, 'GET', '/lampshade')).status, 404);
    equal((await call(simulator, 'GET', '/sonata/unsubscribe')).status, 200);
  });

  it('has its state, its faults, its actions and its requests on the device page', async () => {
    const press = (action: string, input: object) => call(simulator, 'POST', `/page/lamp/${action}`, input);
    equal((await press('level', { level: 7 })).status, 204);
    equal((await press('level', { level: 101 })).status, 400);
    equal((await press('faults', { retryAfter: 3 })).status, 204);
    const { status, body } = await call(simulator, 'GET', '/lamp');
    deepEqual([status, body], [429, { error: 'Too Many Requests' }]);
    const page = await snapshot(simulator);
    deepEqual(page.vendors, { ...page.vendors, lamp: { level: 7 } });
    deepEqual(page.sections?.at(-1), { id: 'lamp', name: 'Lamp', address: simulator.address, hasOtherwise: false });
    deepEqual(page.log.map(({ vendor, path }) => [vendor, path]).at(-1), ['lamp', '/lamp']);
  });

  it('sends events until its connections are cut', async () => {
    const [response] = (await once(get(`${simulator.address}/lamp-events`, { agent: false }), 'response')) as [IncomingMessage];
    let text = '';
    let ended = false;
    response.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    response
      .on('error', () => {})
      .on('close', () => {
        ended = true;
      });
    await call(simulator, 'PUT', '/lamp', { level: 12 });
    await until('the event', () => text === 'event: state\ndata: {"level":12}\n\n');
    await call(simulator, 'POST', '/page/lamp/drop', {});
    await until('the end', () => ended);
  });
});

describe('the list of simulated vendors', () => {
  it('has no two with the same path', async () => {
    const other: SimulatedVendor<{ readonly level: number }> = { ...lamp, paths: ['/other', '/lamp/1'] };
    await rejects(Simulator.start(await freePorts(), { ...vendors, lamp, other }), /lamp and other both serve \/lamp\/1/);
  });
});

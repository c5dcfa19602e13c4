import { EventStreams } from '../http/event-streams';
import { Refused } from '../http/refused';
import { type JsonObject, jsonObjectOf } from '../http/request';
import { ok } from '../http/response';
import { decoded, Routes } from '../http/routes';
import { found, numberWithin } from '../input';
import type { SimulatedVendor } from '../vendor';
import type { LampDevice, LampState } from './state';

/** Lamp: what its document says, with the name and the version of that. */
export const lamp: SimulatedVendor<LampState> = {
  name: 'Lamp',
  // A device whose paths begin at the root. A cloud has a prefix of its own, such as `/lamp`.
  prefix: '',
  // What the configuration node takes to use it: *Use the simulated devices* fills it in.
  connection: { settings: { host: '127.0.0.1', port: '{port}' }, credentials: {} },
  paths: ['/devices', '/events'],
  start({ clock, changed }) {
    const devices = new Map(['Kitchen', 'Hall'].map((name, index) => [`${index}`, { id: `${index}`, name, state: { level: 0 } }]));
    const streams = new EventStreams(clock, changed);
    streams.heartbeat = 30;
    const set = (id: string, input: JsonObject): LampDevice['state'] => {
      const device = found(devices.get(id), `device ${id}`);
      device.state = { level: numberWithin(input, 'level', 0, 100) };
      streams.send({ data: { device: id, state: device.state } });
      return device.state;
    };
    const routes = new Routes<(id: string, body: Buffer) => unknown>({
      'GET /devices': () => [...devices.values()],
      'GET /devices/:id/state': (id) => found(devices.get(id), `device ${id}`).state,
      'PUT /devices/:id/state': (id, body) => set(id, jsonObjectOf(body)),
    });
    return {
      failure: (error) => ({ error }),
      handle({ method, path, body }, response) {
        if (path === '/events') return void streams.open(response);
        const route = routes.match(method, path);
        if (!route) throw new Refused(404, 'Not Found');
        return ok(route.handler(decoded(route.parts[0]), body));
      },
      state: () => ({ devices: [...devices.values()] }),
      actions: { set: (input) => void set(String(input.device), input) },
    };
  },
};

import { Refused } from '../http/refused';
import { type DeviceRequest, type JsonObject, jsonOf } from '../http/request';
import { type DeviceResponse, ok } from '../http/response';
import { decoded, Routes } from '../http/routes';
import { type Actions, booleanOf, numberWithin, oneOf } from '../input';
import type { SimulatedVendor } from '../vendor';
import { notFound, refusalResponse, type ThingseeHandler } from './api';
import { Deployment, now } from './deployment';
import { groupRoutes } from './groups-api';
import { otherwise } from './otherwise';
import type { ThingseeState } from './state';
import { thingRoutes } from './things-api';
import { CLIENT, ClientTokens } from './tokens';

/** Thingsee: the Open Services API and the data stream, and the things and groups behind them (the vendor's "Open Services API"). */
export const thingsee: SimulatedVendor<ThingseeState> = {
  name: 'Thingsee',
  prefix: '/thingsee',
  connection: {
    settings: { baseUrl: 'http://127.0.0.1:{port}/thingsee', mqttUrl: 'mqtt://127.0.0.1:{mqttPort}' },
    credentials: { clientId: CLIENT.id, clientSecret: CLIENT.secret },
  },
  usesMqtt: true,
  otherwise,
  start(services) {
    const tokens = new ClientTokens();
    const deployment = new Deployment(services);
    const routes = new Routes<ThingseeHandler>({ ...thingRoutes(deployment), ...groupRoutes(deployment) });
    return {
      failure: (message) => ({ message }),
      handle(request) {
        try {
          return request.path === '/auth/client-token'
            ? logIn(request, tokens)
            : (tokens.check(request.headers) ?? handleRequest(request, routes));
        } catch (error) {
          return refusalResponse(error instanceof Refused ? error.status : 400, (error as Error).message);
        }
      },
      state: () => ({
        things: [...deployment.things.values()].map((thing) => thing.state()),
        groups: [...deployment.groups].map(([id, description]) => ({ id, description: description ?? '' })),
        client: CLIENT,
        tokens: tokens.valid,
        refusal: tokens.refusal,
        ...deployment.passage,
      }),
      actions: actionsOf(deployment, tokens),
    };
  },
};

function actionsOf(deployment: Deployment, tokens: ClientTokens): Actions {
  const { passage } = deployment;
  return {
    expire: () => tokens.expire(),
    refusal: (input) => {
      tokens.refusal = oneOf(input, 'refusal', ['401', '403']);
    },
    passage: (input) => {
      const values = { ...passage, ...input };
      Object.assign(passage, { late: booleanOf(values, 'late'), twice: booleanOf(values, 'twice') });
    },
    humidity: (input) => deployment.chosen(input).moisten(numberWithin(input, 'humidity', 0, 100), now(), passage),
    report: (input) => deployment.chosen(input).report(now(), passage),
    alert: (input) => deployment.toggleAlert(deployment.chosen(input)),
  };
}

function logIn({ method, body }: DeviceRequest, tokens: ClientTokens): DeviceResponse {
  const { client_id, client_secret } = objectOf(body);
  if (method !== 'POST') throw notFound();
  if (typeof client_id !== 'string' || typeof client_secret !== 'string')
    throw new Refused(400, 'client_id and client_secret are required');
  if (client_id !== CLIENT.id || client_secret !== CLIENT.secret) throw new Refused(401, 'Unknown client');
  return ok({ data: { token: tokens.create() } });
}

/** @throws Refused */
function handleRequest({ method, path, query, body }: DeviceRequest, routes: Routes<ThingseeHandler>): DeviceResponse {
  const route = routes.match(method, path);
  if (!route) throw notFound();
  return ok({ data: route.handler({ id: decoded(route.parts[0]), query, body: objectOf(body) }) });
}

/** An array, too, is an object here; no body is an empty one. @throws Refused */
function objectOf(body: Buffer): JsonObject {
  const value = body.length === 0 ? {} : jsonOf(body);
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {};
}

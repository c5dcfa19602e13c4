import type { ThingseeState } from '../types';
import { BadInput, oneOf, type Reply, type Simulate, type Vendor, type VendorRequest } from '../vendor';
import { notFound, Refused, type Route, refusal } from './api';
import { Deployment, now } from './deployment';
import { groupRoutes } from './groups-api';
import { thingRoutes } from './things-api';
import { CLIENT, Tokens } from './tokens';

/** Thingsee: the Open Services API, and the things and groups behind it (the vendor's "Open Services API"). */
export const simulateThingsee: Simulate<ThingseeState> = (world) => {
  const tokens = new Tokens();
  const deployment = new Deployment(world);
  const routes = [...thingRoutes(deployment), ...groupRoutes(deployment)];
  return {
    prefix: '/thingsee',
    usesBroker: false,
    failure: (message) => ({ message }),
    handle(request) {
      try {
        return request.path === '/auth/client-token' ? logIn(request, tokens) : (tokens.check(request.headers) ?? answer(request, routes));
      } catch (error) {
        return refusal(error instanceof Refused ? error.status : 400, (error as Error).message);
      } finally {
        world.changed();
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
};

function actionsOf(deployment: Deployment, tokens: Tokens): Vendor<ThingseeState>['actions'] {
  const { passage } = deployment;
  return {
    expire: () => tokens.expire(),
    refusal: (input) => {
      tokens.refusal = oneOf(input, 'refusal', ['401', '403']);
    },
    passage: (input) => {
      const { late, twice }: Record<string, unknown> = { ...passage, ...input };
      if (typeof late !== 'boolean' || typeof twice !== 'boolean') throw new BadInput('late and twice must be true or false');
      Object.assign(passage, { late, twice });
    },
    report: (input) => deployment.chosen(input).report(now(), passage),
    alert: (input) => deployment.toggleAlert(deployment.chosen(input)),
  };
}

function logIn({ method, body }: VendorRequest, tokens: Tokens): Reply {
  const { client_id, client_secret } = parse(body);
  if (method !== 'POST') throw notFound();
  if (typeof client_id !== 'string' || typeof client_secret !== 'string')
    throw new Refused(400, 'client_id and client_secret are required');
  if (client_id !== CLIENT.id || client_secret !== CLIENT.secret) throw new Refused(401, 'Unknown client');
  return { status: 200, body: { data: { token: tokens.create() } } };
}

/** @throws Refused */
function answer({ method, path, query, body }: VendorRequest, routes: readonly Route[]): Reply {
  for (const [verb, pattern, run] of routes) {
    const match = verb === method && pattern.exec(path);
    if (match) return { status: 200, body: { data: run({ id: decodeURIComponent(match[1] ?? ''), query, body: parse(body) }) } };
  }
  throw notFound();
}

/** @throws SyntaxError */
function parse(bytes: Buffer): Readonly<Record<string, unknown>> {
  const body: unknown = bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'));
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
}

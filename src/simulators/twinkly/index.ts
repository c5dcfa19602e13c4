import { Refused } from '../http/refused';
import { type DeviceRequest, type JsonObject, jsonObjectOf, requireType } from '../http/request';
import { ok } from '../http/response';
import { Routes } from '../http/routes';
import { type Actions, numberWithin, oneOf } from '../input';
import type { SimulatedVendor } from '../vendor';
import { Cloud } from './cloud';
import { Commands } from './commands';
import { otherwise } from './otherwise';
import { signInPage } from './sign-in-page';
import { ACCOUNT, SignIns } from './sign-ins';
import type { TwinklyState } from './state';

const SIGN_IN = '/v2/auth/login';
const WEEK = 7 * 24 * 60 * 60;

/** Returns the JSON of a 200. */
type TwinklyHandler = (request: DeviceRequest, id: string, command: string) => object | Promise<object>;

/**
 * Twinkly's cloud and the strings behind it (the vendor's "Runtime API Reference"). The document's samples are lost: whatever
 * none of its sentences says is our guess, marked [G] where it stands.
 */
export const twinkly: SimulatedVendor<TwinklyState> = {
  name: 'Twinkly',
  prefix: '/twinkly',
  connection: {
    settings: { environment: 'custom', baseUrl: 'http://127.0.0.1:{port}/twinkly', authentication: 'password', overrides: '' },
    credentials: { username: ACCOUNT.username, password: ACCOUNT.password },
  },
  otherwise,
  linkedPaths: [SIGN_IN],
  start(services) {
    const signIns = new SignIns();
    const cloud = new Cloud();
    const commands = new Commands(services);
    const routes = new Routes({ ...signInRoutes(signIns), ...guarded(signIns, runtimeRoutes(cloud, commands)) });
    return {
      failure: (message) => ({ message }),
      async handle(request) {
        const { method, path } = request;
        if (path === SIGN_IN && (method === 'GET' || method === 'POST')) return signInPage(signIns, request);
        const route = routes.match(method, path);
        if (!route) throw new Refused(404, 'Not Found');
        const [id = '', command = ''] = route.parts;
        return ok(await route.handler(request, id, command));
      },
      state: () => ({
        objects: cloud.lights.map((light) => light.shown()),
        tokenLife: signIns.tokenLife,
        tokens: signIns.count,
        commandTime: commands.time,
        commands: commands.outcome,
        running: commands.running,
        account: ACCOUNT,
      }),
      actions: actionsOf(signIns, cloud, commands),
    };
  },
};

/** What a person can do with the strings, and with the cloud. */
function actionsOf(signIns: SignIns, cloud: Cloud, commands: Commands): Actions {
  return {
    turn: (input) => cloud.chosen(input).turn(input.on === true),
    connect: (input) => {
      cloud.chosen(input).online = input.on === true;
    },
    cloud: (input) => {
      const values = { tokenLife: signIns.tokenLife, commandTime: commands.time, commands: commands.outcome, ...input };
      const tokenLife = numberWithin(values, 'tokenLife', 1, WEEK);
      const time = numberWithin(values, 'commandTime', 0, 60_000);
      commands.outcome = oneOf(values, 'commands', ['succeed', 'fail']);
      commands.time = time;
      signIns.tokenLife = tokenLife;
    },
    expire: () => signIns.expire(),
    revoke: () => signIns.revoke(),
  };
}

const signInRoutes = (signIns: SignIns): Readonly<Record<string, TwinklyHandler>> => ({
  'POST /v2/auth': (request) => signIns.login(bodyOf(request)),
  'POST /v2/auth/token': (request) => signIns.token(bodyOf(request)),
});

/** [G] All paths but that of the list of objects. */
const runtimeRoutes = (cloud: Cloud, commands: Commands): Readonly<Record<string, TwinklyHandler>> => ({
  'GET /v3/objects': ({ query }) => cloud.list(query),
  'GET /v2/devices/:id/configuration': (_request, id) => cloud.device(id),
  'GET /v2/objects/runtime': ({ query }) => cloud.objects(query),
  'GET /v2/installations/runtime': ({ query }) => cloud.installations(query),
  'POST /v2/objects/:id/runtime/command': (request, id) => commands.send(cloud.object(id), { objectId: Number(id) }, bodyOf(request)),
  'GET /v2/objects/:id/runtime/command/:command': (_request, id, command) => commands.status({ objectId: Number(id) }, command),
  'POST /v2/installations/:id/runtime/command': (request, id) =>
    commands.send(cloud.installation(id), { installationId: Number(id) }, bodyOf(request)),
  'GET /v2/installations/:id/runtime/command/:command': (_request, id, command) => commands.status({ installationId: Number(id) }, command),
});

/** Requires an access token. */
const guarded = (signIns: SignIns, handlers: Readonly<Record<string, TwinklyHandler>>): Readonly<Record<string, TwinklyHandler>> =>
  Object.fromEntries(
    Object.entries(handlers).map(([route, handler]): [string, TwinklyHandler] => [
      route,
      (request, ...parts) => {
        signIns.check(request.headers.authorization);
        return handler(request, ...parts);
      },
    ]),
  );

/** OAuth2 has a form here; this vendor wants JSON. */
function bodyOf({ headers, body }: DeviceRequest): JsonObject {
  requireType(headers, 'application/json');
  return jsonObjectOf(body);
}

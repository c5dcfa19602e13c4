import { numberWithin, oneOf, type Reply, type Simulate, type Vendor, type VendorRequest } from '../vendor';
import { Cloud } from './cloud';
import { Commands } from './commands';
import { Refused } from './refused';
import { signInPage } from './sign-in-page';
import { ACCOUNT, type Body, SignIns } from './sign-ins';
import type { TwinklyState } from './types';

const SIGN_IN = '/v2/auth/login';
const WEEK = 7 * 24 * 60 * 60;

/** Answers with the JSON of a 200. */
type Answer = (request: VendorRequest, id: string, command: string) => object | Promise<object>;

/**
 * Twinkly's cloud and the strings behind it (the vendor's "Runtime API Reference"). The document's samples are lost:
 * what stands in none of its sentences is our guess, marked [G] where it lives.
 */
export const simulateTwinkly: Simulate<TwinklyState> = (world) => {
  const signIns = new SignIns();
  const cloud = new Cloud();
  const commands = new Commands(world);
  const routes = routesOf(signIns, cloud, commands);
  return {
    prefix: '/twinkly',
    pages: [SIGN_IN],
    usesBroker: false,
    failure: (message) => ({ message }),
    async handle(request): Promise<Reply> {
      const { method, path } = request;
      if (path === SIGN_IN && (method === 'GET' || method === 'POST')) return signInPage(signIns, request);
      try {
        return { status: 200, body: await answer(routes, request) };
      } catch (error) {
        if (error instanceof Refused) return { status: error.status, body: { message: error.message } };
        throw error;
      } finally {
        world.changed();
      }
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
};

/** What a person can do with the strings, and with the cloud. */
function actionsOf(signIns: SignIns, cloud: Cloud, commands: Commands): Vendor<TwinklyState>['actions'] {
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

/** [G] All paths but those of `auth` and the list of objects. */
function routesOf(signIns: SignIns, cloud: Cloud, commands: Commands): readonly [method: string, path: RegExp, answer: Answer][] {
  const guarded =
    (answer: Answer): Answer =>
    (request, ...ids) => {
      signIns.check(request.headers.authorization);
      return answer(request, ...ids);
    };
  return [
    ['POST', /^\/v2\/auth$/, (request) => signIns.login(bodyOf(request))],
    ['POST', /^\/v2\/auth\/token$/, (request) => signIns.token(bodyOf(request))],
    ['GET', /^\/v3\/objects$/, guarded(({ query }) => cloud.list(query))],
    ['GET', /^\/v2\/devices\/([^/]+)\/configuration$/, guarded((_request, id) => cloud.device(id))],
    ['GET', /^\/v2\/objects\/runtime$/, guarded(({ query }) => cloud.objects(query))],
    ['GET', /^\/v2\/installations\/runtime$/, guarded(({ query }) => cloud.installations(query))],
    [
      'POST',
      /^\/v2\/objects\/([^/]+)\/runtime\/command$/,
      guarded((request, id) => commands.send(cloud.object(id), { objectId: Number(id) }, bodyOf(request))),
    ],
    [
      'GET',
      /^\/v2\/objects\/([^/]+)\/runtime\/command\/([^/]+)$/,
      guarded((_request, id, command) => commands.status({ objectId: Number(id) }, command)),
    ],
    [
      'POST',
      /^\/v2\/installations\/([^/]+)\/runtime\/command$/,
      guarded((request, id) => commands.send(cloud.installation(id), { installationId: Number(id) }, bodyOf(request))),
    ],
    [
      'GET',
      /^\/v2\/installations\/([^/]+)\/runtime\/command\/([^/]+)$/,
      guarded((_request, id, command) => commands.status({ installationId: Number(id) }, command)),
    ],
  ];
}

function answer(routes: ReturnType<typeof routesOf>, request: VendorRequest): object | Promise<object> {
  for (const [method, path, run] of routes) {
    const [found, id = '', command = ''] = path.exec(request.path) ?? [];
    if (found !== undefined && method === request.method) return run(request, id, command);
  }
  throw new Refused(404, 'Not Found');
}

function bodyOf({ headers, body }: VendorRequest): Body {
  // OAuth2 has a form here; this vendor wants JSON.
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) throw new Refused(415, 'the body must be JSON');
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch {
    throw new Refused(400, 'the body is not valid JSON');
  }
  if (typeof value !== 'object' || value === null) throw new Refused(400, 'the body must be a JSON object');
  return value as Body;
}

import { answer, type Behaviour, type FaultServer, type Recorded } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';
import { answering, cloudNode, isLogin as isThingseeLogin } from '../thingsee/fake-cloud';
import { frontend, isLogin as isThingsquareLogin, opensSession, says } from '../thingsquare/backend';
import { account as twinklyAccount } from '../twinkly/flows';

export interface Vendor {
  readonly config: (url: string, more?: Record<string, unknown>) => FlowNode;
  readonly action: Record<string, unknown>;
  readonly event: Record<string, unknown>;
  /** Two rows of a dialog. */
  readonly lookups: readonly [string, string];
  readonly isLogin: (request: Recorded) => boolean;
  readonly good: Behaviour;
  /** What the vendor itself says to a wrong password. */
  readonly refusals: readonly Behaviour[];
  /** A success that is none. */
  readonly oddToken: Behaviour;
}

/** Those that are logged in to. */
export const vendors: Readonly<Record<string, Vendor>> = {
  twinkly: {
    config: twinklyAccount,
    action: { type: 'twinkly-query', operation: 'list-objects' },
    event: { type: 'twinkly-status-poll', target: 'object', ids: '7', interval: 5 },
    lookups: ['objects', 'installations'],
    isLogin: ({ path }) => path === '/v2/auth',
    good: (response, { path }) => {
      const fitting = path === '/v2/auth' ? { access_token: 'token' } : path.includes('runtime') ? { 7: { runtime: {} } } : { objects: [] };
      answer(fitting)(response, {} as Recorded);
    },
    refusals: [400, 401, 403].flatMap((status) => [answer({ message: 'wrong' }, status), answer({ error: 'wrong' }, status)]),
    oddToken: answer({ access_token: 17 }),
  },
  thingsquare: {
    config: (baseUrl, more) => frontend({ url: baseUrl } as FaultServer, more),
    action: { type: 'thingsquare-device', operation: 'list' },
    event: { type: 'thingsquare-events', interval: 1 },
    lookups: ['devices', 'firmware'],
    isLogin: isThingsquareLogin,
    good: (response, request) => {
      const other = answer(request.path === '/0/user/' ? { login: 'dummy@example.com' } : request.path === '/0/firmware/' ? [] : {});
      (isThingsquareLogin(request) ? opensSession() : other)(response, request);
    },
    refusals: [says('login-fail', 403), says('login-fail', 401), says('user-fail', 403), answer({ error: 'login-fail' }, 403)],
    oddToken: says('login-ok', 201),
  },
  thingsee: {
    config: cloudNode,
    action: { type: 'thing-group', operation: 'list' },
    event: { type: 'thing-messages', things: 'TSPR04EZU31230001', interval: 1 },
    lookups: ['groups', 'things'],
    isLogin: isThingseeLogin,
    good: answering([]),
    refusals: [400, 401, 403].map((statusCode) => answer({ statusCode, error: 'No', message: 'Unknown client' }, statusCode)),
    oddToken: answer({ data: { token: 17 } }),
  },
};

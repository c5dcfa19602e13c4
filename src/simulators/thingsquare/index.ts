import type { ThingsquareState } from '../types';
import { numberWithin, oneOf, type Reply, type Simulate, type VendorRequest } from '../vendor';
import { Accounts } from './accounts';
import { deviceRoutes } from './device-routes';
import { IMAGES } from './firmware';
import { Fleet } from './fleet';
import { answer, type Route, word } from './reply';
import { sessionRoutes } from './session-routes';
import { userRoutes } from './user-routes';

/** Thingsquare: the backend of one frontend (the vendor's "Thingsquare REST API Reference"), its users and devices. */
export const simulateThingsquare: Simulate<ThingsquareState> = (world) => {
  const accounts = new Accounts();
  const fleet = new Fleet(world);
  const routes: readonly Route[] = [
    ...sessionRoutes(accounts),
    ...userRoutes(accounts),
    ...deviceRoutes(fleet, accounts),
    ['GET', /^network\/$/, () => answer(Object.fromEntries(fleet.devices.map(({ auth, variables }) => [auth, variables])))],
    ['GET', /^firmware\/$/, () => answer(IMAGES)],
  ];
  return {
    prefix: '/thingsquare',
    usesBroker: false,
    failure: (message) => message,
    handle: (request) => {
      const reply = serve(request, routes, accounts);
      world.changed();
      return reply;
    },
    state: () => ({
      devices: fleet.devices.map((device) => device.state(fleet.idOf(device))),
      sessions: accounts.logins(),
      mails: [...accounts.mails],
    }),
    actions: {
      reach: (input) => fleet.chosen(input).move(oneOf(input, 'reach', ['awake', 'sleepy', 'away'])),
      temperature: (input) => fleet.warm(numberWithin(input, 'temperature', -40, 85)),
      'end-sessions': () => accounts.closeAll(),
    },
  };
};

const NOBODY = { login: '', confirmed: false, authcode: '', data: {} };
const NOT_FOUND = word(404, 'not found');

function serve({ method, path, query, headers: { cookie }, body }: VendorRequest, routes: readonly Route[], accounts: Accounts): Reply {
  const user = accounts.of(cookie);
  for (const [verb, pattern, answerTo, isOpen] of routes) {
    const match = verb === method && path.startsWith('/0/') ? pattern.exec(path.slice('/0/'.length)) : null;
    if (!match) continue;
    // [G] The document says so of the user's data only.
    if (!user && !isOpen) return NOT_FOUND;
    const form = new URLSearchParams(body.toString('utf8'));
    // There is one frontend here, whichever is named.
    const byLibrary = form.has('app') || query.has('app');
    form.delete('app');
    return answerTo({
      user: user ?? NOBODY,
      hasSession: user !== undefined,
      cookies: cookie,
      parts: match.slice(1),
      query,
      form,
      byLibrary,
    });
  }
  return NOT_FOUND;
}

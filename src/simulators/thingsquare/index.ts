import { type DeviceRequest, formOf } from '../http/request';
import { type DeviceResponse, ok } from '../http/response';
import { Routes } from '../http/routes';
import { numberWithin, oneOf } from '../input';
import type { SimulatedVendor } from '../vendor';
import { type Account, Accounts, DEMO } from './accounts';
import { type ThingsquareHandler, textResponse } from './call';
import { deviceRoutes } from './device-routes';
import { IMAGES } from './firmware';
import { Fleet } from './fleet';
import { otherwise } from './otherwise';
import { Push } from './push';
import { sessionRoutes } from './session-routes';
import type { ThingsquareState } from './state';
import { userRoutes } from './user-routes';

const NO_USER: Account = { login: '', confirmed: false, authcode: '', data: {} };
const NOT_FOUND = textResponse(404, 'not found');

/** Thingsquare: the backend of one frontend (the vendor's "Thingsquare REST API Reference"), its users and devices. */
export const thingsquare: SimulatedVendor<ThingsquareState> = {
  name: 'Thingsquare',
  prefix: '/thingsquare',
  connection: {
    settings: { baseUrl: 'http://127.0.0.1:{port}/thingsquare', authentication: 'login' },
    credentials: DEMO,
  },
  secretPath: '/0/user/accesstoken/',
  otherwise,
  start(services) {
    const accounts = new Accounts();
    const fleet = new Fleet(services);
    const push = new Push(accounts, fleet, services.clock);
    fleet.changed = (device) => push.changed(device);
    const handle = handlerOf(accounts, fleet, push);
    return {
      failure: (message) => message,
      handle(request) {
        const response = handle(request);
        push.endOrphans();
        return response;
      },
      upgrade: ({ path, headers: { cookie } }) => {
        const user = accounts.of(cookie);
        // The vendor's library alone has it. [G] What there is without a session, as for all else.
        if (!/^\/0\/session\/[^/]*$/.test(path) || !user) return NOT_FOUND;
        return { protocol: 'thsq-user', open: (client) => push.open(client, cookie, user) };
      },
      state: () => ({
        devices: fleet.devices.map((device) => device.state(fleet.idOf(device))),
        sessions: accounts.logins(),
        mails: [...accounts.mails],
      }),
      actions: {
        reach: (input) => fleet.chosen(input).move(oneOf(input, 'reach', ['awake', 'sleepy', 'away'])),
        temperature: (input) => fleet.warm(numberWithin(input, 'temperature', -40, 85)),
        'end-sessions': () => {
          accounts.closeAll();
          push.endOrphans();
        },
      },
    };
  },
};

function handlerOf(accounts: Accounts, fleet: Fleet, push: Push): (request: DeviceRequest) => DeviceResponse {
  const withoutSession = new Routes<ThingsquareHandler>(sessionRoutes(accounts));
  const withSession = new Routes<ThingsquareHandler>({
    ...userRoutes(accounts),
    ...deviceRoutes(fleet, accounts, push),
    'GET /0/network/': () => ok(Object.fromEntries(fleet.devices.map(({ auth, variables }) => [auth, variables]))),
    'GET /0/firmware/': () => ok(IMAGES),
  });
  return ({ method, path, query, headers: { cookie }, body }) => {
    const user = accounts.of(cookie);
    // [G] Without a session: the document says so of the user's data only.
    const route = withoutSession.match(method, path) ?? (user && withSession.match(method, path));
    if (!route) return NOT_FOUND;
    const form = formOf(body);
    // There is one frontend here, whichever is named.
    const byLibrary = form.has('app') || query.has('app');
    form.delete('app');
    return route.handler({
      user: user ?? NO_USER,
      hasSession: user !== undefined,
      cookies: cookie,
      parts: route.parts,
      query,
      form,
      byLibrary,
    });
  };
}

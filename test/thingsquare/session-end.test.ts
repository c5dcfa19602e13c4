import '../kit/once';
import { deepEqual, equal, match } from 'node:assert/strict';
import type { EnsembleError } from '../../src/core/errors';
import { Scope } from '../../src/core/scope';
import { assumptions } from '../../src/vendors/thingsquare/assumptions';
import { ThingsquareClient } from '../../src/vendors/thingsquare/client';
import { type Behaviour, FaultServer, respond } from '../kit/fault-server';
import { isLogin, opensSession, says } from './backend';

const credentials = {
  login: { login: 'dummy@example.com', password: 'secret-password' },
  token: { token: 'secret-token' },
  anonymous: {},
};
type Who = keyof typeof credentials;

const page: Behaviour = (response) => void response.writeHead(400, { 'content-type': 'text/html' }).end('<html>Bad request</html>');
const USER = '/0/user/';
const LISTING = { one: { s: { x: { value: '1', time: 1 } } } };

describe('the end of a Thingsquare session', () => {
  let server: FaultServer;
  let client: ThingsquareClient;
  let scope: Scope;
  let valid: string;
  let made: number;
  /** What has no session is answered with. */
  let user: Behaviour;
  let devices: Behaviour;
  let listing: object;

  beforeEach(async () => {
    server = await FaultServer.start();
    scope = new Scope();
    made = 0;
    listing = LISTING;
    server.good = (response, request) => {
      const isUser = request.path === USER;
      if (isLogin(request)) {
        valid = `number-${++made}`;
        opensSession(valid)(response, request);
      } else if (request.headers.cookie !== `session=${valid}`) (isUser ? user : devices)(response, request);
      else respond(isUser ? { login: 'dummy@example.com' } : listing)(response, request);
    };
  });
  afterEach(async () => {
    await scope.end();
    await client.close();
    await server.close();
  });

  const open = (authentication: Who): void => {
    client = new ThingsquareClient({
      settings: { baseUrl: server.url, authentication, announce: false, announceTo: '255.255.255.255' },
      credentials: { login: undefined, password: undefined, token: undefined, ...credentials[authentication] },
      network: { timeout: 20_000 },
      identity: 'x'.repeat(20),
    });
  };
  const list = async () =>
    client.read('/0/devices/', { scope }).then(
      ({ body }) => JSON.parse(body.toString()),
      ({ code }: EnsembleError) => code,
    );

  for (const who of ['login', 'token', 'anonymous'] as const) {
    for (const [what, refused, listed] of [
      ['400 and a word', says('no-session', 400), says('no-session', 400)],
      ['400 and a word, and the devices with 403', says('no-session', 400), says('no-session', 403)],
      ['410 and a word', says('no-session', 410), says('no-session', 410)],
      ['404, and the devices with an empty list', says('not found', 404), respond({})],
    ] as const)
      it(`is recognized where the user’s data of a user by ${who} are answered with ${what}`, async () => {
        [user, devices] = [refused, listed];
        open(who);
        deepEqual(await list(), LISTING);
        valid = 'none';
        deepEqual([await list(), made], [LISTING, 2]);
      });

    it(`is none where a proxy answers a user by ${who} with a page and 400`, async () => {
      [user, devices] = [page, page];
      open(who);
      await list();
      server.always(page);
      equal(await list(), 'REJECTED');
      await server.heal();
      deepEqual([await list(), made], [LISTING, 1]);
    });
  }

  it('is none where there are no devices, or no more of them', async () => {
    [user, devices] = [says('not found', 404), respond({})];
    open('login');
    listing = {};
    const questions = () => server.requests.filter(({ path }) => path === USER).length;
    deepEqual([await list(), questions()], [{}, 0]);
    listing = LISTING;
    await list();
    listing = {};
    deepEqual([await list(), questions(), made], [{}, 1, 1]);
  });

  const SESSION_END = assumptions.find(({ id }) => id === 'thingsquare-session-end');
  for (const [what, who, refused, listed, verdict] of [
    ['400 and a word', 'login', says('no-session', 400), says('no-session', 400), 'confirmed'],
    ['400 without a word', 'login', says('', 400), says('no-session', 400), 'differs'],
    ['401 without a word', 'login', says('', 401), respond({}), 'confirmed'],
    ['401 without a word', 'anonymous', says('', 401), respond({}), 'differs'],
    ['410', 'token', says('gone', 410), says('gone', 410), 'confirmed'],
    ['418', 'token', says('teapot', 418), says('teapot', 403), 'differs'],
    ['an object without a login', 'login', respond({}), respond({}), 'differs'],
    ['an empty login', 'login', respond({ login: '' }), respond({}), 'confirmed'],
    ['an empty login', 'anonymous', respond({ login: '' }), respond({}), 'differs'],
    ['404, and the devices with a list', 'login', says('no', 404), respond(LISTING), 'differs'],
    ['404, and the devices with 418', 'login', says('no', 404), says('teapot', 418), 'differs'],
  ] as const satisfies readonly (readonly [string, Who, Behaviour, Behaviour, string])[])
    it(`is ${verdict} by a check that gets ${what} for a user by ${who}`, async () => {
      [user, devices] = [refused, listed];
      open(who);
      const finding = await SESSION_END?.ask?.(client, { scope } as never);
      equal(finding?.verdict, verdict);
      match(String(finding?.found.map(({ text }) => text)), /HTTP \d{3}.*HTTP \d{3}/);
    });
});

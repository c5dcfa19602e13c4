import assert from 'node:assert/strict';
import { RENEWAL } from '../../src/core/follow/renewals';
import { type Recorded, respond } from '../kit/fault-server';
import '../kit/once';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { isLogin, opensSession, says } from './backend';
import { PASSWORD, thingsquare } from './vendor';

const credentials = {
  login: { login: 'dummy@example.com', password: PASSWORD },
  token: { token: 'secret-token' },
  anonymous: {},
};

describe('a login of Thingsquare that gives a session without a user', () => {
  const stage = new Stage(thingsquare);
  /** The session that the backend knows. */
  let valid: string;
  let isWell: boolean;
  let made: number;
  const { lost, worked, trust } = RENEWAL;

  beforeEach(() => {
    Object.assign(RENEWAL, { lost: { first: 200, most: 400 }, worked: { first: 1, most: 1 }, trust: 0 });
    made = 0;
    valid = '';
    isWell = true;
    stage.server.good = (response, request) => {
      if (isLogin(request)) {
        const cookie = `number-${++made}`;
        if (isWell) valid = cookie;
        opensSession(cookie)(response, request);
      } else if (cookieOf(request) !== `session=${valid}`)
        (request.path === '/0/user/' ? says('not found', 404) : says('no session', 403))(response, request);
      else respond(request.path === '/0/user/' ? { login: 'dummy@example.com' } : {})(response, request);
    };
  });
  afterEach(() => void Object.assign(RENEWAL, { lost, worked, trust }));

  const cookieOf = ({ headers }: Recorded) => headers.cookie;
  const open = async (authentication: keyof typeof credentials) => {
    const more = { authentication, credentials: credentials[authentication] };
    await stage.open({ type: 'thingsquare-device', operation: 'list' }, more);
  };
  const end = async () => (await stage.run({})).ends.join();
  const test = async () => {
    const { type, credentials, id, ...values } = stage.connection();
    const pressed = await stage.red.admin(`/ensemble/test/${type}`, { method: 'POST', body: { id, values, credentials } });
    assert.equal(pressed.status, 200);
  };

  for (const who of ['login', 'token', 'anonymous'] as const)
    for (const when of ['from the start', 'later'])
      it(`is made again until it gives another, for a user by ${who}, ${when}`, async () => {
        isWell = when === 'later';
        await open(who);
        if (isWell) assert.equal(await end(), 'done');
        isWell = false;
        valid = 'none';
        assert.equal(await end(), 'FORBIDDEN');
        const [before, began] = [made, performance.now()];
        for (let count = 0; count < 20; count++) assert.equal(await end(), 'FORBIDDEN');
        // No pause is shorter than half of the first.
        assert.ok(made - before <= 1 + (performance.now() - began) / 100, `${made - before} logins for 20 messages`);
        isWell = true;
        await until('another login', async () => (await end()) === 'done');
        assert.equal(await end(), 'done');
      });

  for (const who of ['login', 'token'] as const)
    it(`is renewed where the end of a session of a user by ${who} is shown by a redirect to a page`, async () => {
      const { good } = stage.server;
      stage.server.good = (response, request) => {
        if (isLogin(request) || cookieOf(request) === `session=${valid}`) good(response, request);
        else response.writeHead(302, { location: '/login' }).end();
      };
      await open(who);
      assert.equal(await end(), 'done');
      valid = 'none';
      assert.equal(await end(), 'done');
      assert.equal(made, 2);
      // What is led elsewhere although there is a session is no reason to log in again and again.
      stage.server.good = (response, request) => {
        if (request.path === '/0/devices/') response.writeHead(302, { location: '/elsewhere' }).end();
        else good(response, request);
      };
      for (let count = 0; count < 10; count++) assert.equal(await end(), 'BAD_RESPONSE');
      assert.equal(made, 2);
    });

  it('of an anonymous user outlives a redirect: its devices would be lost', async () => {
    await open('anonymous');
    assert.equal(await end(), 'done');
    stage.server.always((response) => void response.writeHead(302, { location: 'http://login.example.com/' }).end());
    assert.equal(await end(), 'BAD_RESPONSE');
    await stage.server.heal();
    assert.equal(await end(), 'done');
    assert.equal(made, 1);
  });

  it('is made again at once when a Test finds that all is well', async () => {
    Object.assign(RENEWAL, { lost: { first: 60_000, most: 60_000 } });
    isWell = false;
    await open('login');
    assert.equal(await end(), 'FORBIDDEN');
    isWell = true;
    assert.equal(await end(), 'FORBIDDEN');
    await test();
    // The Test has a session of its own.
    valid = 'none';
    assert.equal(await end(), 'done');
  });
});

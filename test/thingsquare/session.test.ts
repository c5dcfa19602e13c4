import assert from 'node:assert/strict';
import { OUTPUT, TAB } from '../kit/audit';
import { type Behaviour, type Recorded, respond } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';
import '../kit/once';
import { assertNoSecrets } from '../kit/secrets';
import { Stage } from '../kit/stage';
import { msg, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { backend, formOf, isLogin, opensSession, says } from './backend';
import { thingsquare } from './vendor';

const user = (login = 'dummy@example.com') => ({ login, confirmed: true, authcode: 'a', data: {} });
const list = { type: 'thingsquare-device', operation: 'list' };
const WHO = '/0/user/';
const cookieOf = ({ headers }: Recorded) => headers.cookie;

describe('a session of a Thingsquare frontend', () => {
  const stage = new Stage(thingsquare);
  beforeEach(() => backend(stage.server, respond({})));

  const open = async (node: Record<string, unknown> = {}, config = {}, others: FlowNode[] = []) => {
    await stage.open({ ...list, ...node }, config, others);
  };
  const logins = () => stage.server.requests.filter(isLogin);
  const others = () => stage.server.requests.filter((request) => !isLogin(request));

  /** Sessions one, two, ... of which only the last counts; the others are refused as the backend refuses them. */
  const counting = (refusal: Behaviour, otherwise: Behaviour = respond({})) => {
    const state = { valid: '' };
    let made = 0;
    stage.server.good = (response, request) => {
      if (isLogin(request)) {
        state.valid = `number-${++made}`;
        opensSession(state.valid)(response, request);
      } else if (cookieOf(request) !== `session=${state.valid}`) refusal(response, request);
      else (request.path === WHO ? respond(user()) : otherwise)(response, request);
    };
    return { end: () => Object.assign(state, { valid: 'none' }) };
  };

  it('is opened once, for many requests at once', async () => {
    await open({ operation: 'get', parameters: { device: msg('device') } });
    for (let device = 0; device < 50; device++) stage.audit.send({ device });
    await stage.audit.settled();
    assert.deepEqual([logins().length, others().length], [1, 50]);
  });

  for (const [what, refusal, questions] of [
    ['404 not found, as the document says of the user’s data', says('not found', 404), 1],
    ['400 device-fail', says('device-fail', 400), 0],
    ['403', says('no', 403), 1],
    ['401', says('no', 401), 0],
  ] as const)
    it(`has ended, and 50 requests at once are answered with ${what}: one login`, async () => {
      // What the question about the user is answered with is documented.
      const session = counting((response, request) => (request.path === WHO ? says('not found', 404) : refusal)(response, request));
      await open({ operation: 'get', parameters: { device: msg('device') } });
      await stage.run({ device: 'first' });
      session.end();
      for (let device = 0; device < 50; device++) stage.audit.send({ device });
      await stage.audit.settled();
      assert.deepEqual(
        [...stage.audit.outcomes.values()].flatMap(({ ends }) => ends),
        Array(51).fill('done'),
      );
      assert.equal(logins().length, 2);
      assert.ok(others().filter(({ path }) => path === WHO).length >= questions);
      assert.equal(others().filter(({ path }) => path !== WHO).length, 101);
    });

  it('lasts although something is refused: that is the flow’s to know', async () => {
    counting(says('not found', 404), (response, request) => says('not found', 404)(response, request));
    await open({ operation: 'get', parameters: { device: str('nobody') } });
    for (const _turn of [1, 2]) assert.deepEqual((await stage.run({})).ends, ['NOT_FOUND']);
    assert.equal(logins().length, 1);
  });

  it('is renewed once, not for ever', async () => {
    backend(stage.server, says('not found', 404));
    await open();
    const { ends, error } = await stage.run({});
    assert.deepEqual([ends, (error as Error).message], [['NOT_FOUND'], 'GET /0/devices/ was answered with HTTP 404: not found']);
    assert.equal(logins().length, 2);
  });

  const causeOf = (error: unknown) => (error as { cause: Record<string, unknown> }).cause;
  const anonymous = { authentication: 'anonymous', credentials: {} };
  for (const [what, who, refusal, wanted, config, sessions] of [
    ['an anonymous user whose data are nothing', says(''), says('claim-fail', 400), ['REJECTED', 400, 'claim-fail'], anonymous, 1],
    [
      'an anonymous user whose data are undefined',
      says('undefined'),
      says('claim-fail', 400),
      ['REJECTED', 400, 'claim-fail'],
      anonymous,
      1,
    ],
    ['an anonymous user without data', says('not found', 404), says('claim-fail', 400), ['REJECTED', 400, 'claim-fail'], anonymous, 1],
    ['a user without data', says('not found', 404), says('claim-fail', 400), ['REJECTED', 400, 'claim-fail'], {}, 2],
    ['a user who may not do it', respond(user()), says('no-rights-here', 401), ['UNAUTHORIZED', 401, 'no-rights-here'], {}, 1],
    ['nobody, whatever is asked', says('no', 401), says('no-rights-here', 401), ['UNAUTHORIZED', 401, 'no-rights-here'], {}, 2],
  ] as const)
    it(`tells the flow why ${what} was refused, in ${sessions} sessions`, async () => {
      backend(stage.server, (response, request) => (request.path === WHO ? who : refusal)(response, request));
      await open({ operation: 'claim', parameters: { auth: str('123') } }, config);
      for (const _turn of [1, 2, 3]) {
        const { ends, error } = await stage.run({});
        assert.deepEqual([...ends, causeOf(error).statusCode, causeOf(error).vendorMessage], wanted);
      }
      assert.equal(logins().length, sessions);
    });

  for (const status of [401, 403, 404])
    it(`of an anonymous user is kept where a proxy answers with a page and ${status}: its devices would be lost`, async () => {
      backend(stage.server, (response, request) => (request.path === WHO ? respond(user('')) : respond({}))(response, request));
      await open({}, anonymous);
      await stage.run({});
      stage.server.always((response) => void response.writeHead(status, { 'content-type': 'text/html' }).end('<html></html>'));
      await stage.run({});
      await stage.server.heal();
      assert.deepEqual((await stage.run({})).ends, ['done']);
      assert.deepEqual(stage.server.requests.map(cookieOf), ['session=secret-cookie']);
    });

  it('of an anonymous user is renewed when it has ended', async () => {
    const session = counting(says('not found', 404));
    await open({}, anonymous);
    await stage.run({});
    session.end();
    assert.deepEqual((await stage.run({})).ends, ['done']);
    assert.equal(logins().length, 2);
  });

  it('of a token is renewed when it has no user any more', async () => {
    await open({ type: 'thingsquare-user', operation: 'get' }, { authentication: 'token', credentials: { token: 'secret-token' } });
    stage.server.next(opensSession(), respond(user('')), opensSession('new'), respond(user()));
    assert.deepEqual((await stage.run({})).outputs[0]?.payload, user());
  });

  for (const [what, trouble] of [
    ['was answered with 503', says('down', 503)],
    ['broke', (response) => response.destroy()],
  ] as [string, Behaviour][])
    it(`can be ended by another logout when the first ${what}`, async () => {
      await open({ type: 'thingsquare-user', operation: '', parameters: {} });
      await stage.run({ operation: 'get' });
      stage.server.next(trouble);
      assert.equal(causeOf((await stage.run({ operation: 'logout' })).error).retryable, true);
      stage.server.next(says('logout-ok', 201));
      assert.deepEqual((await stage.run({ operation: 'logout' })).ends, ['done']);
      assert.deepEqual(stage.server.requests.slice(-2).map(cookieOf), Array(2).fill('session=secret-cookie'));
    });

  for (const nothing of ['', 'undefined', '{"login":"","confirmed":false}'])
    it(`is over when the user's data is ${JSON.stringify(nothing)}`, async () => {
      await open({ type: 'thingsquare-user', operation: 'get' });
      stage.server.next(opensSession(), says(nothing), opensSession('new'), respond(user()));
      assert.deepEqual((await stage.run({})).outputs[0]?.payload, user());
      assert.deepEqual(others().map(cookieOf), ['session=secret-cookie', 'session=new']);
    });

  it('keeps the cookies that come on the way', async () => {
    await open();
    stage.server.next(opensSession(), (response) => {
      response
        .writeHead(200, { 'set-cookie': ['session=rolled; Path=/', 'other=1; Path=/0/devices', 'elsewhere=1; Path=/0/user'] })
        .end('{}');
    });
    await stage.run({});
    await stage.run({});
    assert.deepEqual(stage.server.requests.map(cookieOf), [undefined, 'session=secret-cookie', 'other=1; session=rolled']);
  });

  it('is ended by a flow, and the next request opens another', async () => {
    await open({}, {}, [{ id: 'leave', type: 'thingsquare-user', z: TAB, connection: 'frontend', operation: 'logout', wires: [[]] }]);
    await stage.run({});
    stage.server.next(says('logout-ok', 201), opensSession('second'));
    stage.red.inject('leave', {});
    await stage.red.status('leave', { fill: 'green' });
    await stage.run({});
    assert.deepEqual(
      stage.server.requests.map(({ method, path, body, headers }) => [method, path, body && 'form', headers.cookie]),
      [
        ['POST', '/0/session/login', 'form', undefined],
        ['GET', '/0/devices/', '', 'session=secret-cookie'],
        ['POST', '/0/session/logout', '', 'session=secret-cookie'],
        ['POST', '/0/session/login', 'form', undefined],
        ['GET', '/0/devices/', '', 'session=second'],
      ],
    );
  });

  it('is ended when its frontend goes', async () => {
    await open();
    await stage.run({});
    await stage.red.stop();
    await until(
      'the goodbye',
      () => stage.server.requests.at(-1)?.path,
      (path) => path === '/0/session/logout',
    );
    assert.equal(stage.server.requests.at(-1)?.headers.cookie, 'session=secret-cookie');
  });

  it('does not delay a deploy when the backend does not respond', async () => {
    await open({}, { timeout: 60_000 });
    await stage.run({});
    stage.server.acceptSilently();
    await stage.red.stop();
    assert.ok(!stage.red.logs.some(({ text }) => /timed out/i.test(text)), 'Node-RED had to give the node up');
  });

  it('is never shared with another frontend', async () => {
    stage.server.good = (response, request) => {
      const { login } = formOf(request) ?? {};
      if (isLogin(request)) opensSession(`of-${login}`)(response, request);
      else respond({ [String(request.headers.cookie)]: {} })(response, request);
    };
    const ann = { id: 'ann', credentials: { login: 'ann@example.com', password: 'secret-a' } };
    const bob = { id: 'bob', credentials: { login: 'bob@example.com', password: 'secret-b' } };
    await open({ connection: 'ann' }, ann, [
      stage.connection(bob),
      { id: 'second', type: 'thingsquare-device', z: TAB, connection: 'bob', operation: 'list', wires: [[OUTPUT]] },
    ]);
    for (let turn = 0; turn < 10; turn++) {
      stage.audit.send({ topic: 'ann' });
      stage.red.inject('second', { topic: 'bob' });
    }
    await stage.audit.settled();
    await stage.red.status('second', { fill: 'green' });
    await until(
      'all responses',
      () => stage.audit.outputs.length,
      (count) => count === 20,
    );
    for (const { topic, payload } of stage.audit.outputs)
      assert.deepEqual(Object.keys(payload as object), [`session=of-${topic}@example.com`]);
    assert.equal(logins().length, 2);
  });

  describe('is opened', () => {
    it('with a token', async () => {
      await open({}, { authentication: 'token', credentials: { token: 'secret-token' } });
      assert.deepEqual((await stage.run({})).ends, ['done']);
      assert.deepEqual([logins()[0]?.path, formOf(logins()[0])], ['/0/session/', { token: 'secret-token' }]);
    });

    it('without a user', async () => {
      await open({ type: 'thingsquare-user', operation: 'get' }, { authentication: 'anonymous', credentials: {} });
      backend(stage.server, respond(user('')));
      assert.deepEqual((await stage.run({})).outputs[0]?.payload, user(''));
      assert.deepEqual([logins().length, logins()[0]?.path, logins()[0]?.body], [1, '/0/session/', '']);
    });

    it('for nobody of whom there is anything to tell', async () => {
      await open({ type: 'thingsquare-user', operation: 'get' }, { authentication: 'anonymous', credentials: {} });
      backend(stage.server, says('undefined'));
      assert.deepEqual((await stage.run({})).outputs[0]?.payload, { login: '' });
    });

    it('by a backend that answers 200 as well as by one that answers 201', async () => {
      await open();
      stage.server.next(says('user-ok', 200, { 'set-cookie': 'a=1; Path=/0' }));
      assert.deepEqual((await stage.run({})).ends, ['done']);
    });
  });

  it('that is refused is not asked for again', async () => {
    stage.server.always((response, request) => (isLogin(request) ? says('login-fail', 403) : respond({}))(response, request));
    await open();
    for (const _turn of [1, 2]) {
      const { ends, error } = await stage.run({});
      assert.deepEqual([ends, (error as Error).message], [['UNAUTHORIZED'], 'login or password is wrong (HTTP 403: login-fail)']);
    }
    assert.equal(stage.server.requests.length, 1);
  });

  it('without a cookie is none', async () => {
    stage.server.next(says('login-ok', 201));
    await open();
    const { ends, error } = await stage.run({});
    assert.deepEqual([ends, (error as Error).message], [['BAD_RESPONSE'], 'the login was answered without a session cookie']);
  });

  it('needs its credentials, and https unless it stays on this machine', async () => {
    const faults: [object, RegExp][] = [
      [{ credentials: {} }, /^login is missing$/],
      [{ credentials: { login: 'a' } }, /^password is missing$/],
      [{ authentication: 'token', credentials: {} }, /^token is missing$/],
      [{ authentication: 'magic' }, /^authentication must be one of login, token, anonymous/],
      [{ baseUrl: 'http://backend.example.com' }, /^baseUrl must begin with https:\/\//],
    ];
    for (const [config, message] of faults) {
      await open({}, config);
      const { ends, error } = await stage.run({});
      assert.deepEqual(ends, ['NOT_CONFIGURED']);
      assert.match((error as Error).message, message);
    }
    assert.equal(stage.server.requests.length, 0);
  });

  it('tells no client its secrets', async () => {
    stage.server.always(says('you sent dummy@example.com and secret-word', 400));
    await open({}, { credentials: { login: 'dummy@example.com', password: 'secret-word' } });
    const { caught } = await stage.run({});
    assert.match(String(caught[0]?.error.message), /you sent \*\*\* and \*\*\*/);
    await assertNoSecrets(stage.red, ['secret-word'], { things: caught });
  });
});

import assert from 'node:assert/strict';
import { type Behaviour, type Recorded, respond } from '../kit/fault-server';
import '../kit/once';
import { Stage } from '../kit/stage';
import { num, str } from '../kit/typed-input';
import { backend, DEVICE, formOf, isLogin, opensSession, says } from './backend';
import { thingsquare } from './vendor';

const WHO = '/0/user/';
const cookieOf = ({ headers }: Recorded) => headers.cookie;
const device = str(DEVICE);

describe('cookies of a Thingsquare frontend', () => {
  const stage = new Stage(thingsquare);
  beforeEach(() => backend(stage.server, respond({})));

  /** A node that lists devices, and a node that does what is asked for. */
  const open = async (type = 'user', operation = '', parameters: object = {}) => {
    const list = { id: 'list', type: 'thingsquare-device', operation: 'list' };
    await stage.open([list, { type: `thingsquare-${type}`, operation, parameters }]);
  };

  const NEW = { login: 'new@example.com', password: 'theirs' };
  const AS_NOBODY: readonly [operation: string, parameters: Record<string, string>, path: string, word: string][] = [
    ['signup', NEW, '/0/session/signup', 'signup-ok'],
    ['resend-confirmation', { login: NEW.login }, '/0/session/resend', 'resend-ok'],
    ['recover-password', { login: NEW.login }, '/0/session/recover', 'recover-ok'],
  ];
  const given = (parameters: Record<string, string>) =>
    Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, str(value)]));
  for (const [operation, parameters, path, word] of AS_NOBODY) {
    it(`do not go with ${operation}, and what comes back is not kept`, async () => {
      await open('user', operation, given(parameters));
      await stage.run({}, 'list');
      stage.server.next(says(word, 201, { 'set-cookie': 'session=theirs; Path=/' }));
      assert.equal((await stage.run({}, 'node')).outputs[0]?.payload, word);
      await stage.run({}, 'list');
      const [, , sent, next] = stage.server.requests;
      assert.deepEqual([sent?.path, formOf(sent), sent && cookieOf(sent)], [path, parameters, undefined]);
      assert.equal(next && cookieOf(next), 'session=secret-cookie');
    });

    it(`are not needed for ${operation}: it is sent although no login works`, async () => {
      stage.server.always((response, request) => (isLogin(request) ? says('login-fail', 403) : says(word, 201))(response, request));
      await open('user', operation, given(parameters));
      assert.deepEqual((await stage.run({}, 'list')).ends, ['UNAUTHORIZED']);
      assert.deepEqual((await stage.run({}, 'node')).ends, ['done']);
    });
  }

  it('are no more than a session can need, however many the backend invents, and that is told once', async () => {
    let made = 0;
    const many: Behaviour = (response) => {
      const cookies = Array.from({ length: 100 }, () => `invented-${++made}=${'x'.repeat(50)}; Path=/`);
      response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': cookies }).end('{}');
    };
    backend(stage.server, many);
    await open();
    for (let turn = 0; turn < 20; turn++) assert.deepEqual((await stage.run({}, 'list')).ends, ['done']);
    const last = cookieOf(stage.server.requests.at(-1) as Recorded) ?? '';
    assert.match(last, /session=secret-cookie/);
    assert.ok(last.length < 6000 && last.split(';').length <= 50, `${last.length} characters of cookies`);
    assert.equal(stage.red.logs.filter(({ level, text }) => level === 'warn' && /more cookies/.test(text)).length, 1);
  });

  for (const where of ['first', 'last'] as const)
    it(`of a login are not kept all where there are 300, but that of the session is, where it comes ${where}`, async () => {
      const others = Array.from({ length: 300 }, (_, index) => `other-${index}=1; Path=/`);
      const session = 'session=secret-cookie; Path=/';
      const cookies = where === 'first' ? [session, ...others] : [...others, session];
      stage.server.good = (response, request) =>
        isLogin(request)
          ? void response.writeHead(201, { 'content-type': 'text/plain', 'set-cookie': cookies }).end('login-ok')
          : respond({})(response, request);
      await open();
      assert.deepEqual((await stage.run({}, 'list')).ends, ['done']);
      const last = cookieOf(stage.server.requests.at(-1) as Recorded) ?? '';
      assert.match(last, /(^|; )session=secret-cookie(;|$)/);
      assert.equal(last.split(';').length, 50);
    });

  it('that end make room for others', async () => {
    let turn = 0;
    backend(stage.server, (response) => {
      const cookies = [
        `rolled-${turn}=x; Path=/0/elsewhere; Max-Age=0`,
        `rolled-${++turn}=x; Path=/0/devices`,
        `rolled-${turn - 1}=; Path=/0/devices; Max-Age=0`,
      ];
      response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': cookies }).end('{}');
    });
    await open();
    for (let count = 0; count < 120; count++) await stage.run({}, 'list');
    assert.equal(cookieOf(stage.server.requests.at(-1) as Recorded), 'rolled-119=x; session=secret-cookie');
    assert.equal(stage.red.logs.filter(({ level }) => level === 'warn').length, 0);
  });

  const NOTHING: readonly [what: string, type: string, operation: string, parameters: object][] = [
    ['a device', 'device', 'get', { device }],
    ['a variable', 'variable', 'get', { device, kind: str('s'), name: str('x') }],
    ['a history', 'variable', 'history', { device, kind: str('s'), name: str('x'), latest: num(5) }],
  ];
  for (const [what, type, operation, parameters] of NOTHING)
    for (const nothing of ['', 'undefined', 'null', ' \r\n']) {
      it(`${what} that is answered with 200 and ${JSON.stringify(nothing)} is not there`, async () => {
        backend(stage.server, (response, request) =>
          (request.path === WHO ? respond({ login: 'dummy@example.com' }) : says(nothing))(response, request),
        );
        await open(type, operation, parameters);
        const { ends, error } = await stage.run({}, 'node');
        assert.deepEqual([ends, (error as { cause: { statusCode: number } }).cause.statusCode], [['NOT_FOUND'], 200]);
        assert.match((error as Error).message, /^there is no such (device|variable): the backend has answered with nothing$/);
        assert.equal(stage.server.requests.filter(isLogin).length, 1);
      });

      it(`${what} that is answered with 200 and ${JSON.stringify(nothing)} may be there in a new session`, async () => {
        const found = operation === 'history' ? [] : { value: '1' };
        stage.server.good = (response, request) => {
          if (isLogin(request)) opensSession(`number-${stage.server.requests.filter(isLogin).length}`)(response, request);
          else if (cookieOf(request) === 'session=number-1') says(request.path === WHO ? '' : nothing)(response, request);
          else respond(request.path === WHO ? { login: 'dummy@example.com' } : found)(response, request);
        };
        await open(type, operation, parameters);
        assert.deepEqual((await stage.run({}, 'node')).outputs[0]?.payload, found);
      });
    }
});

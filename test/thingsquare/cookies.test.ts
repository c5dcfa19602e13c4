import assert from 'node:assert/strict';
import { Audit } from '../kit/audit';
import { answer, type Behaviour, FaultServer, type Recorded } from '../kit/fault-server';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import { num, str } from '../kit/typed-input';
import { backend, DEVICE, form, frontend, isLogin, opensSession, says } from './backend';

const WHO = '/0/user/';
const cookieOf = ({ headers }: Recorded) => headers.cookie;
const device = str(DEVICE);

describe('cookies of a Thingsquare frontend', () => {
  let red: NodeRed;
  let vendor: FaultServer;
  let audit: Audit;

  before(async () => {
    red = await startNodeRed();
    vendor = await FaultServer.start();
  });
  after(() => vendor.close());
  beforeEach(() => backend(vendor, answer({})));
  afterEach(async () => {
    await audit.close();
    await vendor.heal();
  });

  /** A node that lists devices, and a node that does what is asked for. */
  const open = async (type = 'user', operation = '', parameters: object = {}, config = {}) => {
    audit = await Audit.open(
      red,
      [
        { id: 'list', type: 'thingsquare-device', connection: 'frontend', operation: 'list' },
        { id: 'node', type: `thingsquare-${type}`, connection: 'frontend', operation, parameters },
      ],
      [frontend(vendor, config)],
    );
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
      await audit.run({}, 'list');
      vendor.next(says(word, 201, { 'set-cookie': 'session=theirs; Path=/' }));
      assert.equal((await audit.run({}, 'node')).outputs[0]?.payload, word);
      await audit.run({}, 'list');
      const [, , sent, next] = vendor.requests;
      assert.deepEqual([sent?.path, form(sent), sent && cookieOf(sent)], [path, parameters, undefined]);
      assert.equal(next && cookieOf(next), 'session=secret-cookie');
    });

    it(`are not needed for ${operation}: it goes out although nobody can log in`, async () => {
      vendor.always((response, request) => (isLogin(request) ? says('login-fail', 403) : says(word, 201))(response, request));
      await open('user', operation, given(parameters));
      assert.deepEqual((await audit.run({}, 'list')).ends, ['UNAUTHORIZED']);
      assert.deepEqual((await audit.run({}, 'node')).ends, ['done']);
    });
  }

  it('are no more than a session can need, however many the backend invents, and that is told once', async () => {
    let made = 0;
    const many: Behaviour = (response) => {
      const cookies = Array.from({ length: 100 }, () => `invented-${++made}=${'x'.repeat(50)}; Path=/`);
      response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': cookies }).end('{}');
    };
    backend(vendor, many);
    await open();
    for (let turn = 0; turn < 20; turn++) assert.deepEqual((await audit.run({}, 'list')).ends, ['done']);
    const last = cookieOf(vendor.requests.at(-1) as Recorded) ?? '';
    assert.match(last, /session=secret-cookie/);
    assert.ok(last.length < 6000 && last.split(';').length <= 50, `${last.length} characters of cookies`);
    assert.equal(red.logs.filter(({ level, text }) => level === 'warn' && /more cookies/.test(text)).length, 1);
  });

  for (const where of ['first', 'last'] as const)
    it(`of a login are not kept all where there are 300, but that of the session is, where it comes ${where}`, async () => {
      const others = Array.from({ length: 300 }, (_, index) => `other-${index}=1; Path=/`);
      const session = 'session=secret-cookie; Path=/';
      const cookies = where === 'first' ? [session, ...others] : [...others, session];
      vendor.good = (response, request) =>
        isLogin(request)
          ? void response.writeHead(201, { 'content-type': 'text/plain', 'set-cookie': cookies }).end('login-ok')
          : answer({})(response, request);
      await open();
      assert.deepEqual((await audit.run({}, 'list')).ends, ['done']);
      const last = cookieOf(vendor.requests.at(-1) as Recorded) ?? '';
      assert.match(last, /(^|; )session=secret-cookie(;|$)/);
      assert.equal(last.split(';').length, 50);
    });

  it('that end make room for others', async () => {
    let turn = 0;
    backend(vendor, (response) => {
      const cookies = [
        `rolled-${turn}=x; Path=/0/elsewhere; Max-Age=0`,
        `rolled-${++turn}=x; Path=/0/devices`,
        `rolled-${turn - 1}=; Path=/0/devices; Max-Age=0`,
      ];
      response.writeHead(200, { 'content-type': 'application/json', 'set-cookie': cookies }).end('{}');
    });
    await open();
    for (let count = 0; count < 120; count++) await audit.run({}, 'list');
    assert.equal(cookieOf(vendor.requests.at(-1) as Recorded), 'rolled-119=x; session=secret-cookie');
    assert.equal(red.logs.filter(({ level }) => level === 'warn').length, 0);
  });

  const NOTHING: readonly [what: string, type: string, operation: string, parameters: object][] = [
    ['a device', 'device', 'get', { device }],
    ['a variable', 'variable', 'get', { device, kind: str('s'), name: str('x') }],
    ['a history', 'variable', 'history', { device, kind: str('s'), name: str('x'), latest: num(5) }],
  ];
  for (const [what, type, operation, parameters] of NOTHING)
    for (const nothing of ['', 'undefined', 'null', ' \r\n']) {
      it(`${what} that is answered with 200 and ${JSON.stringify(nothing)} is not there`, async () => {
        backend(vendor, (response, request) =>
          (request.path === WHO ? answer({ login: 'dummy@example.com' }) : says(nothing))(response, request),
        );
        await open(type, operation, parameters);
        const { ends, error } = await audit.run({}, 'node');
        assert.deepEqual([ends, (error as { cause: { statusCode: number } }).cause.statusCode], [['NOT_FOUND'], 200]);
        assert.match((error as Error).message, /^there is no such (device|variable): the backend has answered with nothing$/);
        assert.equal(vendor.requests.filter(isLogin).length, 1);
      });

      it(`${what} that is answered with 200 and ${JSON.stringify(nothing)} may be there in a new session`, async () => {
        const found = operation === 'history' ? [] : { value: '1' };
        vendor.good = (response, request) => {
          if (isLogin(request)) opensSession(`number-${vendor.requests.filter(isLogin).length}`)(response, request);
          else if (cookieOf(request) === 'session=number-1') says(request.path === WHO ? '' : nothing)(response, request);
          else answer(request.path === WHO ? { login: 'dummy@example.com' } : found)(response, request);
        };
        await open(type, operation, parameters);
        assert.deepEqual((await audit.run({}, 'node')).outputs[0]?.payload, found);
      });
    }
});

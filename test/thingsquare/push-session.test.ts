import '../kit/once';
import { deepEqual, equal, ok } from 'node:assert/strict';
import { PUSH } from '../../src/vendors/thingsquare/push-feed';
import { until } from '../kit/within';
import { isLogin, says } from './backend';
import { codes, kinds, PushStage, short } from './push-stage';

describe('a WebSocket of Thingsquare whose session has ended', () => {
  const stage = new PushStage();
  const usual = PUSH.quiet;
  beforeEach(() => void Object.assign(PUSH, { ping: 50, quiet: 100 }));

  const follow = async () => {
    const node = await stage.follow(stage.client());
    await until('live', () => kinds(node).at(-1) === 'live');
    return node;
  };
  const questions = () => stage.server.requests.filter(({ path }) => path === '/0/user/').length;
  const pass = async (milliseconds: number) => {
    const began = performance.now();
    await until('a while', () => performance.now() - began > milliseconds);
  };

  it('is replaced by one of a new session, although it answers pings', async () => {
    const { backend } = stage;
    const node = await follow();
    backend.endSessions();
    backend.change('one');
    await until('what was missed', () => node.events.length === 2);
    deepEqual([short(node)[1], backend.logins, backend.opened, node.reports], ['resumed one/s/x 1', 2, 2, []]);
    backend.change('one');
    await until('a change', () => node.events.length === 3);
    equal(short(node)[2], 'live one/s/x 2');
  });

  it('is found within two minutes', () => ok(usual + 30_000 + 20_000 < 120_000));

  it('is not looked for while there are messages', async () => {
    Object.assign(PUSH, { quiet: 2000 });
    await follow();
    const began = performance.now();
    await until('a while', () => {
      stage.backend.change('one');
      return performance.now() - began > 4500;
    });
    // One when it was opened.
    equal(questions(), 1);
    await until('a question', () => questions() > 1);
  });

  it('stays where the user’s data can never be read', async () => {
    stage.backend.user = says('not found', 404);
    const node = await follow();
    const { logins, opened } = stage.backend;
    await pass(1000);
    deepEqual([stage.backend.logins, stage.backend.opened], [logins, opened]);
    stage.backend.change('one');
    await until('a change', () => node.events.length === 2);
  });

  it('stays where the question is in trouble', async () => {
    const node = await follow();
    stage.backend.user = says('down', 503, { 'retry-after': '0' });
    await until('questions', () => questions() > 3);
    stage.backend.change('one');
    await until('a change', () => node.events.length === 2);
    deepEqual([stage.backend.opened, stage.backend.logins, node.reports, kinds(node)], [1, 1, [], ['connecting', 'live']]);
  });

  it('is left where there is no other session', async () => {
    const node = await follow();
    const { good } = stage.server;
    stage.server.good = (response, request) => (isLogin(request) ? says('login-fail', 403) : good)(response, request);
    stage.backend.endSessions();
    await until('it says so', () => kinds(node).at(-1) === 'failed');
    deepEqual(codes(node.reports), ['UNAUTHORIZED']);
  });
});

import { deepEqual, equal, rejects } from 'node:assert/strict';
import type { Connection } from '../../src/core/connection';
import { EnsembleError } from '../../src/core/errors';
import { LOGIN } from '../../src/core/follow/login';
import { ask, forget, test } from '../../src/node-red/dialog-logins';

describe('the logins of open dialogs', () => {
  let asked: number;
  const refused = Object.assign(new EnsembleError('UNAUTHORIZED', 'no'), { refused: true });
  const dialog = (account: string, more: Partial<Connection> = {}) => ({ account, settings: {}, ...more }) as Connection;
  const refuse = () => {
    asked++;
    return Promise.reject(refused);
  };
  const { refused: pause } = LOGIN;
  beforeEach(() => {
    asked = 0;
  });
  afterEach(() => {
    LOGIN.refused = pause;
  });

  it('are remembered for a hundred refused accounts', async () => {
    const accounts = Array.from({ length: 101 }, (_, index) => dialog(`account ${index}`));
    for (const account of accounts) for (const _row of [1, 2]) await rejects(ask(account, undefined, refuse), { refused: true });
    equal(asked, 101);
    await rejects(ask(accounts[100] as Connection, undefined, refuse));
    await rejects(ask(accounts[0] as Connection, undefined, refuse));
    equal(asked, 102);
  });

  it('are asked again after a while, after a sign-in, and after trouble that is no refusal', async () => {
    const me = dialog('me');
    LOGIN.refused = 0;
    for (const _row of [1, 2]) await rejects(ask(me, undefined, refuse));
    equal(asked, 2);
    LOGIN.refused = pause;
    for (const _row of [1, 2]) await rejects(ask(me, undefined, refuse));
    equal(asked, 3);
    forget(me);
    equal(await ask(me, undefined, async () => 'fine'), 'fine');
    for (const _row of [1, 2])
      await rejects(
        ask(me, undefined, () => Promise.reject(new EnsembleError('FORBIDDEN', 'a page'))),
        { code: 'FORBIDDEN' },
      );
  });

  it('are the deployed one only for the same settings, and tell it of a Test for the same account', async () => {
    const told: string[] = [];
    const deployed = dialog('me', { settings: { a: 1 }, retryLogin: () => void told.push('retry') });
    const fill = async (connection: Connection) => (connection === deployed ? 'deployed' : 'dialog');
    equal(await ask(dialog('me', { settings: { a: 1 } }), deployed, fill), 'deployed');
    equal(await ask(dialog('me', { settings: { a: 2 } }), deployed, fill), 'dialog');
    equal(await ask(dialog('you', { settings: { a: 1 } }), deployed, fill), 'dialog');
    for (const account of ['you', 'me']) await test(dialog(account), deployed, async () => 'fine');
    await rejects(test(dialog('me'), deployed, refuse));
    deepEqual(told, ['retry']);
  });
});

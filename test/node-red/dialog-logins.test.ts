import { deepEqual, equal, rejects } from 'node:assert/strict';
import type { Connection } from '../../src/core/connection';
import { EnsembleError, NOT_IN_PANELS } from '../../src/core/errors';
import { LOGIN_PAUSES } from '../../src/core/follow/login';
import { forgetRefusal, testLogin, unlessRefused } from '../../src/node-red/dialog-logins';

describe('the logins of open dialogs', () => {
  let asked: number;
  const refused = Object.assign(new EnsembleError('UNAUTHORIZED', 'no', NOT_IN_PANELS), { refused: true });
  const dialog = (account: string, more: Partial<Connection> = {}) => ({ account, settings: {}, ...more }) as Connection;
  const refuse = () => {
    asked++;
    return Promise.reject(refused);
  };
  const { refused: pause } = LOGIN_PAUSES;
  beforeEach(() => {
    asked = 0;
  });
  afterEach(() => {
    LOGIN_PAUSES.refused = pause;
  });

  it('are remembered for a hundred refused accounts', async () => {
    const accounts = Array.from({ length: 101 }, (_, index) => dialog(`account ${index}`));
    for (const account of accounts) for (const _row of [1, 2]) await rejects(unlessRefused(account, refuse), { refused: true });
    equal(asked, 101);
    await rejects(unlessRefused(accounts[100] as Connection, refuse));
    await rejects(unlessRefused(accounts[0] as Connection, refuse));
    equal(asked, 102);
  });

  it('are asked again after a while, after a sign-in, and after trouble that is no refusal', async () => {
    const me = dialog('me');
    LOGIN_PAUSES.refused = 0;
    for (const _row of [1, 2]) await rejects(unlessRefused(me, refuse));
    equal(asked, 2);
    LOGIN_PAUSES.refused = pause;
    for (const _row of [1, 2]) await rejects(unlessRefused(me, refuse));
    equal(asked, 3);
    forgetRefusal(me);
    equal(await unlessRefused(me, async () => 'fine'), 'fine');
    for (const _row of [1, 2])
      await rejects(
        unlessRefused(me, () => Promise.reject(new EnsembleError('FORBIDDEN', 'a page', NOT_IN_PANELS))),
        { code: 'FORBIDDEN' },
      );
  });

  it('of a Test tell the deployed connections of the same account', async () => {
    const told: string[] = [];
    const deployed = ['me', 'you', 'me'].map((account) => dialog(account, { retryLogin: () => void told.push(account) }));
    equal(await testLogin(dialog('me'), [undefined, ...deployed], async () => 'fine'), 'fine');
    await rejects(testLogin(dialog('you'), deployed, refuse));
    deepEqual(told, ['me', 'me']);
  });
});

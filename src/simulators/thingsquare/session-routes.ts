import type { Reply } from '../vendor';
import type { Accounts } from './accounts';
import { type Call, type Route, word } from './reply';

/** The document's "Session methods". */
export function sessionRoutes(accounts: Accounts): Route[] {
  const logIn = ({ form }: Call): Reply => {
    const user = accounts.find(form.get('login'));
    const isKnown = user && user.password === form.get('password');
    return isKnown ? word(201, 'login-ok', accounts.open(user)) : word(403, 'login-fail');
  };
  const openSession = ({ form, hasSession }: Call): Reply => {
    const token = form.get('token');
    if (token === null) return hasSession ? word(200, 'user-ok') : word(201, 'user-ok', accounts.open());
    // The document has no tokens; the vendor's library logs in with one here. [G] The word of a refusal.
    const user = accounts.byToken(token);
    return user ? word(201, 'user-ok', accounts.open(user)) : word(403, 'user-fail');
  };
  const signUp = ({ form, hasSession }: Call): Reply => {
    const login = form.get('login') ?? '';
    if (!/^[^@\s]+@[^@\s]+$/.test(login)) return word(400, 'signup-fail-no-email');
    if (accounts.find(login)) return word(400, 'signup-fail-already-exists');
    accounts.signUp(login, form.get('password') ?? '');
    return word(201, 'signup-ok', hasSession ? {} : accounts.open());
  };
  const mail =
    (name: string) =>
    ({ form }: Call): Reply =>
      accounts.find(form.get('login')) ? word(200, `${name}-ok`) : word(400, `${name}-fail`);
  return [
    ['POST', /^session\/$/, openSession, true],
    ['POST', /^session\/login$/, logIn, true],
    ['POST', /^session\/logout$/, ({ cookies }) => (accounts.close(cookies) ? word(201, 'logout-ok') : word(400, 'logout-fail')), true],
    ['POST', /^session\/signup$/, signUp, true],
    ['POST', /^session\/resend$/, mail('resend'), true],
    // The document's heading says "recovery", its example and the vendor's library "recover".
    ['POST', /^session\/recover$/, mail('recover'), true],
  ];
}

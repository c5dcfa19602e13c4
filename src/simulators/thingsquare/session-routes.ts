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
  return [
    ['POST', /^session\/$/, openSession, true],
    ['POST', /^session\/login$/, logIn, true],
    ['POST', /^session\/logout$/, ({ cookies }) => (accounts.close(cookies) ? word(201, 'logout-ok') : word(400, 'logout-fail')), true],
    ...signUpRoutes(accounts),
  ];
}

/** How a user comes to be, and comes back. */
function signUpRoutes(accounts: Accounts): Route[] {
  const signUp = ({ form, hasSession }: Call): Reply => {
    const login = form.get('login') ?? '';
    if (!/^[^@\s]+@[^@\s]+$/.test(login)) return word(400, 'signup-fail-no-email');
    if (accounts.find(login)) return word(400, 'signup-fail-already-exists');
    const user = accounts.signUp(login, form.get('password') ?? '');
    // [G] The session that is made where there was none is the new user's.
    return word(201, 'signup-ok', hasSession ? {} : accounts.open(user));
  };
  /** The library names nobody: it means the user of its session. */
  const resend = ({ form, user }: Call): Reply => {
    const known = accounts.find(form.get('login') ?? user.login);
    if (!known) return word(400, 'resend-fail');
    accounts.mail({ to: known.login, about: 'confirmation', token: '' });
    return word(200, 'resend-ok');
  };
  const recover = ({ form }: Call): Reply => {
    const [known, token, password] = [accounts.find(form.get('login')), form.get('token'), form.get('password')];
    if (!known) return word(400, 'recover-fail');
    // The document has no way to use what was mailed; the vendor's library comes back with it here.
    if (token !== null && password !== null)
      return accounts.setPassword(known, token, password) ? word(200, 'recover-ok') : word(400, 'recover-fail');
    accounts.offerPassword(known);
    return word(200, 'recover-ok');
  };
  return [
    ['POST', /^session\/signup$/, signUp, true],
    ['POST', /^session\/resend$/, resend, true],
    // The document's heading says "recovery", its example and the vendor's library "recover".
    ['POST', /^session\/recovery?$/, recover, true],
  ];
}

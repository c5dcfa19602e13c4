import type { DeviceResponse } from '../http/response';
import type { Accounts } from './accounts';
import { type ThingsquareCall, type ThingsquareHandlers, textResponse } from './call';

/** The document's "Session methods", which need no session. */
export function sessionRoutes(accounts: Accounts): ThingsquareHandlers {
  const logIn = ({ form }: ThingsquareCall): DeviceResponse => {
    const user = accounts.find(form.get('login'));
    const isKnown = user && user.password === form.get('password');
    return isKnown ? textResponse(201, 'login-ok', accounts.open(user)) : textResponse(403, 'login-fail');
  };
  const openSession = ({ form, hasSession }: ThingsquareCall): DeviceResponse => {
    const token = form.get('token');
    if (token === null) return hasSession ? textResponse(200, 'user-ok') : textResponse(201, 'user-ok', accounts.open());
    // The document has no tokens; the vendor's library logs in with one here. [G] The response to a wrong one.
    const user = accounts.byToken(token);
    return user ? textResponse(201, 'user-ok', accounts.open(user)) : textResponse(403, 'user-fail');
  };
  return {
    'POST /0/session/': openSession,
    'POST /0/session/login': logIn,
    'POST /0/session/logout': ({ cookies }) =>
      accounts.close(cookies) ? textResponse(201, 'logout-ok') : textResponse(400, 'logout-fail'),
    ...signUpRoutes(accounts),
  };
}

/** Signing up, and setting a new password. */
function signUpRoutes(accounts: Accounts): ThingsquareHandlers {
  const signUp = ({ form, hasSession }: ThingsquareCall): DeviceResponse => {
    const login = form.get('login') ?? '';
    if (!/^[^@\s]+@[^@\s]+$/.test(login)) return textResponse(400, 'signup-fail-no-email');
    if (accounts.find(login)) return textResponse(400, 'signup-fail-already-exists');
    const user = accounts.signUp(login, form.get('password') ?? '');
    // [G] The session that is made where there was none is the new user's.
    return textResponse(201, 'signup-ok', hasSession ? {} : accounts.open(user));
  };
  /** The library gives no login: it means the user of its session. */
  const resend = ({ form, user }: ThingsquareCall): DeviceResponse => {
    const known = accounts.find(form.get('login') ?? user.login);
    if (!known) return textResponse(400, 'resend-fail');
    accounts.mail({ to: known.login, about: 'confirmation', token: '' });
    return textResponse(200, 'resend-ok');
  };
  const recover = ({ form }: ThingsquareCall): DeviceResponse => {
    const [known, token, password] = [accounts.find(form.get('login')), form.get('token'), form.get('password')];
    if (!known) return textResponse(400, 'recover-fail');
    // The document has no way to use the token of the mail; the vendor's library sends it here.
    if (token !== null && password !== null)
      return accounts.setPassword(known, token, password) ? textResponse(200, 'recover-ok') : textResponse(400, 'recover-fail');
    accounts.offerPassword(known);
    return textResponse(200, 'recover-ok');
  };
  return {
    'POST /0/session/signup': signUp,
    'POST /0/session/resend': resend,
    // The document's heading says "recovery", its example and the vendor's library "recover".
    'POST /0/session/:way(recover|recovery)': recover,
  };
}

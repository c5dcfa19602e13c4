import type { Reply } from '../vendor';
import type { Accounts } from './accounts';
import { Notifications } from './notifications';
import { answer, type Call, decoded, type Route, word } from './reply';
import { MOST_DATA, readData } from './user-data';

/** The document's "User data methods", and what the vendor's library knows besides: tokens and notifications. */
export function userRoutes(accounts: Accounts): Route[] {
  const notifications = new Notifications();
  // The document has no tokens. [G] The status of a refusal.
  const createToken = ({ user }: Call): Reply => (user.login === '' ? word(400, 'user-token-fail') : word(201, accounts.createToken(user)));
  const deleteToken = ({ user, parts: [token] }: Call): Reply =>
    accounts.deleteToken(user, decoded(token)) ? word(200, 'user-token-deleted') : word(400, 'user-token-fail');
  return [
    ['GET', /^user\/$/, ({ user: { login, confirmed, authcode, data } }) => answer({ login, confirmed, authcode, data })],
    ['POST', /^user\/$/, storeData],
    ['POST', /^user\/accesstoken$/, createToken],
    ['DELETE', /^user\/accesstoken\/([^/]+)$/, deleteToken],
    ...notifications.routes(),
  ];
}

/** "The data supplied in the data parameter will be merged with the user's data." [G] Field by field. */
function storeData({ user, form }: Call): Reply {
  const data = { ...user.data, ...readData(form) };
  if (JSON.stringify(data).length > MOST_DATA) return word(413, 'user-data-failed');
  user.data = data;
  return word(200, 'user-data-ok');
}

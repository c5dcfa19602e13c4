import { type DeviceResponse, ok } from '../http/response';
import { decoded } from '../http/routes';
import type { Accounts } from './accounts';
import { type ThingsquareCall, type ThingsquareHandlers, textResponse } from './call';
import { Notifications } from './notifications';
import { MAX_DATA, readData } from './user-data';

/** The document's "User data methods", and those that only the vendor's library has: tokens and notifications. */
export function userRoutes(accounts: Accounts): ThingsquareHandlers {
  const notifications = new Notifications();
  // The document has no tokens. [G] The status of a refusal.
  const createToken = ({ user }: ThingsquareCall): DeviceResponse =>
    user.login === '' ? textResponse(400, 'user-token-fail') : textResponse(201, accounts.createToken(user));
  const deleteToken = ({ user, parts: [token] }: ThingsquareCall): DeviceResponse =>
    accounts.deleteToken(user, decoded(token)) ? textResponse(200, 'user-token-deleted') : textResponse(400, 'user-token-fail');
  return {
    'GET /0/user/': ({ user: { login, confirmed, authcode, data } }) => ok({ login, confirmed, authcode, data }),
    'POST /0/user/': storeData,
    'POST /0/user/accesstoken': createToken,
    'DELETE /0/user/accesstoken/:token': deleteToken,
    ...notifications.routes(),
  };
}

/** "The data supplied in the data parameter will be merged with the user's data." [G] Field by field. */
function storeData({ user, form }: ThingsquareCall): DeviceResponse {
  const data = { ...user.data, ...readData(form) };
  if (JSON.stringify(data).length > MAX_DATA) return textResponse(413, 'user-data-failed');
  user.data = data;
  return textResponse(200, 'user-data-ok');
}

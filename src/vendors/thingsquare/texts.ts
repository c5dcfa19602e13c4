import { teller } from '../../core/sentence';

/** What panels say of the frontend. */
export const texts = {
  test: {
    user: 'Logged in as __login__. Registered devices: __devices__.',
    anonymous: 'The backend gives an anonymous session. Registered devices: __devices__.',
  },
  /** What the backend's words for a refusal mean. */
  refused: {
    'login-fail': 'Login or password is wrong.',
    'user-fail': 'The API token is not valid, or no user is logged in.',
    'logout-fail': 'There was no session to end.',
    'signup-fail-no-email': 'Login must be an e-mail address.',
    'signup-fail-already-exists': 'There is a user of that name already.',
    'resend-fail': 'No confirmation e-mail could be sent to that user.',
    'recover-fail': 'No recovery e-mail could be sent to that user.',
    'user-data-failed': 'The user’s data would be too large.',
    'user-data-fail': 'The user’s data would be too large.',
    'claim-fail': 'No device can be claimed or shared with that authentication token, or there is no such user.',
    'add-user-fail': 'The device cannot be shared with that user.',
    'user-token-fail': 'There is no such token, or no user is logged in who could have one.',
    'claim-fail-no-auth': 'No device can be claimed with that authentication token.',
    'device-fail': 'There is no such device or variable, or it cannot be changed.',
    'device-fwup-name-fail': 'There is no firmware image of that name.',
    'device-fwup-start-fail':
      'The firmware update could not be started; a device must be connected first: set its d variable mode to connected, and wait until its meta variable state is connected.',
    'firmware-fail': 'There is no firmware update to cancel.',
  },
  refusedOther: 'The backend has refused it (HTTP __status__).',
  none: {
    device: 'There is no such device: the backend has answered with nothing.',
    variable: 'There is no such variable: the backend has answered with nothing.',
  },
  sessionOver: 'The session has ended. Try again.',
  noSession: 'The login was answered without a session. Check the address.',
  notAcknowledged: 'The backend has the value, but the device has not acknowledged it within __seconds__ s.',
  update: {
    notConnected: 'The device has not connected within __seconds__ s, so that no update was started.',
    failed: 'The update was started, and it failed on the device: “__words__”',
    untold: 'The update was started, but within __seconds__ s the device has not told of its end.',
    at: 'The update was started, and is at __percent__ percent after __seconds__ s.',
    unread: 'The update was started, but its end cannot be read.',
  },
  history: 'The backend gives no more than its newest __count__ values: it does not read a history page by page.',
  cookies: 'The backend sets more cookies than can be kept (__count__, of __characters__ characters in all): the rest is left out.',
  notSent: 'Only variables of kind d are sent to the device: __fields__ must be left empty.',
  found: {
    ping: 'The WebSocket was opened, and answered a ping.',
    noPing: 'The WebSocket was opened, but answered no ping.',
    notOpened: 'The WebSocket was not opened (HTTP __status__).',
    userEnd: 'Reading the user’s data was answered with HTTP __status__.',
    userNoEnd: 'Reading the user’s data was answered with HTTP __status__, which is not taken for the end of a session.',
    devicesEnd: 'Reading the devices was answered with HTTP __status__.',
    devicesList: 'Reading the devices was answered with HTTP __status__ and a list.',
    noVariable: 'No device has a d variable.',
    noAcknowledged: 'No d variable has been acknowledged yet.',
    milliseconds: 'Variables that have both times, in milliseconds: __count__.',
    noMilliseconds: 'The times are not milliseconds since 1970.',
    token: 'The token logs in, and the devices can be read.',
    oldestFirst: 'The oldest comes first.',
    newestFirst: 'The newest comes first, and a page begins with the point that from names.',
    afterPoint: 'A page begins after the point that from names.',
    ignored: 'from is ignored.',
    noHistory: 'No variable has a history of three points.',
    noDevice: 'There is no device.',
    named: 'Devices that have it: __count__ of __all__.',
    noneNamed: 'Devices that have it: none of __all__.',
  },
} as const;

export const say = teller('thingsquare-frontend', texts);

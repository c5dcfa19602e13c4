import { teller } from '../../core/sentence';

/** What panels say of the frontend. */
export const texts = {
  test: {
    user: 'Logged in as __login__. Registered devices: __devices__.',
    anonymous: 'The backend gives an anonymous session. Registered devices: __devices__.',
  },
  notSent: 'Only variables of kind d are sent to the device: __fields__ must be left empty.',
  found: {
    ping: 'The WebSocket was opened, and answered a ping.',
    noPing: 'The WebSocket was opened, but answered no ping.',
    notOpened: 'The WebSocket was not opened (HTTP __status__).',
    userEnd: 'The user’s data were answered with HTTP __status__.',
    userNoEnd: 'The user’s data were answered with HTTP __status__, which is not taken for the end of a session.',
    devicesEnd: 'The devices were answered with HTTP __status__.',
    devicesList: 'The devices were answered with HTTP __status__ and a list.',
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
    named: '__count__ of __all__ devices have it.',
    noneNamed: 'None of __all__ devices has it.',
  },
} as const;

export const say = teller('thingsquare-frontend', texts);

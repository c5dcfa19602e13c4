import { type Vocabulary, words } from '../../core/diagnostics/recorder';

/** Of the vendor's "Thingsquare REST API Reference" and its library. Devices, their variables and the data of users have any other name. */
const known = words(`d s meta value value64 time acked ackedvalue synced syncacked type data id by key device timestamp login password token
  user auth command command64 priority lifetime latest from startid confirmed authcode platform master period mode state deadleaf name
  unique version to info platforms events delta devices`);

export const vocabulary: Vocabulary = {
  pathWords: words('0 session login logout signup resend recover recovery user accesstoken devices d s meta fw firmware network'),
  requestWords: known,
  isWord: (key) => known.has(key),
};

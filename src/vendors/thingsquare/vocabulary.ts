import type { Vocabulary } from '../../core/diagnostics/recorder';

/** Of the vendor's "Thingsquare REST API Reference" and its library. Devices, their variables and the data of users have any other name. */
const words = new Set(
  `d s meta value value64 time acked ackedvalue synced syncacked type data id by key device timestamp login confirmed authcode
   platform master period mode state deadleaf name unique version to from info platforms
   events delta`.split(/\s+/),
);

export const vocabulary: Vocabulary = {
  pathWords: new Set(
    '0 session login logout signup resend recover recovery user accesstoken devices d s meta fw firmware network'.split(' '),
  ),
  isWord: (key) => words.has(key),
};

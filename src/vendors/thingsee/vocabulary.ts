import type { Vocabulary } from '../../core/diagnostics/recorder';

/** Of the vendor's "Open Services API". */
export const vocabulary: Vocabulary = {
  pathWords: new Set('auth client-token things alerts count messages commands installations group groups rename unassigned'.split(' ')),
};

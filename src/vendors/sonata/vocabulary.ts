import type { Vocabulary } from '../../core/diagnostics/recorder';

/** Of the vendor's "Sonata REST API Documentation". */
export const vocabulary: Vocabulary = { pathWords: new Set(['subscribe', 'unsubscribe', 'pattern', 'toggle', 'off']) };

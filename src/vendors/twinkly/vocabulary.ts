import type { Vocabulary } from '../../core/diagnostics/recorder';
import { literalParts } from './wire-profile';

/** The account's corrections may hold anything: what they name is shown by none of its words. */
export const vocabulary: Vocabulary = { pathWords: new Set(['v2', 'auth', 'token', ...literalParts]) };

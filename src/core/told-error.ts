import { STATUS_CODES } from 'node:http';
import { told } from './error-texts';
import type { EnsembleError } from './errors';
import type { Sentence } from './sentence';

/** What a status says already. */
const SAID_BY_STATUS = new Set(Object.values(STATUS_CODES).map((text) => text?.toLowerCase()));

/** What a panel says of an error, with the vendor's own words where they say more. Never the message, which is English. */
export function sentencesOf({ told: known, code, cause: { vendorMessage: words } }: EnsembleError): readonly [Sentence, ...Sentence[]] {
  const [first = told(`code.${code}`), ...others] = known;
  if (words === undefined || SAID_BY_STATUS.has(words.toLowerCase()) || known.some(({ key }) => key === 'says')) return [first, ...others];
  return [first, ...others, told('says', { words })];
}

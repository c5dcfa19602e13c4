import { told } from '../error-texts';
import { asEnsembleError, type EnsembleError } from '../errors';
import type { Scope } from '../scope';
import type { Sentence } from '../sentence';

/** What is assumed of a vendor, because nobody could ask a real device. The page of the assumptions and *Check* are made of these. */
export interface Assumption<C = never> {
  /** Stays the same: reports name it. Begins with the vendor. */
  readonly id: string;
  /** What is assumed: a sentence or two, in Markdown. */
  readonly what: string;
  /** What a panel says of it, where `what` is too long there. */
  readonly inShort?: string;
  /** Why it is not known: what the document says, or does not say. */
  readonly why: string;
  /** Where it comes from. */
  readonly source: AssumptionSource;
  /** How somebody who owns the device finds out; for *Check*, what it reads. */
  readonly check: string;
  /** It takes more than reads, to which a person must agree. */
  readonly byConsent?: true;
  /** What corrects it without a new release; undefined: a report. */
  readonly corrects?: string;
  /** Asks the vendor, by reads alone; undefined where these settings do not make use of it. @throws EnsembleError where it cannot be told */
  ask?(connection: C, context: CheckContext): Promise<Finding | undefined>;
}

/** The vendor's document leaves it open; it contradicts itself; or somebody else's program does it so. */
export type AssumptionSource = 'guess' | 'contradiction' | 'other program';

/** One check. */
export interface CheckContext {
  readonly scope: Scope;
  /** The person has agreed to the request of a `probe`. */
  readonly mayProbe: boolean;
  /** Reads once for all assumptions of the check. */
  once<T>(key: string, read: () => Promise<T>): Promise<T>;
}

export type Verdict = 'confirmed' | 'differs' | 'cannot be told';

export interface Finding {
  readonly verdict: Verdict;
  /** What was found, without anybody's values. */
  readonly found: readonly Sentence[];
  /** A setting of the config node that corrects it, with its new value. */
  readonly correction?: Correction;
  /** What would have to be sent to find out: not a read, so that a person must agree. */
  readonly probe?: Sentence;
}

export interface Correction {
  readonly setting: string;
  /** Of a setting that is an object: the part that is wrong; the rest stays. */
  readonly value: unknown;
}

export interface CheckedAssumption extends Finding {
  readonly id: string;
}

/** Markdown as a panel shows it. */
export const plainText = (markdown: string): string => markdown.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll(/[`*]/g, '');

/**
 * Whether an error is the vendor's own answer to a question. A page, a redirect and trouble of the server say nothing of what is
 * true.
 */
export const isAnswer = ({ isPage, cause: { statusCode = 0 } }: EnsembleError): boolean =>
  !isPage && statusCode >= 400 && statusCode < 500 && statusCode !== 407 && statusCode !== 429;

export const confirmed = (...found: readonly Sentence[]): Finding => ({ verdict: 'confirmed', found });
export const differs = (found: Sentence | readonly Sentence[], correction?: Correction): Finding => ({
  verdict: 'differs',
  found: [found].flat(),
  ...(correction && { correction }),
});
export const cannotTell = (...found: readonly Sentence[]): Finding => ({ verdict: 'cannot be told', found });

/**
 * Asks the vendor for each that a read can settle, one after the other: a check must not be a burden.
 * @param probe id of the only one to be asked for, with the request to which a person has agreed
 * @throws EnsembleError CANCELLED, or that of a refused login
 */
export async function checkAll<C>(
  assumptions: readonly Assumption<C>[],
  connection: C,
  { scope, probe }: { readonly scope: Scope; readonly probe?: string | undefined },
): Promise<CheckedAssumption[]> {
  const known = new Map<string, Promise<unknown>>();
  const once = <T>(key: string, read: () => Promise<T>): Promise<T> => {
    const reading = known.get(key) ?? read();
    known.set(key, reading);
    return reading as Promise<T>;
  };
  const context: CheckContext = { scope, once, mayProbe: probe !== undefined };
  const checked: CheckedAssumption[] = [];
  for (const { id, ask } of assumptions) {
    if (!ask || (probe !== undefined && id !== probe)) continue;
    const finding = await ask(connection, context).catch(untold);
    if (finding) checked.push({ id, ...finding });
  }
  return checked;
}

/** An error's text may repeat what a vendor said: its code and status tell enough. */
function untold(thrown: unknown): Finding {
  const error: EnsembleError = asEnsembleError(thrown);
  // A login that the vendor refuses is not to be tried again and again.
  if (error.code === 'CANCELLED' || error.refused) throw error;
  const { statusCode } = error.cause;
  const { code } = error;
  return cannotTell(statusCode === undefined ? told('question.failed', { code }) : told('question.answered', { code, status: statusCode }));
}

import { asEnsembleError, type EnsembleError } from '../errors';
import type { Scope } from '../scope';

export interface UntilOptions<T> {
  /** Of the caller. */
  readonly scope: Scope;
  /** Seconds after which it gives up. */
  readonly limit: number;
  /** Milliseconds between two calls of `ask`: each pause is longer than the one before, up to a limit. */
  readonly pauses: { readonly first: number; readonly most: number };
  /** Milliseconds before the first call of `ask`. */
  readonly delay?: number;
  /** Asks once; undefined as long as the condition does not hold. A call that is open at the end of the scope no longer counts. @throws EnsembleError */
  ask(scope: Scope): Promise<T | undefined>;
  /** Throws where another call would not help; without, errors that are not retryable are thrown. */
  onError?(error: EnsembleError): void;
  /** Called before each pause with the milliseconds that are left. */
  onPause?(left: number): void;
  /** The error when the time is over. */
  timedOut(): EnsembleError;
}

/** Milliseconds that a call may take which is open when the time is over. */
const LAST_ANSWER = 2000;

/** Asks until the condition holds, for the last time when the time is over. @throws EnsembleError what `timedOut` and `onError` say, and CANCELLED at the end of the scope */
export async function askUntil<T>(options: UntilOptions<T>): Promise<T> {
  const { scope, limit, pauses, delay = 0, onPause, timedOut } = options;
  const end = performance.now() + limit * 1000;
  const left = () => Math.max(0, end - performance.now());
  if (delay > 0) await scope.sleep(Math.min(delay, left()));
  for (let pause = pauses.first; ; pause = Math.min(pauses.most, pause * 1.5)) {
    const found = await scope.limited(left() + LAST_ANSWER, (asking) => askIn(asking, options));
    if (found !== undefined) return found;
    if (left() === 0) throw Object.assign(timedOut(), { begun: true });
    onPause?.(left());
    await scope.sleep(Math.min(pause, left()));
  }
}

async function askIn<T>(asking: Scope, { scope, ask, onError = throwLasting }: UntilOptions<T>): Promise<T | undefined> {
  try {
    return await ask(asking);
  } catch (thrown) {
    if (scope.ended) throw thrown;
    if (!asking.ended) onError(asEnsembleError(thrown));
    return undefined;
  }
}

function throwLasting(error: EnsembleError): void {
  if (!error.cause.retryable) throw error;
}

import { asEnsembleError, EnsembleError } from '../../core/errors';
import type { OperationContext } from '../../core/operation';
import type { Scope } from '../../core/scope';
import type { ThingsquareClient } from './client';
import { readVariable } from './values';

/** Milliseconds between two looks: soon at first, for a device that is awake. */
const FIRST = 250;
const MOST = 2000;

/**
 * Reads a variable until the device has acknowledged its value. [G] That is when `acked` is not before `time`: the document says
 * how to look for the acknowledgement, but not how it looks.
 * @param patience seconds @throws EnsembleError TIMEOUT
 */
export function awaitAcknowledgement(
  path: string,
  patience: number,
  { connection, scope, progress }: OperationContext<ThingsquareClient>,
): Promise<void> {
  const end = performance.now() + patience * 1000;
  // Looks and pauses end with it, however long the backend takes.
  return scope.limited(patience * 1000, async (waiting) => {
    try {
      for (let pause = FIRST; !(await isAcknowledged(path, connection, waiting)); pause = Math.min(MOST, pause * 2)) {
        const left = end - performance.now();
        progress(`⏳ ${Math.ceil(left / 1000)} s`);
        // The last look is shortly before the end.
        await waiting.sleep(Math.min(pause, Math.max(FIRST, left / 2)));
      }
    } catch (error) {
      if (!waiting.ended || scope.ended) throw error;
      throw new EnsembleError(
        'TIMEOUT',
        `the value is stored at the backend, but within ${patience} seconds the device has not acknowledged it`,
      );
    }
  });
}

/** Trouble that may pass is no reason to give up: the value is on its way. */
async function isAcknowledged(path: string, connection: ThingsquareClient, scope: Scope): Promise<boolean> {
  try {
    const { time = Number.POSITIVE_INFINITY, acked = 0 } = readVariable(
      await connection.send({ method: 'GET', path }, { repeatable: true, scope }),
    );
    return acked >= time;
  } catch (thrown) {
    const error = asEnsembleError(thrown);
    if (error.cause.retryable) return false;
    throw error;
  }
}

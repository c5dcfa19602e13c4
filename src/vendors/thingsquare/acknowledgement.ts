import { asEnsembleError, EnsembleError } from '../../core/errors';
import type { Exchange } from '../../core/operation';
import type { ThingsquareFrontend } from './thingsquare-frontend';
import { readVariable } from './values';

/** Milliseconds between two looks: soon at first, for a device that is awake. */
const FIRST = 250;
const MOST = 2000;

/**
 * Reads a variable until the device has acknowledged its value. [G] That is when `acked` is not before `time`: the document says
 * how to look for the acknowledgement, but not how it looks.
 * @param patience seconds @throws EnsembleError TIMEOUT
 */
export async function awaitAcknowledgement(
  path: string,
  patience: number,
  { scope, send, progress }: Exchange<ThingsquareFrontend>,
): Promise<void> {
  const started = performance.now();
  for (let pause = FIRST; ; pause = Math.min(MOST, pause * 2)) {
    if (await isAcknowledged()) return;
    const left = patience * 1000 - (performance.now() - started);
    if (left <= 0)
      throw new EnsembleError(
        'TIMEOUT',
        `the value is stored at the backend, but within ${patience} seconds the device has not acknowledged it`,
      );
    progress(`⏳ ${Math.ceil(left / 1000)} s`);
    await scope.sleep(Math.min(pause, left));
  }

  /** Trouble that may pass is no reason to give up: the value is on its way. */
  async function isAcknowledged(): Promise<boolean> {
    try {
      const { time, acked = 0 } = readVariable(await send({ method: 'GET', path }, true));
      return acked >= time;
    } catch (thrown) {
      const error = asEnsembleError(thrown);
      if (error.cause.retryable) return false;
      throw error;
    }
  }
}

import { EnsembleError } from '../../core/errors';
import { askUntil } from '../../core/follow/until';
import type { OperationContext } from '../../core/operation';
import type { ThingsquareClient } from './client';
import { readVariable } from './devices';
import { say } from './texts';

/** Milliseconds between two readings: few at first, for a device that is awake. */
const PAUSES = { first: 250, most: 2000 };

/**
 * Reads a variable until the device has acknowledged its value. [G] That is when `acked` is not before `time`: the document says
 * how to look for the acknowledgement, but not how it looks.
 * @param limit seconds @throws EnsembleError TIMEOUT
 */
export async function awaitAcknowledgement(
  path: string,
  limit: number,
  { connection, scope, progress }: OperationContext<ThingsquareClient>,
): Promise<void> {
  await askUntil({
    scope,
    limit,
    pauses: PAUSES,
    async ask(asking) {
      const { time = Number.POSITIVE_INFINITY, acked = 0 } = readVariable(await connection.read(path, { scope: asking }));
      return acked >= time || undefined;
    },
    onPause: (left) => progress(`⏳ ${Math.ceil(left / 1000)} s`),
    timedOut: () =>
      new EnsembleError(
        'TIMEOUT',
        `the value is stored at the backend, but within ${limit} seconds the device has not acknowledged it`,
        say('notAcknowledged', { seconds: limit }),
      ),
  });
}

import { EnsembleError } from '../../core/errors';
import type { HttpRequest } from '../../core/http/request';
import type { OperationContext, Outcome } from '../../core/operation';
import type { ThingsquareClient } from './client';
import { readWord } from './word-responses';

/** Sends to the path of the document, and where there is none, to that of the vendor's library. */
export async function sendEither(
  { send }: Pick<OperationContext<ThingsquareClient>, 'send'>,
  method: HttpRequest['method'],
  [documented, other]: readonly [string, string],
  more: Pick<HttpRequest, 'form' | 'withoutLogin'> = {},
): Promise<Outcome> {
  const request = (path: string): HttpRequest => ({ method, path, ...more });
  const response = await send(request(documented)).catch((error: unknown) => {
    if (error instanceof EnsembleError && error.code === 'NOT_FOUND') return send(request(other));
    throw error;
  });
  return { result: readWord(response), statusCode: response.statusCode };
}

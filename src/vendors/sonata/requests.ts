import type { HttpRequest } from '../../core/http/request';

/** Facts: the vendor's "Sonata REST API Documentation", section Endpoints. */
export interface MatrixIds {
  readonly installation_id: number;
  readonly device_id: number;
}

/** What a matrix shows after a request: a pattern, what it showed last, or off and what was shown last in turn. */
export type Shows = readonly number[] | 'dark' | 'again' | 'toggled';

/** A request that changes what a matrix shows. */
export interface MatrixRequest extends HttpRequest {
  readonly matrix: MatrixIds;
  readonly shows: Shows;
}

export type PatternKey = 'both' | 'values' | 'pattern';

type Body = (ids: MatrixIds, pattern: readonly number[]) => object;

/** The document names the key `values` in its table and `pattern` in its example. Without spreads, which take longer than all the rest. */
const bodies: Readonly<Record<PatternKey, Body>> = {
  both: ({ installation_id, device_id }, pattern) => ({ installation_id, device_id, values: pattern, pattern }),
  values: ({ installation_id, device_id }, pattern) => ({ installation_id, device_id, values: pattern }),
  pattern: ({ installation_id, device_id }, pattern) => ({ installation_id, device_id, pattern }),
};

export const patternRequest = (matrix: MatrixIds, pattern: readonly number[], key: PatternKey): MatrixRequest => ({
  method: 'POST',
  path: '/pattern',
  json: bodies[key](matrix, pattern),
  matrix,
  shows: pattern,
});

/** The client gives it the pattern when it is sent: what was shown last may change while it waits for its turn. */
export const onRequest = (matrix: MatrixIds): MatrixRequest => ({ method: 'POST', path: '/pattern', matrix, shows: 'again' });

export const offRequest = (matrix: MatrixIds): MatrixRequest => ({ method: 'POST', path: '/off', json: matrix, matrix, shows: 'dark' });

export const toggleRequest = (matrix: MatrixIds): MatrixRequest => ({
  method: 'POST',
  path: '/toggle',
  json: matrix,
  matrix,
  shows: 'toggled',
});

export const isMatrixRequest = (request: HttpRequest): request is MatrixRequest => 'shows' in request;

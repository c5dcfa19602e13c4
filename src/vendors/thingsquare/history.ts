import { EnsembleError } from '../../core/errors';
import type { Exchange, Outcome } from '../../core/operation';
import type { ThingsquareFrontend } from './thingsquare-frontend';
import { type Point, readPoints } from './values';

/** Points asked for in one request, as the vendor's library does it. */
const PAGE = 1000;

export interface HistoryRequest {
  /** Of the variable. */
  readonly path: string;
  /** So many points, the newest first; 0: all. */
  readonly latest: number;
  /** Points in each message; without, one message has them all. */
  readonly batch: number | undefined;
}

type Context = Pick<Exchange<ThingsquareFrontend>, 'send' | 'progress' | 'part'>;

/** Reads a history page by page. However long it is, no more is held than one page, and one batch or the whole result. */
export async function readHistory({ path, latest, batch }: HistoryRequest, { send, progress, part }: Context): Promise<Outcome> {
  const most = latest === 0 ? Number.POSITIVE_INFINITY : latest;
  let points: Point[] = [];
  let count = 0;
  let oldest: number | undefined;
  for (;;) {
    // The point at the border comes twice.
    const wanted = Math.min(PAGE, most - count + (oldest === undefined ? 0 : 1));
    const answer = await send({ method: 'GET', path, query: { latest: wanted, from: oldest } });
    const page = readPoints(answer);
    if (oldest !== undefined && page.some(({ id }) => id > (oldest ?? 0)))
      throw new EnsembleError(
        'BAD_RESPONSE',
        'the backend does not read a history page by page: it answered with newer points than it was asked for',
      );
    const fresh = oldest === undefined ? page : page.filter(({ id }) => id < (oldest ?? 0));
    for (const point of fresh.slice(0, most - count)) {
      if (points.length === batch) {
        part({ result: points, statusCode: answer.statusCode, batch });
        points = [];
      }
      points.push(point);
      count++;
    }
    oldest = fresh.at(-1)?.id;
    if (count >= most || oldest === undefined)
      return { result: points, statusCode: answer.statusCode, ...(batch !== undefined && { batch }) };
    progress(String(count));
  }
}

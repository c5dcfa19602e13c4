import type { OperationContext, Outcome } from '../../core/operation';
import type { ThingsquareClient } from './client';
import { type Point, readPage } from './devices';
import { say } from './texts';

/** Points asked for in one request, as the vendor's library does it. */
const PAGE_SIZE = 1000;

export interface HistoryRequest {
  /** Of the variable. */
  readonly path: string;
  /** So many points, the newest first; 0: all. */
  readonly latest: number;
  /** Only points with this id and later ones. */
  readonly startId?: number | undefined;
  /** Points in each message; without, one message has them all. */
  readonly batch: number | undefined;
}

/**
 * Reads a history page by page, each point once. However long it is, no more is held than one page, and one batch or the whole
 * result. Only the vendor's library knows how to go on from a page (`from`); where the backend does not, one request asks for all.
 * It also knows how to begin at an id (`startid`), but not in pages, so that one request asks for all then, too.
 */
export async function readHistory(
  { path, latest, startId, batch }: HistoryRequest,
  { send, progress, part, warn }: OperationContext<ThingsquareClient>,
): Promise<Outcome> {
  const most = latest === 0 ? Number.POSITIVE_INFINITY : latest;
  let points: Point[] = [];
  let count = 0;
  let oldest = Number.POSITIVE_INFINITY;
  for (let asked: 'first' | 'older' | 'all' = startId === undefined ? 'first' : 'all'; ; ) {
    // The point at the border comes twice.
    const wanted = asked === 'all' ? most : Math.min(PAGE_SIZE, most - count + (asked === 'older' ? 1 : 0));
    const query = { latest: asked === 'all' ? latest : wanted, from: asked === 'older' ? oldest : undefined, startid: startId };
    const response = await send({ method: 'GET', path, query });
    const { statusCode } = response;
    const page = newestFirst(readPage(response));
    // A backend that does not know the beginning gives more.
    const older = page.points.filter(({ id }) => id < oldest && id >= (startId ?? 0));
    for (const point of older.slice(0, most - count)) {
      if (points.length === batch) {
        part({ result: points, statusCode, batch });
        points = [];
      }
      points.push(point);
      count++;
    }
    const isIgnored: boolean = asked === 'older' && older.length === 0 && (page.points[0]?.id ?? 0) > oldest;
    if (asked === 'all' && older.length === 0 && startId === undefined)
      warn(`the backend gives no more than its newest ${count} values: it does not read a history page by page`, say('history', { count }));
    const isLast = page.length < wanted || page.points.length > wanted || (older.length === 0 && !isIgnored);
    if (count >= most || asked === 'all' || isLast) return { result: points, statusCode, ...(batch !== undefined && { batch }) };
    asked = isIgnored ? 'all' : 'older';
    oldest = older.at(-1)?.id ?? oldest;
    progress(String(count));
  }
}

/** In whichever order they came, each once. @returns `length` as it came */
function newestFirst({ points, length }: ReturnType<typeof readPage>): { readonly points: readonly Point[]; readonly length: number } {
  const byId = new Map(points.map((point) => [point.id, point]));
  return { points: [...byId.values()].sort((a, b) => b.id - a.id), length };
}

import type { MatrixIds, Shows } from './requests';

/** 100 levels from 0 to 15, row by row; those of the corners, which have no LED, are 0. */
export type Levels = readonly number[];

const CELLS = 100;
const CORNERS = [0, 9, 90, 99];
const DARK: Levels = Array<number>(CELLS).fill(0);

/** A copy, which takes a tenth of the time of one in a typed array. */
function levelsOf(pattern: readonly number[]): Levels {
  const levels = pattern.slice();
  for (const corner of CORNERS) levels[corner] = 0;
  return levels;
}

const isLit = (levels: Levels): boolean => levels.some((level) => level > 0);
export const isSame = (one: Levels | undefined, other: Levels | undefined): boolean =>
  one?.every((level, index) => level === other?.[index]) ?? false;

/** A request that has begun. */
interface UnderWay {
  /** Undefined of a toggle. */
  readonly shows: Levels | undefined;
  /** The matrix has told since then that it shows this; of a toggle, that it shows anything. */
  isTold: boolean;
}

/** What is known of one matrix. */
export class ShownMatrix {
  /** What it shows now; undefined where that is not known. */
  now: Levels | undefined;
  /** What it showed last that was not dark. */
  lit: Levels | undefined;
  /** What the newest request that the server has accepted shows, whatever events tell; undefined after a toggle. */
  sent: Levels | undefined;
  /** How many events have told what it shows. */
  heard = 0;
  /** Requests of this gateway that change it: how many have begun, and the number of the last one that the server has accepted. */
  begun = 0;
  accepted = 0;
  private readonly underWay = new Set<UnderWay>();
  private waiting: (() => void)[] = [];

  constructor(readonly ids: MatrixIds) {}

  /** What an event says. @param isInitial it was retained by the broker, and may be older than what is known */
  hear(pattern: readonly number[], isInitial: boolean): void {
    if (isInitial && this.now !== undefined) return;
    this.heard++;
    const levels = levelsOf(pattern);
    for (const request of this.underWay) request.isTold ||= request.shows === undefined || isSame(request.shows, levels);
    this.show(levels);
  }

  /** A request begins; the returned function is told whether the server has accepted it. */
  begin(shows: Exclude<Shows, 'again'>): (isAccepted: boolean) => void {
    const number = ++this.begun;
    const levels = shows === 'toggled' ? undefined : shows === 'dark' ? DARK : levelsOf(shows);
    const request: UnderWay = { shows: levels, isTold: false };
    this.underWay.add(request);
    return (isAccepted) => {
      this.underWay.delete(request);
      // Of two at the same time, the one counts that began last.
      if (isAccepted && number > this.accepted) {
        this.accepted = number;
        this.carryOut(request);
      }
      if (this.underWay.size === 0) for (const resolve of this.waiting.splice(0)) resolve();
    };
  }

  /** Fulfilled when no request is under way. */
  idle(): Promise<void> {
    return this.underWay.size === 0 ? Promise.resolve() : new Promise((resolve) => this.waiting.push(resolve));
  }

  private carryOut({ shows, isTold }: UnderWay): void {
    this.sent = shows;
    // What came after that in events is newer.
    if (isTold) return;
    if (shows) this.show(shows);
    else if (this.now !== undefined) this.now = isLit(this.now) ? DARK : this.lit;
  }

  private show(levels: Levels): void {
    this.now = levels;
    if (isLit(levels)) this.lit = levels;
  }
}

/** What the matrices show, as far as a gateway knows: from what it has sent, and from events. It outlives a deploy, but not a restart. */
export class ShownPatterns {
  /** A broken peer could name up to 2^48. */
  private readonly most = 10_000;
  private readonly matrices = new Map<string, ShownMatrix>();

  known(ids: MatrixIds): ShownMatrix | undefined {
    return this.matrices.get(nameOf(ids));
  }

  /** One that something is sent to; the oldest is forgotten where there is no room. */
  sentTo(ids: MatrixIds): ShownMatrix {
    const known = this.known(ids);
    if (known) return known;
    const [oldest] = this.matrices.keys();
    if (this.matrices.size >= this.most && oldest !== undefined) this.matrices.delete(oldest);
    return this.add(ids);
  }

  /** An event says what a matrix shows. Where there is no room, it stays unknown. */
  hear(ids: MatrixIds, pattern: readonly number[], isInitial: boolean): void {
    const matrix = this.known(ids) ?? (this.matrices.size < this.most ? this.add(ids) : undefined);
    matrix?.hear(pattern, isInitial);
  }

  private add(ids: MatrixIds): ShownMatrix {
    const matrix = new ShownMatrix(ids);
    this.matrices.set(nameOf(ids), matrix);
    return matrix;
  }
}

const nameOf = ({ installation_id, device_id }: MatrixIds): string => `${installation_id}/${device_id}`;

const MAX_GATEWAYS = 100;
const gateways = new Map<string, ShownPatterns>();

/** Of a gateway and its server, over the deploys; those that were not used for the longest time are forgotten. */
export function shownPatternsOf(name: string): ShownPatterns {
  const patterns = gateways.get(name) ?? new ShownPatterns();
  gateways.delete(name);
  gateways.set(name, patterns);
  const [oldest] = gateways.keys();
  if (gateways.size > MAX_GATEWAYS && oldest !== undefined) gateways.delete(oldest);
  return patterns;
}

/** Whether anything of it is lit; false where nothing is known. */
export const isShown = (levels: Levels | undefined): levels is Levels => levels !== undefined && isLit(levels);

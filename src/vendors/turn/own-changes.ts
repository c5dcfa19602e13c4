import { isRecord, type State } from './states';

interface OwnChange {
  readonly change: State;
  /** When the Turn had answered (`performance.now()`); infinite until then. */
  end: number;
}

/** Events and answers come by different connections: milliseconds by which one may overtake the other. */
const OVERTAKING = 100;

/**
 * What was sent to each channel from here, until something newer is known of it. Where the event of such a change is
 * missed, the state that is read later does not say whose it is.
 */
export class OwnChanges {
  private readonly changes = new Map<string, OwnChange[]>();

  /** Remembers a change while it is sent, and after. */
  async note<T>(id: string, change: State, sending: Promise<T>): Promise<T> {
    const own: OwnChange = { change, end: Number.POSITIVE_INFINITY };
    this.changes.set(id, [...(this.changes.get(id) ?? []), own]);
    try {
      return await sending;
    } finally {
      own.end = performance.now();
    }
  }

  has(id: string, state: unknown): boolean {
    return this.changes.get(id)?.some((own) => isPart(own, state)) ?? false;
  }

  /** An event tells of the channel: what was sent before it is no news any more. */
  eventCame(id: string, isOurs: boolean, state: unknown): void {
    if (this.changes.size === 0) return;
    const before = performance.now() - OVERTAKING;
    this.keep(id, (own) => own.end > before && !(isOurs && isPart(own, state)));
  }

  /** A reading that began then (`performance.now()`) tells of the channel. */
  wasRead(id: string, began: number): void {
    this.keep(id, ({ end }) => end > began);
  }

  private keep(id: string, isNews: (own: OwnChange) => boolean): void {
    const left = this.changes.get(id)?.filter(isNews);
    if (left === undefined) return;
    if (left.length > 0) this.changes.set(id, left);
    else this.changes.delete(id);
  }
}

const isPart = ({ change }: OwnChange, state: unknown): boolean =>
  isRecord(state) && Object.entries(change).every(([key, value]) => state[key] === value);

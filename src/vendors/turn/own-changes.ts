import { EnsembleError } from '../../core/errors';
import { isRecord } from '../../core/objects';
import { isSame, type State } from './states';

interface OwnChange {
  readonly change: State;
  /** When the Turn had answered (`performance.now()`); infinite until then. */
  end: number;
  /** It may not be the last that happened to the channel: its response was lost, or an event of another client came at the same time. */
  isContested: boolean;
}

/** Channels of which changes are remembered. A change that is forgotten is emitted after an interruption as that of another client, which loses nothing. */
const MAX_CHANNELS = 1000;
/** Events and responses come by different connections: milliseconds by which one may overtake the other. */
const OVERTAKING = 100;

/**
 * What was sent to each channel from here, until something newer is known of it: what is under way, and the last two that are over.
 * Where the event of such a change is missed, the state that is read later does not say whose it is.
 */
export class OwnChannelChanges {
  private readonly changes = new Map<string, OwnChange[]>();

  /** Remembers a change while it is sent, and after, unless the Turn refuses it. */
  async note<T>(id: string, change: State, sending: Promise<T>): Promise<T> {
    const own: OwnChange = { change, end: Number.POSITIVE_INFINITY, isContested: false };
    this.changes.set(id, [...(this.changes.get(id) ?? []), own]);
    const [oldest = ''] = this.changes.keys();
    if (this.changes.size > MAX_CHANNELS) this.changes.delete(oldest);
    try {
      const response = await sending;
      this.finish(id, own);
      return response;
    } catch (error) {
      own.isContested = true;
      if (isRefusal(error)) this.keep(id, (other) => other !== own);
      else this.finish(id, own);
      throw error;
    }
  }

  /** Whether own changes explain the difference between two states. The reading of the second began at `performance.now()`. */
  explain(id: string, known: unknown, state: unknown, began: number): boolean {
    const changes = this.changes.get(id) ?? [];
    const last = changes.findLast(({ end }) => end <= began);
    const possible = changes.filter((own) => own === last || own.end > began);
    // What was known before a change that was surely made is no longer what to expect.
    return possible.some(({ change }) => isMadeOf(change, known, state)) || ((!last || last.isContested) && isSame(known, state));
  }

  /** An event tells of the channel: changes that were sent before it no longer count. */
  eventCame(id: string, isOurs: boolean, state: unknown): void {
    const changes = this.changes.get(id);
    if (!changes) return;
    // One of ours that fits none is the oldest's, of which the Turn made something else.
    const told = isOurs
      ? Math.max(
          0,
          changes.findIndex(({ change }) => isRecord(state) && isPart(change, state)),
        )
      : -1;
    const before = performance.now() - OVERTAKING;
    this.keep(id, ({ end }, place) => place > told && end > before);
    if (!isOurs) for (const own of changes) own.isContested = true;
  }

  /** A reading that began then (`performance.now()`) tells of the channel. */
  wasRead(id: string, began: number): void {
    this.keep(id, ({ end }) => end > began);
  }

  private finish(id: string, own: OwnChange): void {
    const last = this.changes.get(id)?.findLast(({ end }) => end !== Number.POSITIVE_INFINITY);
    own.end = performance.now();
    this.keep(id, (other) => other === own || other === last || other.end === Number.POSITIVE_INFINITY);
  }

  private keep(id: string, isWanted: (own: OwnChange, place: number) => boolean): void {
    const left = this.changes.get(id)?.filter(isWanted);
    if (left === undefined) return;
    if (left.length > 0) this.changes.set(id, left);
    else this.changes.delete(id);
  }
}

function isRefusal(error: unknown): boolean {
  const { statusCode = 0 } = error instanceof EnsembleError ? error.cause : {};
  return statusCode >= 400 && statusCode < 500;
}

const isPart = (change: State, state: State): boolean => Object.entries(change).every(([key, value]) => state[key] === value);

/** The rest of a state follows from its value. `on` alone leaves the value as it was, or makes it 0; any other is a change of another client. */
function isMadeOf(change: State, known: unknown, state: unknown): boolean {
  if (!isRecord(state) || !isPart(change, state)) return false;
  return !('on' in change) || (isRecord(known) && known.value === state.value) || (change.on === false && state.value === 0);
}

import { asEnsembleError, type EnsembleError } from '../../core/errors';
import type { EventContext } from '../../core/events';
import { groupThings } from './answers';
import type { CursorStore } from './cursor-store';
import { advance, begin, type Due, windowStart } from './message-cursor';
import { MessageReader } from './message-reader';
import { groupPath } from './parameters';
import type { ThingseeCloud } from './thingsee-cloud';

export interface FeedSettings {
  readonly things: readonly string[] | undefined;
  readonly groups: readonly string[] | undefined;
  readonly messageId: readonly string[] | undefined;
  /** Seconds. */
  readonly interval: number;
  readonly grace: number;
}

type Context = Pick<EventContext<ThingseeCloud, FeedSettings>, 'connection' | 'settings' | 'scope' | 'emit' | 'report'>;

/** Things that are asked at the same time. */
const AT_ONCE = 4;
/** So many things in a row without an answer, and the round ends: the trouble is not one thing's. */
const MOST_FAILURES = 5;
/** A group's things are looked up again after so many intervals, at the latest after so many seconds. */
const LOOK_UP = { intervals: 10, seconds: 600 };
/** What is wrong with one thing or group alone. */
const OWN: readonly string[] = ['NOT_FOUND', 'FORBIDDEN', 'REJECTED', 'BAD_RESPONSE'];
/** What the next thing would meet too. */
const COMMON: readonly string[] = ['RATE_LIMITED', 'UNAUTHORIZED', 'CANCELLED'];

const now = (): number => Math.floor(Date.now() / 1000);

/** Passes the messages of things on: each once, and in order for each thing. */
export class MessageFeed {
  private readonly reader: MessageReader;
  private readonly members = new Map<string, readonly string[]>();
  /** Since when each thing is known; the one that was asked longest ago comes first. */
  private readonly things = new Map<string, number>();
  private lookedUp = -Infinity;
  /** Things and groups whose trouble has been told. */
  private readonly troubled = new Set<string>();
  /** Things that were not asked for a while; and until when what they send counts as caught up. */
  private readonly missed = new Set<string>();
  private readonly caughtUp = new Map<string, number>();

  constructor(
    private readonly context: Context,
    private readonly cursors: CursorStore,
    private readonly isOurs: (tuid: string) => boolean,
  ) {
    const { connection, settings, scope } = context;
    this.reader = new MessageReader(connection, settings.messageId, { repeatable: true, scope });
  }

  /** Asks every thing once. @throws EnsembleError where the vendor, and not a single thing, is in trouble */
  async round(): Promise<void> {
    await this.lookUp();
    const queue = [...this.things.keys()];
    const failed = new Map<string, EnsembleError>();
    let [answered, inARow] = [0, 0];
    let common: EnsembleError | undefined;
    const work = async () => {
      for (let tuid = queue.shift(); tuid !== undefined && !common; tuid = queue.shift()) {
        const error = await this.ask(tuid);
        if (error) failed.set(tuid, error);
        else answered++;
        inARow = error && !OWN.includes(error.code) ? inARow + 1 : 0;
        if (error && (COMMON.includes(error.code) || inARow >= MOST_FAILURES)) common ??= error;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    await this.cursors.saved();
    // Where nobody answers, the trouble is not one thing's.
    if (answered === 0) common ??= [...failed.values()][0];
    if (!common) return this.tellAll(failed);
    for (const tuid of queue) this.missed.add(tuid);
    throw common;
  }

  /** Looks up the things of the groups, now and then. */
  private async lookUp(): Promise<void> {
    const { things = [], groups = [], interval } = this.context.settings;
    if (now() - this.lookedUp < Math.min(interval * LOOK_UP.intervals, LOOK_UP.seconds)) return;
    let complete = true;
    for (const group of groups) complete = (await this.lookUpGroup(group)) && complete;
    this.lookedUp = now();
    const chosen = new Set([...things, ...[...this.members.values()].flat()].filter(this.isOurs));
    for (const known of [this.things, this.missed, this.caughtUp])
      for (const tuid of known.keys()) if (!chosen.has(tuid)) known.delete(tuid);
    for (const tuid of chosen) {
      if (this.things.has(tuid)) continue;
      this.things.set(tuid, now());
      if (this.cursors.get(tuid)) this.missed.add(tuid);
    }
    // The things of a group that cannot be read may come back.
    if (complete) this.cursors.keep(chosen);
  }

  private async lookUpGroup(group: string): Promise<boolean> {
    const { connection, scope } = this.context;
    try {
      const answer = await connection.send({ method: 'GET', path: groupPath(group, '/things') }, { repeatable: true, scope });
      this.members.set(group, groupThings(answer).tuids);
      this.troubled.delete(group);
      return true;
    } catch (thrown) {
      const error = asEnsembleError(thrown);
      if (!OWN.includes(error.code)) throw error;
      this.tell(group, error);
      return false;
    }
  }

  /** Passes on what is new of a thing; returns what went wrong. */
  private async ask(tuid: string): Promise<EnsembleError | undefined> {
    const since = this.things.get(tuid) ?? now();
    // Asked last: the next round begins with the others.
    this.things.delete(tuid);
    this.things.set(tuid, since);
    try {
      await this.passOn(tuid, since);
      this.troubled.delete(tuid);
      return undefined;
    } catch (thrown) {
      this.missed.add(tuid);
      return asEnsembleError(thrown);
    }
  }

  private async passOn(tuid: string, since: number): Promise<void> {
    const { scope, settings } = this.context;
    const asked = now();
    const known = this.cursors.get(tuid);
    const messages = await this.reader.read(tuid, { from: windowStart(known ?? begin([], since)), to: asked });
    // Messages that go nowhere must not count as passed on.
    if (scope.ended) return;
    const { due, cursor } = advance(known ?? begin(messages, since), messages, asked - settings.grace);
    if (this.missed.delete(tuid)) this.caughtUp.set(tuid, asked);
    for (const one of due) this.emit(tuid, one);
    this.cursors.set(tuid, cursor);
    // A cursor that has only moved on need not be written: the one before leads to the same messages.
    if (due.length > 0 || !known) this.cursors.save();
  }

  private emit(tuid: string, { message, late }: Due): void {
    const resumed = message.tsmTs <= (this.caughtUp.get(tuid) ?? -Infinity);
    this.context.emit({ topic: tuid, payload: message, source: 'poll', type: 'message', resumed, raw: message, details: { late } });
  }

  private tellAll(failed: ReadonlyMap<string, EnsembleError>): void {
    for (const [tuid, error] of failed) this.tell(tuid, error);
  }

  /** Once for each trouble. */
  private tell(id: string, error: EnsembleError): void {
    if (this.troubled.has(id)) return;
    this.troubled.add(id);
    this.context.report(error.with({ target: id }), { topic: id });
  }
}

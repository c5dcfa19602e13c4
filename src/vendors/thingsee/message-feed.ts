import type { EnsembleError } from '../../core/errors';
import type { EventContext } from '../../core/follow/events';
import type { ThingseeClient } from './client';
import type { CursorStore } from './cursor-store';
import {
  advance,
  afterFirstLook,
  begin,
  type Cursor,
  type Due,
  inThePast,
  setBack,
  steadyNow,
  windowAhead,
  windowStart,
} from './message-cursor';
import { MessageReader } from './message-reader';
import { groupPath } from './parameters';
import { groupThings, type Message } from './responses';
import { isCommon, sweep } from './sweep';

export interface FeedSettings {
  readonly things: readonly string[] | undefined;
  readonly groups: readonly string[] | undefined;
  readonly messageId: readonly string[] | undefined;
  /** Seconds. */
  readonly interval: number;
  readonly grace: number;
}

type Context = Pick<EventContext<ThingseeClient, FeedSettings>, 'connection' | 'settings' | 'scope' | 'emit' | 'report' | 'warn'>;

/** A group's things are looked up again after so many intervals, at the latest after so many seconds. Tests have less patience. */
export const LOOK_UP = { intervals: 10, seconds: 600 };

/** What a thing sent up to this time (Unix seconds) counts as caught up; since when that is so (`performance.now()`). */
interface CaughtUp {
  readonly at: number;
  readonly since: number;
}

/** A group's cursor is the time at which its things were last looked up. */
const cursorOf = (group: string): string => `groups/${group}`;

/** Passes the messages of things on: each once, and in order for each thing. */
export class MessageFeed {
  private readonly reader: MessageReader;
  private readonly named: readonly string[];
  private readonly groups: readonly string[];
  /** The things of each group, and why some could not be looked up. */
  private readonly members = new Map<string, readonly string[]>();
  private readonly closed = new Map<string, EnsembleError>();
  /** The one that was asked longest ago comes first. */
  private readonly things = new Set<string>();
  /** Things and groups whose trouble has been told. */
  private readonly troubled = new Set<string>();
  /** Things of which a message has been left out. */
  private readonly incomplete = new Set<string>();
  /** Things that were not asked for a while; and until when what they send counts as caught up. */
  private readonly missed = new Set<string>();
  private readonly caughtUp = new Map<string, CaughtUp>();
  /** Begun in this life of the node, before the vendor's time was known; and when (`performance.now()`). */
  private readonly fresh = new Set<string>();
  private readonly start = performance.now();
  private knowsTime = false;
  /** Up to when (Unix seconds) what a thing had sent counted as passed on when it was first asked in this life of the node. */
  private readonly began = new Map<string, number>();
  /** Where an earlier life had stopped, of which the context store has told only then. */
  private readonly gaps = new Map<string, Cursor>();

  constructor(
    private readonly context: Context,
    private readonly cursors: CursorStore,
    private readonly isOurs: (tuid: string) => boolean,
  ) {
    const { connection, settings, scope } = context;
    this.reader = new MessageReader(connection, settings.messageId, { repeatable: true, scope }, (...left) => this.leaveOut(...left));
    this.named = (settings.things ?? []).filter(isOurs);
    this.groups = settings.groups ?? [];
    // Whenever the first answer comes: from now on nothing is missed.
    for (const id of [...this.named, ...this.groups.map(cursorOf)]) if (!cursors.get(id)) this.fresh.add(id);
    this.open([...this.fresh], begin(this.now));
    cursors.onLate = (kept) => this.takeUp(kept);
  }

  /** Asks every thing once. @throws EnsembleError where the vendor, and not a single thing, is in trouble */
  async round(interrupted: () => boolean): Promise<void> {
    if (!this.knowsTime) await this.learnTime();
    await this.lookUpGroups();
    this.choose();
    const { answered, failed, common, rest } = await sweep(this.things, (tuid) => this.ask(tuid, interrupted));
    for (const tuid of [...failed.keys(), ...rest]) this.missed.add(tuid);
    await this.cursors.saved();
    if (common) throw common;
    // Where nobody answers, the trouble is not one thing's.
    const [first] = [...failed, ...this.closed];
    if (answered === 0 && first) throw first[1].with({ target: first[0] });
    for (const [id, error] of [...this.closed, ...failed]) this.tell(id, error);
  }

  /** The clock of this machine may have been wrong when the node began. */
  private async learnTime(): Promise<void> {
    await this.context.connection.logInFirst(this.context.scope);
    this.knowsTime = true;
    if (!this.context.connection.clocksDiffer) return;
    const began = begin(this.now - Math.round((performance.now() - this.start) / 1000));
    for (const id of this.fresh) this.cursors.set(id, { ...began, since: this.cursors.get(id)?.since });
  }

  /** Unix seconds. */
  private get now(): number {
    return this.context.connection.now;
  }

  /** Now and then; what could not be looked up, each time. */
  private async lookUpGroups(): Promise<void> {
    const pause = Math.min(this.context.settings.interval * LOOK_UP.intervals, LOOK_UP.seconds);
    const isDue = (group: string) => {
      const { at = 0 } = this.cursors.get(cursorOf(group)) ?? {};
      return !this.members.has(group) || this.closed.has(group) || this.now - at > pause || at > this.now;
    };
    const { failed, common } = await sweep(this.groups.filter(isDue), (group) => this.lookUp(group));
    for (const [group, error] of failed) this.closed.set(group, error);
    if (!common || !isCommon(common)) return;
    for (const tuid of this.things) this.missed.add(tuid);
    throw common;
  }

  private async lookUp(group: string): Promise<void> {
    const { connection, scope, warn: onWarning } = this.context;
    const [asked, steady] = [this.now, steadyNow()];
    const response = await connection.send({ method: 'GET', path: groupPath(group, '/things') }, { repeatable: true, scope, onWarning });
    const tuids = groupThings(response).tuids.filter(this.isOurs);
    // One that has joined since the last time may have sent something already.
    this.open(tuids, this.cursors.get(cursorOf(group)) ?? begin(asked));
    this.cursors.set(cursorOf(group), { ...begin(asked), since: steady });
    this.cursors.save();
    this.members.set(group, tuids);
    this.closed.delete(group);
    this.troubled.delete(group);
  }

  private open(ids: readonly string[], cursor: Cursor): void {
    for (const id of ids) {
      if (this.cursors.get(id)) continue;
      this.cursors.set(id, { since: steadyNow(), ...cursor });
      this.cursors.save();
    }
  }

  private choose(): void {
    const chosen = new Set([...this.named, ...[...this.members.values()].flat()]);
    for (const known of [this.things, this.missed, this.caughtUp, this.began, this.gaps])
      for (const tuid of known.keys()) if (!chosen.has(tuid)) known.delete(tuid);
    for (const tuid of chosen) {
      if (this.things.has(tuid)) continue;
      this.things.add(tuid);
      if (this.cursors.get(tuid)?.seen) this.missed.add(tuid);
      else this.catchUp(tuid, this.now - 1);
    }
    // The things of a group that cannot be read may come back.
    if (this.groups.every((group) => this.members.has(group) && !this.closed.has(group)))
      this.cursors.keep(new Set([...chosen, ...this.groups.map(cursorOf)]));
  }

  /** Passes on what is new of a thing. @throws EnsembleError */
  private async ask(tuid: string, interrupted: () => boolean): Promise<void> {
    // Asked last: the next round begins with the others.
    this.things.delete(tuid);
    this.things.add(tuid);
    await this.passOn(tuid, interrupted);
    const gap = this.gaps.get(tuid);
    if (gap?.seen) await this.closeGap(tuid, gap);
    this.troubled.delete(tuid);
  }

  private takeUp(kept: ReadonlyMap<string, Cursor>): void {
    for (const [id, cursor] of kept) {
      if (this.context.scope.ended) {
        this.cursors.set(id, this.forNextStart(id, cursor));
        continue;
      }
      if (this.began.has(id)) {
        this.gaps.set(id, inThePast(cursor, this.now));
        continue;
      }
      this.cursors.set(id, cursor);
      this.missed.add(id);
    }
    if (this.context.scope.ended) this.cursors.save();
  }

  /** The next start passes on what this one has missed, but not what it has passed on itself. */
  private forNextStart(id: string, kept: Cursor): Cursor {
    const began = this.began.get(id) ?? kept.at;
    const passed = Object.entries(this.cursors.get(id)?.seen ?? {}).filter(([, tsmTs]) => tsmTs > began);
    return { at: kept.at, seen: { ...kept.seen, ...Object.fromEntries(passed) } };
  }

  /** Passes on what was sent between an earlier life of the node and this one. @throws EnsembleError */
  private async closeGap(tuid: string, gap: Cursor): Promise<void> {
    const to = this.began.get(tuid) ?? gap.at;
    const messages = await this.reader.read(tuid, { from: windowStart(gap), to });
    if (this.context.scope.ended) return;
    const before = messages.filter(({ message }) => message.tsmTs <= to);
    for (const one of advance(gap, before, to).due) this.emit(tuid, { ...one, late: true }, true);
    this.gaps.delete(tuid);
  }

  private async passOn(tuid: string, interrupted: () => boolean): Promise<void> {
    const { scope, settings } = this.context;
    const [asked, steady] = [this.now, steadyNow()];
    const known = this.cursors.get(tuid) ?? { ...begin(asked), since: steady };
    const messages = await this.reader.read(tuid, { from: windowStart(known), to: asked });
    // Messages that go nowhere must not count as passed on.
    if (scope.ended) return;
    // The answer has told the vendor's time.
    const present = inThePast(known, this.now);
    if (present !== known) {
      await this.setBack(tuid, known, present);
      return;
    }
    const old = known.seen ? [] : messages.filter(({ message }) => message.tsmTs <= known.at || this.isForeign(tuid, message));
    const { due, cursor } = advance(known.seen ? known : afterFirstLook(known, old), messages, Math.min(asked, this.now) - settings.grace);
    if (!known.seen) this.began.set(tuid, known.at);
    if (this.missed.delete(tuid) || interrupted()) this.catchUp(tuid, Math.min(asked, this.now));
    for (const one of due) this.emit(tuid, one);
    this.endCatchUp(tuid);
    this.cursors.set(tuid, due.length > 0 ? { ...cursor, since: steady } : cursor);
    // A cursor that has only moved on need not be written: the one before leads to the same messages.
    if (due.length > 0 || !known.seen) this.cursors.save();
  }

  /** A cursor that a clock has left in the future would keep the thing silent until then: the next round asks from the last message on. @throws EnsembleError */
  private async setBack(tuid: string, known: Cursor, back: Cursor): Promise<void> {
    const ahead = known.seen ? await this.reader.read(tuid, windowAhead(known, back, this.now)) : [];
    if (this.context.scope.ended) return;
    this.context.warn('the clock of the vendor or of this machine was ahead: messages are asked for again from the last one on');
    const { due, cursor } = setBack(known, back, ahead);
    for (const one of due) this.emit(tuid, one, true);
    this.missed.add(tuid);
    this.cursors.set(tuid, known.seen ? cursor : back);
    this.cursors.save();
  }

  /** Sent before the thing joined a group of ours. */
  private isForeign(tuid: string, { deploymentGroupId }: Message): boolean {
    return typeof deploymentGroupId === 'string' && !this.groups.includes(deploymentGroupId) && !this.named.includes(tuid);
  }

  private catchUp(tuid: string, at: number): void {
    this.caughtUp.set(tuid, { at, since: performance.now() });
  }

  /** What the grace had held back has been passed on. A clock that was ahead must not mark what comes after. */
  private endCatchUp(tuid: string): void {
    const { since = 0 } = this.caughtUp.get(tuid) ?? {};
    if (performance.now() - since >= this.context.settings.grace * 1000) this.caughtUp.delete(tuid);
  }

  private emit(tuid: string, { message, raw, late }: Due, isResumed = false): void {
    const resumed = isResumed || message.tsmTs <= (this.caughtUp.get(tuid)?.at ?? -Infinity);
    this.context.emit({ topic: tuid, payload: message, source: 'poll', type: 'message', resumed, raw, details: { late } });
  }

  /** Once for each thing: the vendor sends the same in the next round. */
  private leaveOut(tuid: string, error: EnsembleError, payload: unknown): void {
    if (this.incomplete.has(tuid)) return;
    this.incomplete.add(tuid);
    this.context.report(error, { topic: tuid, payload });
  }

  /** Once for each trouble. */
  private tell(id: string, error: EnsembleError): void {
    if (this.troubled.has(id)) return;
    this.troubled.add(id);
    this.context.report(error.with({ target: id }), { topic: id });
  }
}

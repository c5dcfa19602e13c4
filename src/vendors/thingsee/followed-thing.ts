import type { EnsembleError } from '../../core/errors';
import type { EventContext } from '../../core/follow/events';
import type { TopicMemory } from '../../core/follow/topic-memory';
import { Trouble } from '../../core/trouble';
import type { ThingseeClient } from './client';
import {
  addFromStream,
  advance,
  afterFirstLook,
  atBeginning,
  type Cursor,
  type Due,
  fingerprint,
  inThePast,
  newestOf,
  setBack,
  steadyNow,
  windowAhead,
  windowStart,
} from './message-cursor';
import type { MessageReader, ReceivedMessage } from './message-reader';
import type { ThingMessage } from './responses';
import { ThingStream } from './thing-stream';

export interface MessageSettings {
  /** TUIDs. */
  readonly things: readonly string[] | undefined;
  /** Group ids. */
  readonly groups: readonly string[] | undefined;
  readonly messageId: readonly string[] | undefined;
  /** Seconds between two rounds. */
  readonly interval: number;
  /** Seconds that a message is held back, so that those which come late still come in order. */
  readonly grace: number;
}

export type MessageContext = EventContext<ThingseeClient, MessageSettings>;

/** By TUID; a group's has the time at which its things were last looked up. */
export type Cursors = TopicMemory<Cursor>;

export interface FollowedThingOptions {
  readonly context: MessageContext;
  readonly cursors: Cursors;
  readonly reader: MessageReader;
  /** Whether a message was sent before the thing came to be followed. */
  readonly isForeign: (tuid: string, message: ThingMessage) => boolean;
  /** Where its messages come by the stream, too: whether the stream should have brought a message. */
  readonly isExpected: ((tuid: string, message: ThingMessage) => boolean) | undefined;
}

/** One thing whose messages are passed on. */
export class FollowedThing {
  /** It was not polled for a while: what it has sent until the next poll counts as caught up. */
  isMissed: boolean;
  private readonly trouble = new Trouble();
  private readonly leftOut = new Trouble();
  /** What it sent up to this time (Unix seconds) counts as caught up; since when that is so (`performance.now()`). */
  private caughtUp: { readonly at: number; readonly since: number } | undefined;
  /** Up to when (Unix seconds) what it had sent counted as passed on when this instance of the node first asked it. */
  private began: number | undefined;
  /** Where an earlier instance had stopped, as the context store gave it only after that. */
  private gap: Cursor | undefined;
  /** Undefined where it is only polled. */
  readonly stream: ThingStream | undefined;

  constructor(
    private readonly tuid: string,
    private readonly options: FollowedThingOptions,
  ) {
    this.isMissed = options.cursors.get(tuid)?.seen !== undefined;
    if (!this.isMissed) this.catchUp(this.now - 1);
    this.stream = options.isExpected && this.openStream(options.isExpected);
  }

  private openStream(isExpected: (tuid: string, message: ThingMessage) => boolean): ThingStream {
    const { scope, settings } = this.options.context;
    return new ThingStream({
      scope,
      grace: settings.grace,
      now: () => this.now,
      release: (messages) => this.release(messages),
      isExpected: (message) => isExpected(this.tuid, message),
    });
  }

  /** Passes on what is new. @throws EnsembleError */
  async ask(interrupted: () => boolean): Promise<void> {
    await this.passOn(interrupted);
    if (this.gap?.seen) await this.closeGap(this.gap);
    this.trouble.over();
  }

  /** What the stream has brought. */
  receive(received: ReceivedMessage): void {
    const { messageId } = this.options.context.settings;
    if (!messageId || messageId.includes(String(received.message.tsmId))) this.stream?.receive(received);
  }

  /** What an earlier instance has missed is still to be asked for. */
  get hasGap(): boolean {
    return this.gap !== undefined;
  }

  /** Once for each trouble. */
  report(error: EnsembleError): void {
    if (this.trouble.isNew()) this.options.context.report(error.with({ target: this.tuid }), { topic: this.tuid });
  }

  /** Reports a message that cannot be read, once: the vendor sends the same in the next round. */
  leaveOut(error: EnsembleError, payload: unknown): void {
    if (this.leftOut.isNew()) this.options.context.report(error, { topic: this.tuid, payload });
  }

  /** Takes up a cursor of an earlier instance of the node, which the context store gives only now. */
  restoreLate(kept: Cursor): void {
    const { context, cursors } = this.options;
    if (context.scope.ended) {
      cursors.set(this.tuid, this.forNextStart(kept));
    } else if (this.began !== undefined) {
      this.gap = inThePast(kept, this.now);
    } else {
      cursors.set(this.tuid, kept);
      this.isMissed = true;
    }
  }

  /** Unix seconds, by the vendor's clock. */
  private get now(): number {
    return this.options.context.connection.now;
  }

  /** The next start passes on what this one has missed, but not what it has passed on itself. */
  private forNextStart(kept: Cursor): Cursor {
    const began = this.began ?? kept.at;
    const passed = Object.entries(this.options.cursors.get(this.tuid)?.seen ?? {}).filter(([, tsmTs]) => tsmTs > began);
    return { at: kept.at, seen: { ...kept.seen, ...Object.fromEntries(passed) } };
  }

  private async passOn(interrupted: () => boolean): Promise<void> {
    const { tuid } = this;
    const { context, cursors, reader, isForeign } = this.options;
    const [asked, steady, began] = [this.now, steadyNow(), performance.now()];
    const before = cursors.get(tuid) ?? { ...atBeginning(asked), since: steady };
    const read = await reader.read(tuid, { from: windowStart(before), to: asked });
    // Messages that no flow receives must not count as passed on.
    if (context.scope.ended) return;
    // The stream may have brought something meanwhile.
    const known = cursors.get(tuid) ?? before;
    // The response has the vendor's time.
    const present = inThePast(known, this.now);
    if (present !== known) {
      await this.setBack(known, present);
      return;
    }
    const messages = this.withStream(read);
    const old = known.seen ? [] : messages.filter(({ message }) => message.tsmTs <= known.at || isForeign(tuid, message));
    const horizon = Math.min(asked, this.now) - context.settings.grace;
    const start = known.seen ? known : afterFirstLook(known, old);
    const { due, cursor } = advance(start, messages, horizon, this.last(known));
    if (!known.seen) this.began = known.at;
    if (this.isMissed || interrupted()) this.catchUp(Math.min(asked, this.now));
    this.isMissed = false;
    for (const one of due) this.emit(one);
    this.endCatchUp();
    cursors.set(tuid, due.length > 0 ? { ...cursor, since: steady } : cursor);
    // A cursor that has only moved on need not be written: the one before leads to the same messages.
    if (due.length > 0 || !known.seen) cursors.save();
    const isEarly = ({ message }: ReceivedMessage) => message.tsmTs > horizon;
    const isFresh = ({ isLive = false }: ReceivedMessage) => !isLive;
    this.stream?.caughtUp(began, due.filter(isFresh), messages.filter(isEarly));
  }

  /** What the API has, with what the stream has brought since the last time. */
  private withStream(read: readonly ReceivedMessage[]): readonly ReceivedMessage[] {
    const held = this.stream?.take() ?? [];
    const byPrint = new Map(held.map((received) => [fingerprint(received.message), received]));
    return [...read.map((received) => byPrint.get(fingerprint(received.message)) ?? received), ...held];
  }

  /** Passes on what the stream has brought. False where it is not known yet what was there before. */
  private release(messages: readonly ReceivedMessage[]): boolean {
    const { cursors } = this.options;
    const known = cursors.get(this.tuid);
    if (!known?.seen) return false;
    const { due, cursor } = addFromStream(known, messages, newestOf(known, this.now));
    for (const one of due) this.emit(one);
    if (cursor.at > known.at)
      this.options.context.warn(
        `${this.tuid} sends much while the API does not answer: what the stream has missed long ago is not asked for any more`,
      );
    cursors.set(this.tuid, { ...cursor, since: steadyNow() });
    if (due.length > 0) cursors.save();
    return true;
  }

  /** Where there is a stream, messages after the cursor have been passed on, too. */
  private last(cursor: Cursor): number | undefined {
    return this.stream && newestOf(cursor, this.now);
  }

  /** A cursor that a clock has left in the future would keep the thing silent until then: the next round asks from the last message on. @throws EnsembleError */
  private async setBack(known: Cursor, back: Cursor): Promise<void> {
    const { tuid } = this;
    const { context, cursors, reader } = this.options;
    const ahead = known.seen ? await reader.read(tuid, windowAhead(known, back, this.now)) : [];
    if (context.scope.ended) return;
    context.warn('the clock of the vendor or of this machine was ahead: messages are asked for again from the last one on');
    const { due, cursor } = setBack(known, back, ahead);
    for (const one of due) this.emit(one, true);
    this.isMissed = true;
    cursors.set(tuid, known.seen ? cursor : back);
    cursors.save();
  }

  /** Passes on what was sent between an earlier instance of the node and this one. @throws EnsembleError */
  private async closeGap(gap: Cursor): Promise<void> {
    const { context, reader } = this.options;
    const to = this.began ?? gap.at;
    const messages = await reader.read(this.tuid, { from: windowStart(gap), to });
    if (context.scope.ended) return;
    const before = messages.filter(({ message }) => message.tsmTs <= to);
    for (const one of advance(gap, before, to).due) this.emit({ ...one, late: true }, true);
    this.gap = undefined;
  }

  private catchUp(at: number): void {
    this.caughtUp = { at, since: performance.now() };
  }

  /** What the grace had held back has been passed on. A clock that was ahead must not mark what comes after. */
  private endCatchUp(): void {
    const { since = 0 } = this.caughtUp ?? {};
    if (performance.now() - since >= this.options.context.settings.grace * 1000) this.caughtUp = undefined;
  }

  private emit({ message, raw, late, isLive }: Due, isResumed = false): void {
    const resumed = isResumed || (!isLive && message.tsmTs <= (this.caughtUp?.at ?? -Infinity));
    const source = isLive === undefined ? 'poll' : 'mqtt';
    this.options.context.emit({ topic: this.tuid, payload: message, source, type: 'message', resumed, raw, details: { late } });
  }
}

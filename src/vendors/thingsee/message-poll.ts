import { z } from 'zod';
import type { EnsembleError } from '../../core/errors';
import { type KeptTopics, TopicMemory } from '../../core/follow/topic-memory';
import { FollowedGroups } from './followed-groups';
import { type Cursors, FollowedThing, type MessageContext } from './followed-thing';
import { atBeginning, type Cursor, steadyNow } from './message-cursor';
import { MessageReader } from './message-reader';
import type { ThingMessage } from './responses';
import { isOwn, sweep } from './sweep';

const keptCursors = z.record(
  z.string(),
  z.object({ at: z.number(), seen: z.record(z.string(), z.number()).optional(), since: z.number().optional() }),
);

/** What else brings messages, so that not every round asks for all. */
export interface StreamOfMessages {
  /** It is known now which things are followed. @throws EnsembleError where the vendor, and not a single thing, is the cause */
  chosen(): Promise<void>;
  /** Whether the API is to be asked for a thing in this round. */
  isDue(tuid: string, thing: FollowedThing): boolean;
  /** Whether it should have brought a message that the API has. */
  isExpected(tuid: string, message: ThingMessage): boolean;
}

/** Polls the messages of things, and passes each on once, in order for each thing. */
export class MessagePoll {
  private readonly cursors: Cursors;
  private readonly groups: FollowedGroups;
  private readonly reader: MessageReader;
  /** TUIDs that the settings name. */
  private readonly named: readonly string[];
  /** By TUID; the one that was asked longest ago comes first. */
  private readonly things = new Map<string, FollowedThing>();
  /** What begins with this instance of the node: its cursors are made before the vendor's time is known. */
  private newIds: readonly string[] = [];
  private readonly start = performance.now();
  private knowsTime = false;

  constructor(
    private readonly context: MessageContext,
    private readonly isOurs: (tuid: string) => boolean,
    private readonly stream?: StreamOfMessages,
  ) {
    const { connection, settings, scope, memory } = context;
    this.cursors = new TopicMemory({
      memory,
      key: 'cursors',
      // A cursor that cannot be read is ignored: the thing begins anew.
      parse: (kept) => ({ topics: Object.entries(keptCursors.safeParse(kept).data ?? {}) }),
      format: (cursors) => Object.fromEntries(cursors),
    });
    this.groups = new FollowedGroups(context, this.cursors, this.isOurs);
    this.reader = new MessageReader(connection, settings.messageId, scope, (tuid, error, raw) =>
      this.things.get(tuid)?.leaveOut(error, raw),
    );
    this.named = (settings.things ?? []).filter(isOurs);
  }

  /** Takes up what an earlier instance of the node has kept. */
  async restore(): Promise<void> {
    await this.cursors.restore((kept) => this.restoreLate(kept));
    // Whenever the first response comes: from now on nothing is missed.
    this.newIds = [...this.named, ...this.groups.cursorIds].filter((id) => !this.cursors.has(id));
    for (const id of this.newIds) this.cursors.set(id, { since: steadyNow(), ...atBeginning(this.context.connection.now) });
    if (this.newIds.length > 0) this.cursors.save();
  }

  /** Asks every thing once. @throws EnsembleError where the vendor, and not a single thing, is the cause */
  async round(interrupted: () => boolean): Promise<void> {
    if (!this.knowsTime) await this.learnTime();
    const trouble = await this.groups.lookUp();
    if (trouble) {
      for (const thing of this.things.values()) thing.isMissed = true;
      throw trouble;
    }
    this.choose();
    await this.stream?.chosen();
    const due = [...this.things].flatMap(([tuid, thing]) => (this.stream?.isDue(tuid, thing) === false ? [] : [tuid]));
    const { answered, failed, common, rest } = await sweep(due, (tuid) => this.ask(tuid, interrupted));
    for (const tuid of [...failed.keys(), ...rest]) this.missed(tuid);
    await this.cursors.saved();
    if (common) throw common;
    // Without any response the cause is not a single thing.
    const [first] = [...failed, ...this.groups.failures];
    if (answered === 0 && first && !this.saysNothing(due, failed)) throw first[1].with({ target: first[0] });
    this.groups.report();
    for (const [tuid, error] of failed) this.things.get(tuid)?.report(error);
  }

  /** What is followed now, by TUID. */
  get followed(): ReadonlyMap<string, FollowedThing> {
    return this.things;
  }

  /** The group of each thing of the groups; the ids of these; and things that are named and in none of them. */
  get grouped(): { readonly groupOf: ReadonlyMap<string, string>; readonly ids: readonly string[]; readonly single: readonly string[] } {
    const { groupOf, ids } = this.groups;
    return { groupOf, ids, single: this.named.filter((tuid) => !groupOf.has(tuid)) };
  }

  /** The stream has brought a message of a thing that is not followed. @returns the thing, where it is of a group that is */
  join(group: string, tuid: string): FollowedThing | undefined {
    if (!this.groups.join(group, tuid)) return undefined;
    this.choose();
    return this.things.get(tuid);
  }

  /** Whether these answers do not show how it is with the others: these were not asked, or only the stream has the things that were. */
  private saysNothing(due: readonly string[], failed: ReadonlyMap<string, EnsembleError>): boolean {
    if (this.things.size === 0 || ![...failed.values()].every(isOwn)) return false;
    return due.length < this.things.size || due.every((tuid) => this.groups.isHeard(tuid));
  }

  private missed(tuid: string): void {
    const thing = this.things.get(tuid);
    if (thing) thing.isMissed = true;
  }

  /** The clock of this machine may have been wrong when the node began. */
  private async learnTime(): Promise<void> {
    const { connection, scope } = this.context;
    await connection.logInFirst(scope);
    this.knowsTime = true;
    if (!connection.clocksDiffer) return;
    const beginning = atBeginning(connection.now - Math.round((performance.now() - this.start) / 1000));
    for (const id of this.newIds) this.cursors.set(id, { ...beginning, since: this.cursors.get(id)?.since });
  }

  /** The things to ask: those that are named, and those of the groups. */
  private choose(): void {
    const { context, cursors, reader } = this;
    const chosen = new Set([...this.named, ...this.groups.members]);
    for (const tuid of this.things.keys()) if (!chosen.has(tuid)) this.things.delete(tuid);
    const isForeign = (tuid: string, message: ThingMessage) => !this.named.includes(tuid) && this.groups.isForeign(message);
    const isExpected = this.stream && ((tuid: string, message: ThingMessage) => this.stream?.isExpected(tuid, message) ?? false);
    for (const tuid of chosen)
      if (!this.things.has(tuid)) this.things.set(tuid, new FollowedThing(tuid, { context, cursors, reader, isForeign, isExpected }));
    // A group that cannot be read now may be readable later: its things are kept.
    if (!this.groups.areAllKnown) return;
    for (const id of this.groups.cursorIds) chosen.add(id);
    cursors.retain((id) => chosen.has(id));
  }

  private async ask(tuid: string, interrupted: () => boolean): Promise<void> {
    const thing = this.things.get(tuid);
    if (!thing) return;
    // Asked last: the next round begins with the others.
    this.things.delete(tuid);
    this.things.set(tuid, thing);
    await thing.ask(interrupted);
  }

  /** A store may give it when this instance has begun already, or when it ends. */
  private restoreLate(kept: KeptTopics<Cursor> | undefined): void {
    const { scope } = this.context;
    for (const [id, cursor] of kept?.topics ?? []) {
      const thing = this.things.get(id);
      if (thing) thing.restoreLate(cursor);
      else this.cursors.set(id, cursor);
    }
    if (scope.ended) this.cursors.save();
  }
}

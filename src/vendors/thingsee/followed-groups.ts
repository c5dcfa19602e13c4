import type { EnsembleError } from '../../core/errors';
import { Trouble } from '../../core/trouble';
import type { Cursors, MessageContext } from './followed-thing';
import { groups as groupList } from './lookups';
import { atBeginning, type Cursor, steadyNow } from './message-cursor';
import { ALL_GROUPS, groupPath, UNASSIGNED } from './parameters';
import { groupThings, type ThingMessage } from './responses';
import { isCommon, sweep } from './sweep';

/** A group's things are looked up again after so many intervals, at the latest after so many seconds. Tests have shorter times. */
export const LOOK_UP = { intervals: 10, seconds: 600 };

/** Things that the stream brings, and no list has. */
const MAX_HEARD = 10_000;

interface FollowedGroup {
  /** TUIDs; undefined before the first look. */
  members: readonly string[] | undefined;
  /** Why the last look failed. */
  error: EnsembleError | undefined;
  readonly trouble: Trouble;
  /** The stream has brought something of a thing that it did not have. */
  hasNews: boolean;
}

const unknownGroup = (): FollowedGroup => ({ members: undefined, error: undefined, trouble: new Trouble(), hasNews: false });

/** The name of a group's cursor; that of the list of all groups has the time at which it was last read. */
const cursorIdOf = (group: string): string => `groups/${group}`;

/** The groups whose things are followed. */
export class FollowedGroups {
  private readonly named: readonly string[];
  /** The list of all groups, where they are followed. Its members are the ids. */
  private readonly all: FollowedGroup | undefined;
  private readonly groups: Map<string, FollowedGroup>;
  /** Things that the stream has brought before a list did: their group, and since when (`performance.now()`). */
  private readonly heard = new Map<string, { readonly group: string; readonly since: number }>();

  constructor(
    private readonly context: MessageContext,
    private readonly cursors: Cursors,
    private readonly isOurs: (tuid: string) => boolean,
  ) {
    const ids = context.settings.groups ?? [];
    this.named = ids.filter((id) => id !== ALL_GROUPS);
    this.all = ids.includes(ALL_GROUPS) ? unknownGroup() : undefined;
    this.groups = new Map(this.named.map((id) => [id, unknownGroup()]));
  }

  get cursorIds(): readonly string[] {
    return [...this.groups.keys(), ...(this.all ? [ALL_GROUPS] : [])].map(cursorIdOf);
  }

  /** TUIDs, also of a group that could be looked up earlier, and not now. */
  get members(): readonly string[] {
    return [...this.groupOf.keys()];
  }

  /** The group of each thing. */
  get groupOf(): ReadonlyMap<string, string> {
    const groups = new Map([...this.groups].flatMap(([id, { members = [] }]) => members.map((tuid) => [tuid, id] as const)));
    const oldest = performance.now() - LOOK_UP.seconds * 1000;
    for (const [tuid, { group, since }] of this.heard)
      if (since < oldest || groups.has(tuid) || !this.groups.has(group)) this.heard.delete(tuid);
      else groups.set(tuid, group);
    return groups;
  }

  get ids(): readonly string[] {
    return [...this.groups.keys()];
  }

  /** The stream has brought a message of a thing that is not known. @returns whether it is of a group that is followed */
  join(id: string, tuid: string): boolean {
    if (this.all && id !== UNASSIGNED) this.begin(id, this.before(ALL_GROUPS, this.context.connection.now));
    const group = this.groups.get(id);
    if (!group || !this.isOurs(tuid)) return false;
    if (this.heard.size >= MAX_HEARD) {
      this.context.warn(`more than ${MAX_HEARD} things that no list has come by the stream: the others wait until a list has them`);
      return false;
    }
    group.hasNews = true;
    this.heard.set(tuid, { group: id, since: performance.now() });
    const before = this.before(id, this.context.connection.now);
    if (!this.cursors.has(tuid)) this.cursors.set(tuid, { since: steadyNow(), ...before });
    return true;
  }

  /** Only the stream has it. */
  isHeard(tuid: string): boolean {
    return this.heard.has(tuid);
  }

  get areAllKnown(): boolean {
    return this.entries.every(([, { members, error }]) => members && !error);
  }

  /** Of the groups that could not be looked up. */
  get failures(): readonly (readonly [string, EnsembleError])[] {
    return this.entries.flatMap(([id, { error }]) => (error ? [[id, error] as const] : []));
  }

  /** Sent before the thing joined one of these groups. */
  isForeign({ deploymentGroupId }: ThingMessage): boolean {
    return typeof deploymentGroupId === 'string' && !this.groups.has(deploymentGroupId);
  }

  /** Looks up what is due, and what could not be looked up last time. @returns an error that requests for the things would get, too */
  async lookUp(): Promise<EnsembleError | undefined> {
    const { all } = this;
    if (all && this.isDue(ALL_GROUPS, all)) {
      const common = await this.sweep([ALL_GROUPS], () => this.listAll(all));
      if (common) return common;
    }
    const due = [...this.groups].flatMap(([id, group]) => (this.isDue(id, group) ? [id] : []));
    return this.sweep(due, (id) => this.lookUpOne(id));
  }

  /** Reports each that could not be looked up, once. */
  report(): void {
    for (const [id, { error, trouble }] of this.entries)
      if (error && trouble.isNew()) this.context.report(error.with({ target: id }), { topic: id });
  }

  /** The groups, and the list of all. */
  private get entries(): readonly (readonly [string, FollowedGroup])[] {
    return [...this.groups, ...(this.all ? [[ALL_GROUPS, this.all] as const] : [])];
  }

  private async sweep(ids: readonly string[], ask: (id: string) => Promise<void>): Promise<EnsembleError | undefined> {
    const { failed, common } = await sweep(ids, ask);
    for (const [id, error] of failed) this.failed(id, error);
    return common && isCommon(common) ? common : undefined;
  }

  private failed(id: string, error: EnsembleError): void {
    // It was deleted after the list was read.
    if (error.code === 'NOT_FOUND' && id !== ALL_GROUPS && !this.named.includes(id)) this.groups.delete(id);
    else Object.assign((id === ALL_GROUPS ? this.all : this.groups.get(id)) ?? {}, { error });
  }

  private isDue(id: string, { members, error, hasNews }: FollowedGroup): boolean {
    const { connection, settings } = this.context;
    const { at = 0 } = this.cursors.get(cursorIdOf(id)) ?? {};
    const pause = Math.min(settings.interval * LOOK_UP.intervals, LOOK_UP.seconds);
    return !members || hasNews || error !== undefined || connection.now - at > pause || at > connection.now;
  }

  private async listAll(all: FollowedGroup): Promise<void> {
    const { connection, scope, warn: onWarning } = this.context;
    const [asked, steady] = [connection.now, steadyNow()];
    const members = groupList(await connection.read('/groups', { scope, onWarning })).map(({ group_id }) => group_id);
    // The things of one that is new may have sent something since the last time.
    const before = this.before(ALL_GROUPS, asked);
    const wanted = new Set([...this.named, ...members]);
    for (const id of this.groups.keys()) if (!wanted.has(id)) this.groups.delete(id);
    for (const id of wanted) this.begin(id, before);
    this.lookedUp(ALL_GROUPS, all, { members, asked, steady });
  }

  private async lookUpOne(id: string): Promise<void> {
    const { connection, scope, warn: onWarning } = this.context;
    const [asked, steady] = [connection.now, steadyNow()];
    const response = await connection.read(groupPath(id, '/things'), { scope, onWarning });
    const members = groupThings(response).tuids.filter(this.isOurs);
    // One that has joined since the last time may have sent something already.
    const before = this.before(id, asked);
    for (const tuid of members) if (!this.cursors.has(tuid)) this.cursors.set(tuid, { since: steadyNow(), ...before });
    this.lookedUp(id, this.groups.get(id), { members, asked, steady });
  }

  private begin(id: string, before: Cursor): void {
    if (!this.groups.has(id)) this.groups.set(id, unknownGroup());
    if (!this.cursors.has(cursorIdOf(id))) this.cursors.set(cursorIdOf(id), before);
  }

  private before(id: string, asked: number): Cursor {
    return this.cursors.get(cursorIdOf(id)) ?? atBeginning(asked);
  }

  private lookedUp(
    id: string,
    group: FollowedGroup | undefined,
    { members, asked, steady }: { readonly members: readonly string[]; readonly asked: number; readonly steady: number },
  ): void {
    this.cursors.set(cursorIdOf(id), { ...atBeginning(asked), since: steady });
    this.cursors.save();
    group?.trouble.over();
    Object.assign(group ?? {}, { members, error: undefined, hasNews: false });
  }
}

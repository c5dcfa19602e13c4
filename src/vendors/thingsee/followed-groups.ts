import type { EnsembleError } from '../../core/errors';
import { Trouble } from '../../core/trouble';
import type { Cursors, MessageContext } from './followed-thing';
import { atBeginning, steadyNow } from './message-cursor';
import { groupPath } from './parameters';
import { groupThings, type ThingMessage } from './responses';
import { isCommon, sweep } from './sweep';

/** A group's things are looked up again after so many intervals, at the latest after so many seconds. Tests have shorter times. */
export const LOOK_UP = { intervals: 10, seconds: 600 };

interface FollowedGroup {
  /** TUIDs; undefined before the first look. */
  members: readonly string[] | undefined;
  /** Why the last look failed. */
  error: EnsembleError | undefined;
  readonly trouble: Trouble;
}

/** The name of a group's cursor. */
const cursorIdOf = (group: string): string => `groups/${group}`;

/** The groups whose things are followed. */
export class FollowedGroups {
  private readonly groups: ReadonlyMap<string, FollowedGroup>;

  constructor(
    private readonly context: MessageContext,
    private readonly cursors: Cursors,
    private readonly isOurs: (tuid: string) => boolean,
  ) {
    const ids = context.settings.groups ?? [];
    this.groups = new Map(ids.map((id) => [id, { members: undefined, error: undefined, trouble: new Trouble() }]));
  }

  get cursorIds(): readonly string[] {
    return [...this.groups.keys()].map(cursorIdOf);
  }

  /** TUIDs, also of a group that could be looked up earlier, and not now. */
  get members(): readonly string[] {
    return [...this.groups.values()].flatMap(({ members = [] }) => members);
  }

  get areAllKnown(): boolean {
    return [...this.groups.values()].every(({ members, error }) => members && !error);
  }

  /** Of the groups that could not be looked up. */
  get failures(): readonly (readonly [string, EnsembleError])[] {
    return [...this.groups].flatMap(([id, { error }]) => (error ? [[id, error] as const] : []));
  }

  /** Sent before the thing joined one of these groups. */
  isForeign({ deploymentGroupId }: ThingMessage): boolean {
    return typeof deploymentGroupId === 'string' && !this.groups.has(deploymentGroupId);
  }

  /** Looks up what is due, and what could not be looked up last time. @returns an error that requests for the things would get, too */
  async lookUp(): Promise<EnsembleError | undefined> {
    const due = [...this.groups].flatMap(([id, group]) => (this.isDue(id, group) ? [id] : []));
    const { failed, common } = await sweep(due, (id) => this.lookUpOne(id));
    for (const [id, error] of failed) Object.assign(this.groups.get(id) ?? {}, { error });
    return common && isCommon(common) ? common : undefined;
  }

  /** Reports each that could not be looked up, once. */
  report(): void {
    for (const [id, { error, trouble }] of this.groups)
      if (error && trouble.isNew()) this.context.report(error.with({ target: id }), { topic: id });
  }

  private isDue(id: string, { members, error }: FollowedGroup): boolean {
    const { connection, settings } = this.context;
    const { at = 0 } = this.cursors.get(cursorIdOf(id)) ?? {};
    const pause = Math.min(settings.interval * LOOK_UP.intervals, LOOK_UP.seconds);
    return !members || error !== undefined || connection.now - at > pause || at > connection.now;
  }

  private async lookUpOne(id: string): Promise<void> {
    const { connection, scope, warn: onWarning } = this.context;
    const [asked, steady] = [connection.now, steadyNow()];
    const response = await connection.read(groupPath(id, '/things'), { scope, onWarning });
    const members = groupThings(response).tuids.filter(this.isOurs);
    // One that has joined since the last time may have sent something already.
    const before = this.cursors.get(cursorIdOf(id)) ?? atBeginning(asked);
    for (const tuid of members) if (!this.cursors.has(tuid)) this.cursors.set(tuid, { since: steadyNow(), ...before });
    this.cursors.set(cursorIdOf(id), { ...atBeginning(asked), since: steady });
    this.cursors.save();
    const group = this.groups.get(id);
    group?.trouble.over();
    Object.assign(group ?? {}, { members, error: undefined });
  }
}

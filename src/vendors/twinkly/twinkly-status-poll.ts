import { EnsembleError } from '../../core/errors';
import type { EventContext } from '../../core/follow/events';
import { poll } from '../../core/follow/poll';
import { inShard, shard } from '../../core/follow/shard';
import { boolean, choice, type JsonObject, list, number, optional, type Values } from '../../core/schema/parameters';
import { changedPaths } from './changes';
import type { TwinklyClient } from './client';
import { errorOf, groupRequests, readGroup, runtimeOf, statusOf, TARGETS } from './group-status';
import { at } from './wire-profile';

export const settings = {
  target: choice({
    label: 'Target',
    help: 'Objects, or installations with all their objects.',
    options: TARGETS,
    optionLabels: { object: 'objects', installation: 'installations' },
    default: 'object',
  }),
  ids: optional(
    list({
      label: 'IDs',
      help: 'The IDs, with commas between them. Empty: all of the account, which is asked for them at the start.',
      lookup: 'addressees',
      narrowedBy: ['target'],
    }),
  ),
  interval: number({
    label: 'Ask every',
    help: 'One call tells the state of a hundred and more.',
    min: 5,
    max: 86_400,
    unit: 'seconds',
    default: 30,
  }),
  emit: choice({
    label: 'Emit',
    help: 'A message for each change of a state, or for each state at each time.',
    options: ['changes', 'all'],
    optionLabels: { changes: 'changes', all: 'everything' },
    default: 'changes',
  }),
  config: boolean({
    label: 'With configuration',
    help: 'The state holds the configuration, such as the lists of effects, too.',
    default: false,
  }),
  shard,
};

type Context = EventContext<TwinklyClient, Values<typeof settings>>;

/** The name under which the node remembers what it told last. */
const MEMORY = 'states';

export async function start(context: Context): Promise<never> {
  const kept = (await context.memory.read(MEMORY)) as Readonly<Record<string, JsonObject>> | undefined;
  const watch = new Watch(context, kept ?? {});
  return poll({ ...context, interval: context.settings.interval * 1000, work: (interrupted) => watch.poll(interrupted) });
}

/** What is known of the states, and what of it the flow has been told. */
class Watch {
  private ids: readonly string[] | undefined;
  /** Told to the flow, in this life of the node or the one before. */
  private readonly told: Map<string, JsonObject>;
  /** Not told yet since the node has started. */
  private readonly fresh = new Set<string>();
  /** Seen offline once: not believed before it is seen again. With whether it came after polls that failed. */
  private readonly doubted = new Map<string, boolean>();
  /** Told to the flow that there is no state. */
  private readonly failed = new Set<string>();
  private readonly isOurs: (id: string) => boolean;

  constructor(
    private readonly context: Context,
    kept: Readonly<Record<string, JsonObject>>,
  ) {
    this.told = new Map(Object.entries(kept));
    this.isOurs = inShard(context.settings.shard);
  }

  async poll(interrupted: () => boolean): Promise<void> {
    const { connection, settings, scope } = this.context;
    const send = (request: Parameters<TwinklyClient['send']>[0]) => connection.send(request, { repeatable: true, scope });
    this.ids ??= await this.chosen();
    const missing = new Set(this.ids);
    await readGroup(groupRequests(connection.profile, statusOf(settings.target, this.ids, settings.config)), send, (group) => {
      const resumed = interrupted();
      for (const [id, entry] of Object.entries(group)) if (missing.delete(id)) this.look(id, entry, resumed);
    });
    for (const id of missing) this.fail(id, 'the answer leaves it out');
  }

  /** The ids to ask for: those given, or all of the account; of these the share that is ours. */
  private async chosen(): Promise<string[]> {
    const { connection, settings, scope, warn } = this.context;
    const all = settings.ids ?? idsOf(await connection.objects(scope, warn), settings.target);
    const chosen = [...new Set(all)].filter(this.isOurs);
    for (const id of chosen) this.fresh.add(id);
    for (const id of this.told.keys()) if (!this.fresh.has(id)) this.told.delete(id);
    return chosen;
  }

  /** Tells the flow what is new of one. */
  private look(id: string, entry: unknown, afterFailure: boolean): void {
    const runtime = runtimeOf(entry);
    if (!runtime) {
      this.fail(id, entry);
      return;
    }
    const { connection, settings } = this.context;
    const before = this.told.get(id);
    const isBack = this.failed.has(id);
    const resumed = afterFailure || isBack || this.doubted.get(id) === true;
    if (!this.believes(id, before, runtime, resumed)) return;
    this.failed.delete(id);
    const isFirst = this.fresh.delete(id);
    const changed = before ? changedPaths(before, runtime, connection.profile.place('color')) : [];
    if (!isFirst && !isBack && changed.length === 0 && settings.emit === 'changes') return;
    // A flow may change what it is given.
    this.told.set(id, structuredClone(runtime));
    this.context.memory.write(MEMORY, () => Object.fromEntries(this.told));
    const missed = before !== undefined && (changed.length > 0 || isBack) && (isFirst || resumed);
    this.context.emit({
      topic: id,
      payload: runtime,
      source: 'poll',
      type: settings.target,
      initial: isFirst && !missed,
      resumed: missed,
      raw: entry,
      details: { changed },
    });
  }

  /** A string that is offline for a moment is no news. */
  private believes(id: string, before: JsonObject | undefined, runtime: JsonObject, resumed: boolean): boolean {
    const place = this.context.connection.profile.place('online');
    const isOffline = isFalse(at(runtime, place));
    if (!isOffline || (before && isFalse(at(before, place)))) {
      this.doubted.delete(id);
      return true;
    }
    if (this.doubted.delete(id)) return true;
    this.doubted.set(id, resumed);
    return false;
  }

  /** The vendor has no state for this id alone; the flow is told once. */
  private fail(id: string, entry: unknown): void {
    if (this.failed.has(id)) return;
    this.failed.add(id);
    const vendorMessage = errorOf(entry);
    const error = new EnsembleError('NOT_FOUND', `${this.context.settings.target} ${id}: ${vendorMessage}`, { target: id, vendorMessage });
    this.context.report(error, { topic: id });
  }
}

/** Some vendors send it as text. */
const isFalse = (value: unknown): boolean => value === false || value === 'false';

const idsOf = (objects: Awaited<ReturnType<TwinklyClient['objects']>>, target: (typeof TARGETS)[number]): string[] =>
  target === 'object' ? objects.map(({ id }) => id) : objects.flatMap(({ installation }) => installation?.id ?? []);

import { z } from 'zod';
import { copyOf } from '../../core/copy';
import { EnsembleError, NOT_IN_PANELS } from '../../core/errors';
import { eventMarks } from '../../core/follow/event-marks';
import type { EventContext, EventMessages } from '../../core/follow/events';
import { poll } from '../../core/follow/poll';
import { inShard, shard } from '../../core/follow/shard';
import { TopicMemory } from '../../core/follow/topic-memory';
import { isObject, isRecord, sizeOf } from '../../core/objects';
import { boolean, choice, type JsonObject, list, number, optional, type Values } from '../../core/schema/parameters';
import { changedPaths } from './changed-paths';
import type { TwinklyClient } from './client';
import { errorOf, runtimeOf, statusOf, TARGETS } from './group-status';
import { valueAt } from './wire-profile';

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
      help: 'Comma-separated IDs. Empty: all of the account, listed once at the start.',
      lookup: 'addressees',
      narrowedBy: ['target'],
    }),
  ),
  interval: number({
    label: 'Poll interval',
    help: 'Time between two polls. One request reads the status of a hundred targets and more.',
    min: 5,
    max: 86_400,
    unit: 'seconds',
    default: 30,
  }),
  emit: choice({
    label: 'Output',
    help: 'A message for each change of a status, or at each poll for each status.',
    options: ['changes', 'all'],
    optionLabels: { changes: 'changes only', all: 'every status' },
    default: 'changes',
  }),
  config: boolean({
    label: 'Include configuration',
    advanced: true,
    help: 'The status also contains the configuration, such as the lists of effects.',
    default: false,
  }),
  shard,
};

export const emits = {
  payload: z.looseObject({}).describe('The runtime status.'),
  sources: ['poll'],
  types: TARGETS,
  details: { changed: z.array(z.string()).describe('The paths that changed.') },
} satisfies EventMessages;

type TwinklyEventContext = EventContext<TwinklyClient, Values<typeof settings>>;

/** Most that a node remembers. */
export const REMEMBERED = { topics: 100_000, characters: 64_000_000, sizeOf };

export async function start(context: TwinklyEventContext): Promise<never> {
  const changes = new StatusChanges(context);
  await changes.restore();
  return poll({ ...context, interval: context.settings.interval * 1000, work: (interrupted) => changes.poll(interrupted) });
}

/** Tells the flow what has changed from poll to poll. */
class StatusChanges {
  private ids: readonly string[] | undefined;
  /** The states that were emitted last. */
  private readonly states: TopicMemory<JsonObject>;
  /** Offline in the last poll for the first time; with whether there was an interruption before that. */
  private readonly unconfirmed = new Map<string, boolean>();
  /** Ids for which it was reported that they have no state. */
  private readonly failed = new Set<string>();
  private readonly isOurs: (id: string) => boolean;

  constructor(private readonly context: TwinklyEventContext) {
    this.isOurs = inShard(context.settings.shard);
    this.states = new TopicMemory<JsonObject>({
      memory: context.memory,
      key: 'states',
      most: REMEMBERED,
      parse: (kept) =>
        isRecord(kept) ? { topics: Object.entries(kept).filter((state): state is [string, JsonObject] => isObject(state[1])) } : undefined,
      format: (topics) => Object.fromEntries(topics),
    });
  }

  async restore(): Promise<void> {
    await this.states.restore();
  }

  async poll(interrupted: () => boolean): Promise<void> {
    const { connection, settings, scope } = this.context;
    this.ids ??= await this.chosen();
    const missing = new Set(this.ids);
    await connection.readStates(statusOf(settings.target, this.ids, settings.config), scope, (group) => {
      const isInterrupted = interrupted();
      for (const [id, entry] of Object.entries(group)) if (missing.delete(id)) this.compare(id, entry, isInterrupted);
    });
    for (const id of missing) this.fail(id, 'the response leaves it out');
  }

  /** The ids to ask for: those given, or all of the account; of these the share that is ours. */
  private async chosen(): Promise<string[]> {
    const { connection, settings, scope, warn } = this.context;
    const all = settings.ids ?? idsOf(await connection.objects(scope, warn), settings.target);
    const chosen = new Set(all.filter(this.isOurs));
    this.states.retain((id) => chosen.has(id));
    return [...chosen];
  }

  /** Tells the flow what is new of one. */
  private compare(id: string, entry: unknown, afterFailure: boolean): void {
    const state = runtimeOf(entry);
    if (!state) {
      this.fail(id, entry);
      return;
    }
    const { connection, settings, emit, warn } = this.context;
    const before = this.states.get(id);
    const isBack = this.failed.has(id);
    const interrupted = afterFailure || isBack || this.unconfirmed.get(id) === true;
    if (!this.isConfirmed(id, before, state, interrupted)) return;
    this.failed.delete(id);
    const isFirst = !this.states.isTold(id);
    const changed = before ? changedPaths(before, state, connection.profile.place('color')) : [];
    const isChanged = changed.length > 0 || isBack;
    if (!isFirst && !isChanged && settings.emit === 'changes') return;
    if (!this.states.set(id, copyOf(state))) {
      warn('there are more states than this node can remember: changes of the rest are not emitted');
      return;
    }
    this.states.markTold(id);
    this.states.save();
    const marks = eventMarks({ isFirst, isKnown: before !== undefined, isChanged, interrupted });
    emit({ topic: id, payload: state, source: 'poll', type: settings.target, ...marks, raw: entry, details: { changed } });
  }

  /** That a string is offline counts only when two polls in a row say so. */
  private isConfirmed(id: string, before: JsonObject | undefined, state: JsonObject, interrupted: boolean): boolean {
    const place = this.context.connection.profile.place('online');
    const isOffline = isFalse(valueAt(state, place));
    if (!isOffline || (before && isFalse(valueAt(before, place)))) {
      this.unconfirmed.delete(id);
      return true;
    }
    if (this.unconfirmed.delete(id)) return true;
    this.unconfirmed.set(id, interrupted);
    return false;
  }

  /** The vendor has no state for this id: that is reported once. */
  private fail(id: string, entry: unknown): void {
    if (this.failed.has(id)) return;
    this.failed.add(id);
    const vendorMessage = errorOf(entry);
    const error = new EnsembleError('NOT_FOUND', `${this.context.settings.target} ${id}: ${vendorMessage}`, NOT_IN_PANELS, {
      target: id,
      vendorMessage,
    });
    this.context.report(error, { topic: id });
  }
}

/** Some vendors send it as text. */
const isFalse = (value: unknown): boolean => value === false || value === 'false';

const idsOf = (objects: Awaited<ReturnType<TwinklyClient['objects']>>, target: (typeof TARGETS)[number]): string[] =>
  target === 'object' ? objects.map(({ id }) => id) : objects.flatMap(({ installation }) => installation?.id ?? []);

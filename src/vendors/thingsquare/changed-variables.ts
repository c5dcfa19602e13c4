import { createHash } from 'node:crypto';
import type { TopicMemory } from '../../core/follow/topic-memory';
import { KINDS, type Variable, type VariableKind } from './devices';
import type { Listing } from './missing-devices';

/** Which variables a node follows; undefined: all. */
export interface Filter {
  readonly device: string | undefined;
  readonly kind: VariableKind | undefined;
  readonly variable: string | undefined;
}

export interface ListedVariable {
  readonly topic: string;
  readonly device: string;
  readonly kind: VariableKind;
  readonly name: string;
  readonly variable: Variable;
}

export interface ChangedVariable extends ListedVariable {
  /** It was known before. */
  readonly isKnown: boolean;
}

export interface Changes {
  readonly changed: readonly ChangedVariable[];
  /** There is more than can be remembered: the rest is no change, or it would be one in every listing. */
  readonly isFull: boolean;
}

/** Longer values are remembered by their hash. */
const LONGEST_VALUE = 256;

/** Differs for each time that a variable is set or reported, also to the value that it had: a button is pressed twice. */
export function revisionOf({ time, value }: Variable): string {
  const text = JSON.stringify(value) ?? '';
  return `${time} ${text.length > LONGEST_VALUE ? createHash('sha256').update(text).digest('base64') : text}`;
}

/** The variables of a listing whose revision is not the one remembered; it is from now on. */
export function changedVariables(listing: Listing, filter: Filter, revisions: TopicMemory<string>): Changes {
  const changed: ChangedVariable[] = [];
  let isFull = false;
  for (const one of listed(listing, filter)) {
    const { topic } = one;
    const [known, revision] = [revisions.get(topic), revisionOf(one.variable)];
    if (revision === known) continue;
    let isRemembered = revisions.set(topic, revision);
    if (!isRemembered && !isFull) {
      // What a listing leaves out is remembered, because the next one may have it again; but not where room is needed.
      const present = new Set([...listed(listing, filter)].map((other) => other.topic));
      revisions.retain((other) => present.has(other));
      isRemembered = revisions.set(topic, revision);
    }
    if (isRemembered) changed.push({ ...one, isKnown: known !== undefined });
    else isFull = true;
  }
  return { changed, isFull };
}

/** What came of a single variable: `older` than what is remembered, which then stays; `full`, where there is no room for it. */
export function noteVariable({ topic, variable }: ListedVariable, revisions: TopicMemory<string>): 'same' | 'older' | 'full' | 'new' {
  const [known, revision] = [revisions.get(topic), revisionOf(variable)];
  if (revision === known) return 'same';
  if (known !== undefined && variable.time !== undefined && Number.parseFloat(known) > variable.time) return 'older';
  return revisions.set(topic, revision) ? 'new' : 'full';
}

export const isWanted = ({ device, kind, variable }: Filter, one: ListedVariable): boolean =>
  (device ?? one.device) === one.device && (kind ?? one.kind) === one.kind && (variable ?? one.name) === one.name;

export function* listed(listing: Listing, filter: Filter): Generator<ListedVariable> {
  for (const [device, variables] of Object.entries(listing))
    for (const kind of KINDS)
      for (const [name, variable] of Object.entries(variables[kind] ?? {})) {
        const one = { topic: `${device}/${kind}/${name}`, device, kind, name, variable };
        if (isWanted(filter, one)) yield one;
      }
}

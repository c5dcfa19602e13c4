import type { VendorEvent } from './events';

/** What has been read of a topic, compared with what was known of it. */
export interface Reading {
  /** The first since the node has started. */
  readonly isFirst: boolean;
  /** What the node remembers covers the topic: that it is not remembered means that it was not there. */
  readonly isKnown: boolean;
  readonly isChanged: boolean;
  /** Changes may have been missed. */
  readonly interrupted: boolean;
}

/**
 * How the event that tells of a reading is marked: `resumed` where it tells a change that was missed, during an interruption or
 * while the node was stopped; else `initial` at the start; else it is live.
 */
export function eventMarks({ isFirst, isKnown, isChanged, interrupted }: Reading): Required<Pick<VendorEvent, 'initial' | 'resumed'>> {
  const resumed = isKnown && isChanged && (isFirst || interrupted);
  return { initial: isFirst && !resumed, resumed };
}

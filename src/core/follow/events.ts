import type { ZodType } from 'zod';
import type { EnsembleError } from '../errors';
import type { Scope } from '../scope';

/** What a vendor's event source hands to its node. */
export interface VendorEvent {
  readonly topic: string;
  readonly payload: unknown;
  /** The feed it came by, for example `mqtt`. */
  readonly source: string;
  /** What the vendor calls this kind of event. */
  readonly type: string;
  /** Describes the state at start. */
  readonly initial?: boolean;
  /** Caught up after an interruption. */
  readonly resumed?: boolean;
  /** The vendor's own message, as it came. */
  readonly raw: unknown;
  /** More for `msg.event`. */
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** What the messages of an event node hold, for its JSON Schema. A vendor's file of an event node exports it as `emits`. */
export interface EventMessages {
  readonly payload: ZodType;
  /** The feeds they come by. */
  readonly sources: readonly string[];
  /** Without: any word of the vendor's. */
  readonly types?: readonly string[];
  /** What `msg.event` has besides. */
  readonly details?: Readonly<Record<string, ZodType>>;
}

/** What is known of a stream, from what has happened. */
export type StreamState =
  | { readonly is: 'connecting' }
  /** The peer has accepted the subscription, but no event has come yet to show that events arrive. */
  | { readonly is: 'subscribed' }
  | { readonly is: 'live' }
  | {
      readonly is: 'retrying';
      readonly error: EnsembleError /** When the next attempt begins (`performance.now()`). */;
      readonly at: number;
    }
  | { readonly is: 'failed'; readonly error: EnsembleError };

/** A state for a report. @param since when it became so, as `performance.now()` tells the time */
export function describeState(state: StreamState, since: number): StateDescription {
  const error = 'error' in state ? state.error : undefined;
  return {
    state: state.is,
    seconds: Math.round((performance.now() - since) / 1000),
    ...(error && { code: error.code, ...(error.cause.statusCode !== undefined && { status: error.cause.statusCode }) }),
  };
}

export interface StateDescription {
  readonly state: StreamState['is'];
  /** For so long. */
  readonly seconds: number;
  /** Of its error. */
  readonly code?: string;
  readonly status?: number;
}

/** The state after a failure, with so many milliseconds to the next attempt. Where that would send nothing there is no countdown. */
export const retrying = (error: EnsembleError, wait: number): StreamState =>
  error.refused || error.code === 'NOT_CONFIGURED' ? { is: 'failed', error } : { is: 'retrying', error, at: performance.now() + wait };

/** What an event source gets from its node. It lives as long as the scope. */
export interface EventContext<Connection, Settings> {
  /** Stays the same over deploys and restarts. */
  readonly nodeId: string;
  readonly connection: Connection;
  readonly settings: Settings;
  readonly scope: Scope;
  emit(event: VendorEvent): void;
  state(state: StreamState): void;
  /** Tells the flow's Catch nodes, once for each trouble and not once for each attempt. */
  report(error: EnsembleError, message?: { topic?: string; payload?: unknown }): void;
  /** Tells the user what may be wrong, each text once, and goes on. */
  warn(text: string): void;
  /**
   * Opens an address below this Node-RED's HTTP root that outsiders cannot guess, and returns its path.
   * The same key gives the same path, for all nodes of this Node-RED and after a restart.
   */
  webhook(key: string, receive: (body: Buffer) => void): string;
  /** What the node remembers, in its context: a file store keeps it over restarts. */
  readonly memory: Memory;
  /** Runs when the user deletes or disables the node, not at a redeploy. */
  onRemoved(ending: () => Promise<void>): void;
}

export interface Memory {
  /**
   * What was written last under that name, by this instance of the node or the one before; undefined where nothing is known.
   * A store that does not answer within seconds is not waited for: `late` is told what it holds when it does. Never rejects.
   */
  read(key: string, late?: (value: unknown) => void): Promise<unknown>;
  /** Kept at once, and written as soon as the store can: `make` gives the value that is the newest then. */
  write(key: string, make: () => unknown): void;
  /** Ends when the store has it; does not wait for one that is in trouble, nor for long. Never rejects. */
  written(key: string): Promise<void>;
}

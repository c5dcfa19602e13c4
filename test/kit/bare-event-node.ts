import { fail } from 'node:assert/strict';
import type { EnsembleError } from '../../src/core/errors';
import type { EventContext, StreamState, VendorEvent } from '../../src/core/follow/events';
import { Scope } from '../../src/core/scope';

/** What an event node's `start` is given, without Node-RED; and all that it tells. */
export class BareEventNode {
  readonly events: VendorEvent[] = [];
  readonly reports: EnsembleError[] = [];
  readonly states: StreamState[] = [];
  /** Each once. */
  readonly warnings: string[] = [];
  readonly scope = new Scope();
  /** The store that was not there at first tells only now what it holds. */
  tellLate: (value: unknown) => void = () => {};

  /** @param kept what it remembers, by its keys */
  constructor(readonly kept = new Map<string, unknown>()) {}

  context<C, S>(connection: C, settings: S, more: Partial<EventContext<C, S>> = {}): EventContext<C, S> {
    const { scope, events, states, reports, warnings, kept } = this;
    return {
      nodeId: 'node',
      connection,
      settings,
      scope,
      emit: (event) => void events.push(event),
      state: (state) => void states.push(state),
      report: (error) => void reports.push(error),
      warn: (text) => void (warnings.includes(text) || warnings.push(text)),
      memory: {
        read: async (key, late) => {
          this.tellLate = (value) => late?.(value);
          return structuredClone(kept.get(key));
        },
        write: (key, make) => void kept.set(key, structuredClone(make())),
        written: async () => {},
      },
      webhook: () => fail('it has no webhook'),
      onRemoved: () => {},
      ...more,
    };
  }
}

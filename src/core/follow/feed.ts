import { asEnsembleError, type EnsembleError } from '../errors';
import { Scope } from '../scope';
import { describeState, type StateDescription, type StreamState } from './events';

/** A node that takes part in a feed; its event context is one. */
export interface Listener {
  state(state: StreamState): void;
  /** Tells the flow's Catch nodes, once for each trouble. */
  report(error: EnsembleError, message?: { topic?: string; payload?: unknown }): void;
  /** Each text once. */
  warn(text: string): void;
}

/** What a feed knows of itself. */
export interface FeedDescription extends StateDescription {
  readonly kind: string;
  /** How many take part. */
  readonly nodes: number;
}

/** One source of events for all nodes of a connection that want the same: it runs while there is a listener. */
export abstract class Feed<L extends Listener> {
  protected readonly listeners = new Set<L>();
  private running: Scope | undefined;
  protected state: StreamState = { is: 'connecting' };
  /** When the state became what it is, as `performance.now()` tells the time. */
  private since = performance.now();

  /** @param scope of the connection */
  constructor(protected readonly scope: Scope) {}

  /** Takes part until the listener's scope ends. */
  join(listener: L, scope: Scope): void {
    // The node may have been closed while it read what it remembers.
    if (scope.ended) return;
    this.listeners.add(listener);
    scope.defer(() => this.leave(listener));
    const isFirst = this.running === undefined;
    if (isFirst) this.state = { is: 'connecting' };
    listener.state(this.stateOf(listener));
    this.joined(listener);
    if (isFirst) this.start();
  }

  /** Follows the source until the scope ends: when the last listener has left, or the connection ends. */
  protected abstract run(scope: Scope): Promise<unknown>;

  /** Called for each listener before its first event. */
  protected joined(_listener: L): void {}

  protected left(_listener: L): void {}

  /** The last listener has left. */
  protected abandoned(): void {
    void this.running?.end();
    this.running = undefined;
  }

  /** For a source that may be in another state for one listener than for the others. */
  protected stateOf(_listener: L): StreamState {
    return this.state;
  }

  protected tell(state: StreamState): void {
    if (state.is !== this.state.is) this.since = performance.now();
    this.state = state;
    for (const listener of this.listeners) listener.state(this.stateOf(listener));
  }

  /** For a report: nothing in it tells whose feed it is. */
  describe(): FeedDescription {
    return { kind: this.constructor.name, nodes: this.listeners.size, ...describeState(this.state, this.since) };
  }

  protected report(error: EnsembleError, message?: { topic?: string; payload?: unknown }): void {
    for (const listener of this.listeners) listener.report(error, message);
  }

  protected warn(text: string): void {
    for (const listener of this.listeners) listener.warn(text);
  }

  /** Work that no caller awaits: a defect of ours is reported, because an unhandled rejection would end Node-RED. */
  protected keep(work: Promise<unknown>): void {
    work.catch((thrown: unknown) => {
      const error = asEnsembleError(thrown);
      if (error.code === 'CANCELLED') return;
      this.tell({ is: 'failed', error });
      this.report(error);
    });
  }

  private start(): void {
    const running = new Scope();
    this.running = running;
    const release = this.scope.defer(() => running.end());
    running.defer(release);
    const run = this.run(running).finally(() => {
      if (this.running === running) this.running = undefined;
    });
    // An error after the end of its scope does not concern those that have joined since.
    this.keep(run.catch((error: unknown) => (running.ended ? undefined : Promise.reject(error))));
  }

  /** Does nothing where it has left already. */
  protected leave(listener: L): void {
    if (!this.listeners.delete(listener)) return;
    this.left(listener);
    if (this.listeners.size === 0) this.abandoned();
  }
}

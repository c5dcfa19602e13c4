import texts from '../../nodes/ensemble/locales/en-US/ensemble-editor.json';
import type { EnsembleError } from '../core/errors';
import type { StreamState } from '../core/events';
import type { Scope } from '../core/scope';
import type { NodeStatus, Red, RuntimeNode } from './red';

/** Every status goes to every open editor: at most two a second. */
const PAUSE = 500;

/** Shows what the evidence says. Tell it of changes as often as you like. */
export class StatusLine {
  private shown = '';
  private last = -PAUSE;
  private waiting = false;

  constructor(
    private readonly node: RuntimeNode,
    private readonly scope: Scope,
    /** The status as a pure function of what is known. */
    private readonly read: () => NodeStatus,
  ) {}

  changed(): void {
    if (this.waiting || this.scope.ended) return;
    const pause = this.last + PAUSE - performance.now();
    if (pause <= 0) {
      this.show();
      return;
    }
    this.waiting = true;
    this.scope.timeout(pause, () => this.show());
  }

  private show(): void {
    this.waiting = false;
    const status = this.read();
    const shown = `${status.fill} ${status.shape} ${status.text}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.last = performance.now();
    this.node.status(status);
  }
}

/** What an action node knows about its work. */
export interface ActionEvidence {
  /** Why nothing can be sent at all. */
  unusable: EnsembleError | undefined;
  inFlight: number;
  waiting: number;
  /** How far the request in flight is, in the vendor's words. */
  progress: string;
  last: 'nothing' | 'done' | 'sent' | EnsembleError;
  /** The last request will be tried again then (`performance.now()`). */
  retry: { readonly error: EnsembleError; readonly at: number } | undefined;
}

const NAMESPACE = '@ensemble-flows/node-red-ensemble/ensemble-editor';

/** The statuses of the contract, in the words of the server's language. */
export class Statuses {
  constructor(private readonly RED: Red) {}

  action({ unusable, inFlight, waiting, progress, last, retry }: ActionEvidence, operation: string): NodeStatus {
    if (unusable) return this.notConfigured();
    if (retry) return this.retrying(retry.error, retry.at - performance.now());
    if (inFlight > 0) {
      const text = [operation, progress, waiting > 0 && `+${waiting}`].filter(Boolean).join(' ');
      return { fill: 'blue', shape: 'dot', text };
    }
    if (last === 'nothing') return { fill: 'grey', shape: 'ring', text: this.word('idle') };
    if (last === 'done' || last === 'sent') return { fill: 'green', shape: 'dot', text: this.word(last) };
    return this.failed(last);
  }

  stream(state: StreamState): NodeStatus {
    if (state.is === 'connecting') return { fill: 'yellow', shape: 'ring', text: this.word('connecting') };
    if (state.is === 'live') return { fill: 'green', shape: 'dot', text: this.word('connected') };
    if (state.is === 'retrying' && !state.error.refused) return this.retrying(state.error, state.wait);
    return state.error.code === 'NOT_CONFIGURED' ? this.notConfigured() : this.failed(state.error);
  }

  private notConfigured(): NodeStatus {
    return { fill: 'grey', shape: 'ring', text: this.word('notConfigured') };
  }

  private failed({ code, needsSignIn }: EnsembleError): NodeStatus {
    return { fill: 'red', shape: 'ring', text: needsSignIn ? this.word('signIn', { code }) : code };
  }

  private retrying({ code }: EnsembleError, wait: number): NodeStatus {
    return { fill: 'yellow', shape: 'ring', text: this.word('retryIn', { code, seconds: Math.max(1, Math.round(wait / 1000)) }) };
  }

  private word(key: keyof typeof texts.status, values: Record<string, unknown> = {}): string {
    // Where the plugin's catalogue is not loaded (a node tested alone), the English word stands in.
    return this.RED._(`${NAMESPACE}:status.${key}`, { defaultValue: texts.status[key], ...values });
  }
}

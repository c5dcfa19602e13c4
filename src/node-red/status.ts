import { EnsembleError } from '../core/errors';
import type { StreamState } from '../core/follow/events';
import type { KeptMessages } from '../core/keeping';
import type { Failures, Named } from '../core/operation';
import type { Scope } from '../core/scope';
import { withLabel } from '../core/status-text';
import type { NodeStatus, Red, RuntimeNode } from './red';
import { operationLabel, type StatusText, statusText } from './texts';

/** Milliseconds between two statuses: each is sent to every open editor. */
const MIN_INTERVAL = 500;

export interface TimedStatus {
  readonly status: NodeStatus;
  /** Milliseconds after which the text changes, although nothing has happened. */
  readonly lasts?: number;
}

/** Shows a node's status, computed from what is known. `changed` may be called as often as you like. */
export class StatusLine {
  private shown = '';
  private last = -MIN_INTERVAL;
  private waiting = false;
  private stopTimer = (): void => {};

  constructor(
    private readonly node: RuntimeNode,
    private readonly scope: Scope,
    /** The status as a pure function of what is known. */
    private readonly read: () => TimedStatus,
  ) {}

  changed(): void {
    if (this.waiting || this.scope.ended) return;
    const pause = this.last + MIN_INTERVAL - performance.now();
    if (pause <= 0) {
      this.show();
      return;
    }
    this.waiting = true;
    // A timer counts from where the event loop stands, which on a busy machine is a while ago: it may fire too early.
    this.scope.timeout(pause, () => {
      this.waiting = false;
      this.changed();
    });
  }

  private show(): void {
    this.stopTimer();
    const { status, lasts } = this.read();
    if (lasts !== undefined) this.stopTimer = this.scope.timeout(lasts, () => this.changed());
    const shown = `${status.fill} ${status.shape} ${status.text}`;
    if (shown === this.shown) return;
    this.shown = shown;
    this.node.status(status);
    this.last = performance.now();
  }
}

/** What an action node knows about its work. */
export interface ActionEvidence {
  /** Why nothing can be sent at all. */
  unusable: EnsembleError | undefined;
  /** Of the request that was started last. */
  operation: Named | undefined;
  inFlight: number;
  waiting: number;
  /** How far the request in flight is: in the vendor's words, or by which operation it has come to. */
  progress: string | Named;
  last: LastAction | undefined;
  /** Why a message was not sent, since the last request began or ended. */
  refused: EnsembleError | undefined;
  /** The last request will be tried again then (`performance.now()`). */
  retry: { readonly error: EnsembleError; readonly at: number } | undefined;
  /** Undefined where the node keeps none. */
  keeping: { readonly kept: KeptMessages | undefined } | undefined;
}

export interface LastAction {
  /** Undefined where it failed before that was known. */
  readonly operation: Named | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly outcome: 'done' | 'sent' | EnsembleError | Failures;
}

/** The statuses of the contract, in the words of the server's language. */
export class Statuses {
  /** @param type of the node, whose catalogue has the labels of its operations */
  constructor(
    private readonly RED: Red,
    private readonly type = '',
  ) {}

  action({ unusable, operation, inFlight, waiting, progress, last, refused, retry, keeping }: ActionEvidence): TimedStatus {
    if (unusable) return this.notConfigured();
    const kept = keeping?.kept;
    if (kept) return this.kept(kept);
    const left = retry ? retry.at - performance.now() : 0;
    if (retry && left > 0) return this.tryingAgain(operation, retry.error, left);
    if (inFlight > 0) {
      const step = typeof progress === 'string' ? progress : this.label(progress);
      const more = [step, waiting > 0 && `+${waiting}`, refused?.code].filter(Boolean).map((word) => ` ${word}`);
      const text = withLabel(this.label(operation), (label) => label + more.join(''));
      return { status: { fill: 'blue', shape: 'dot', text } };
    }
    return last ? this.over(last) : { status: { fill: 'grey', shape: 'ring', text: this.word('idle') } };
  }

  /** From the next day on, the time needs a date. */
  private over({ operation, at, outcome }: LastAction): TimedStatus {
    const now = new Date();
    const time = clockTime(at, now);
    const lasts = untilTomorrow(at, now);
    const text = (key: 'done' | 'sent' | 'failed', code = '') => {
      const label = this.label(operation);
      if (label === '') return [code, time].filter(Boolean).join(' ');
      return withLabel(label, (operation) => this.word(key, { operation, code, time }));
    };
    const timed = (status: NodeStatus): TimedStatus => ({ status, ...(lasts !== undefined && { lasts }) });
    if (outcome === 'done' || outcome === 'sent') return timed({ fill: 'green', shape: 'dot', text: text(outcome) });
    const isOne = outcome instanceof EnsembleError;
    const code = isOne ? this.code(outcome) : `${this.code(outcome.first)} ${outcome.count}/${outcome.of}`;
    return timed({ fill: 'red', shape: 'ring', text: text('failed', code) });
  }

  private label(operation: Named | undefined): string {
    return operation ? operationLabel(this.RED, this.type, operation) : '';
  }

  private code({ code, needsSignIn }: EnsembleError): string {
    return needsSignIn ? this.word('signIn', { code }) : code;
  }

  stream(state: StreamState): TimedStatus {
    if (state.is === 'live') return { status: { fill: 'green', shape: 'dot', text: this.word('connected') } };
    if (state.is === 'connecting') return this.connecting();
    if (state.is === 'subscribed') return { status: { fill: 'yellow', shape: 'ring', text: this.word('subscribed') } };
    if (state.is === 'failed') return state.error.code === 'NOT_CONFIGURED' ? this.notConfigured() : this.failed(state.error);
    const left = state.at - performance.now();
    // The next try is under way.
    return left > 0 ? this.retrying(state.error, left) : this.connecting();
  }

  private connecting(): TimedStatus {
    return { status: { fill: 'yellow', shape: 'ring', text: this.word('connecting') } };
  }

  private notConfigured(): TimedStatus {
    return { status: { fill: 'grey', shape: 'ring', text: this.word('notConfigured') } };
  }

  private failed(error: EnsembleError): TimedStatus {
    return { status: { fill: 'red', shape: 'ring', text: this.code(error) } };
  }

  private retrying({ code }: EnsembleError, left: number): TimedStatus {
    return this.counting(left, (seconds) => this.word('retryIn', { code, seconds }));
  }

  /** Of an action; its place is that of all seconds, so that the label stays as it is. */
  private tryingAgain(operation: Named | undefined, { code }: EnsembleError, left: number): TimedStatus {
    const write = (label: string, seconds: number | '') => this.word('retryOf', { operation: label, code, seconds });
    const label = this.label(operation);
    return this.counting(left, (seconds) => withLabel(label, (shown) => write(shown, seconds), write('', '')));
  }

  /** A pause of few seconds has no countdown: the text would change with each try. */
  private kept({ count, since, error: { code }, next = 0 }: KeptMessages): TimedStatus {
    const left = next - performance.now();
    const seconds = countdown(left);
    if (left > 0 && seconds >= COUNTED) return this.counting(left, (seconds) => this.word('keptNext', { code, count, seconds }));
    return { status: { fill: 'yellow', shape: 'ring', text: this.word('kept', { code, count, time: shortTime(since) }) } };
  }

  private counting(left: number, text: (seconds: number) => string): TimedStatus {
    const seconds = countdown(left);
    const status: NodeStatus = { fill: 'yellow', shape: 'ring', text: text(seconds) };
    return { status, lasts: Math.max(1, Math.min(left, left + HALF - seconds * 1000)) };
  }

  private word(key: StatusText, values: Readonly<Record<string, unknown>> = {}): string {
    return statusText(this.RED, key, values);
  }
}

/** Milliseconds: a second counts from its half. */
const HALF = 500;
/** From so many seconds on, a countdown goes in steps of so many: a status node shall not wake a flow each second. */
const STEPS = [
  [120, 60],
  [30, 10],
  [6, 5],
  [0, 1],
] as const;

/** Seconds. */
const COUNTED = 6;

/** Seconds as a status shows them, of milliseconds that are left: never more than these. */
function countdown(left: number): number {
  const seconds = Math.floor((left + HALF) / 1000);
  const [, step] = STEPS.find(([from]) => seconds >= from) ?? [0, 1];
  return Math.max(1, Math.floor(seconds / step) * step);
}

/** Hours and minutes where people are; with the date where that was not today. */
function clockTime(at: number, now = new Date()): string {
  const when = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const time = `${two(when.getHours())}:${two(when.getMinutes())}`;
  if (when.toDateString() === now.toDateString()) return time;
  return `${when.getFullYear()}-${two(when.getMonth() + 1)}-${two(when.getDate())} ${time}`;
}

/** Hours and minutes, or the date where that was not today. */
const shortTime = (at: number): string => clockTime(at).replace(/ .*$/, '');

/** Milliseconds until the day after; undefined where that has begun. */
function untilTomorrow(at: number, now: Date): number | undefined {
  const when = new Date(at);
  if (when.toDateString() !== now.toDateString()) return undefined;
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime() - now.getTime();
}

import { EnsembleError } from '../core/errors';
import type { Retry } from '../core/http/request';
import type { Keeping } from '../core/keeping';
import type { Outcome } from '../core/operation';
import type { Scope } from '../core/scope';
import type { Red, RuntimeNode } from './red';
import { type ActionEvidence, type Named, Statuses, StatusLine } from './status';

/** Collects what an action node knows of its work, and shows it as the node's status. */
export class ActionStatus {
  private readonly line: StatusLine;
  private readonly evidence: ActionEvidence = {
    unusable: undefined,
    operation: undefined,
    inFlight: 0,
    waiting: 0,
    progress: '',
    last: undefined,
    retry: undefined,
    keeping: undefined,
  };

  constructor(
    RED: Red,
    node: RuntimeNode,
    private readonly scope: Scope,
  ) {
    const statuses = new Statuses(RED, node.type);
    this.line = new StatusLine(node, scope, () => statuses.action(this.evidence));
  }

  changed(): void {
    this.line.changed();
  }

  /** Shows the messages that are kept. */
  shows(keeping: Keeping): void {
    this.note({ keeping });
  }

  /** @param waiting number of messages */
  queued(waiting: number): void {
    this.note({ waiting });
  }

  started(operation: Named): void {
    this.note({ operation, inFlight: this.evidence.inFlight + 1 });
  }

  progressed(progress: string): void {
    this.note({ progress });
  }

  retrying({ error, wait }: Retry): void {
    const retry = { error, at: performance.now() + wait };
    this.note({ retry });
    this.scope.timeout(wait, () => this.evidence.retry === retry && this.note({ retry: undefined }));
  }

  succeeded(operation: Named, { unconfirmed, failures }: Outcome): void {
    this.note({ last: { operation, at: Date.now(), outcome: failures ?? (unconfirmed ? 'sent' : 'done') }, unusable: undefined });
  }

  /** @param operation undefined where it failed before that was known */
  failed(error: EnsembleError, operation?: Named): void {
    if (error.code === 'NOT_CONFIGURED') this.note({ unusable: error });
    // Any other failure means that the node is configured.
    else if (error.code !== 'CANCELLED') this.note({ last: { operation, at: Date.now(), outcome: error }, unusable: undefined });
  }

  /** @param waiting number of messages */
  ended(waiting: number): void {
    this.note({ inFlight: this.evidence.inFlight - 1, progress: '', retry: undefined, waiting });
  }

  /** For a report. */
  describe(): Readonly<Record<string, unknown>> {
    const { unusable, operation, inFlight, waiting, last, keeping } = this.evidence;
    const error = unusable ?? (last?.outcome instanceof EnsembleError ? last.outcome : undefined);
    const kept = keeping?.kept;
    return {
      ...(operation && { operation: operation.id }),
      ...{ inFlight, waiting },
      ...(kept && { kept: { messages: kept.count, since: new Date(kept.since).toISOString() } }),
      ...(error && { code: error.code, ...(error.cause.statusCode !== undefined && { status: error.cause.statusCode }) }),
    };
  }

  private note(evidence: Partial<ActionEvidence>): void {
    Object.assign(this.evidence, evidence);
    this.line.changed();
  }
}

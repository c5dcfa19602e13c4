import type { Delivery } from '../core/delivery';
import { EnsembleError } from '../core/errors';
import type { Retry } from '../core/http/request';
import type { Keeping } from '../core/keeping';
import type { Named, Outcome } from '../core/operation';
import type { Scope } from '../core/scope';
import type { Red, RuntimeNode } from './red';
import { type ActionEvidence, Statuses, StatusLine } from './status';

/** Collects what an action node knows of its work, and shows it as the node's status. */
export class ActionStatus {
  private readonly line: StatusLine;
  /** Undefined where nothing can be sent at all. */
  private delivery: Pick<Delivery, 'depth'> | undefined;
  private readonly evidence: Omit<ActionEvidence, 'waiting'> = {
    unusable: undefined,
    operation: undefined,
    inFlight: 0,
    progress: '',
    last: undefined,
    refused: undefined,
    retry: undefined,
    keeping: undefined,
  };

  constructor(
    RED: Red,
    node: RuntimeNode,
    private readonly scope: Scope,
  ) {
    const statuses = new Statuses(RED, node.type);
    this.line = new StatusLine(node, scope, () => statuses.action({ ...this.evidence, waiting: this.waiting }));
  }

  changed(): void {
    this.line.changed();
  }

  /** Shows the messages that wait, and those that are kept. */
  shows(delivery: Delivery, keeping: Keeping | undefined): void {
    this.delivery = delivery;
    this.evidence.keeping = keeping;
  }

  started(operation: Named): void {
    this.note({ operation, inFlight: this.evidence.inFlight + 1, refused: undefined });
  }

  progressed(progress: string | Named): void {
    this.note({ progress });
  }

  retrying({ error, wait }: Retry): void {
    const retry = { error, at: performance.now() + wait };
    this.note({ retry });
    this.scope.timeout(wait, () => this.evidence.retry === retry && this.note({ retry: undefined }));
  }

  succeeded(operation: Named, { unconfirmed, failures }: Outcome): void {
    this.end({ last: { operation, at: Date.now(), outcome: failures ?? (unconfirmed ? 'sent' : 'done') }, unusable: undefined });
    if (this.evidence.inFlight === 0) this.line.changed();
  }

  /** A request has failed. Where messages are kept, what becomes of this one is not known yet: it is shown with that. */
  failed(error: EnsembleError, operation: Named): void {
    this.end(failure(error, operation));
    if (this.evidence.inFlight === 0 && !this.evidence.keeping) this.line.changed();
  }

  /**
   * A message is not sent. While a request is under way, that is no outcome.
   * @param operation undefined where it failed before that was known
   */
  refused(error: EnsembleError, operation?: Named): void {
    const isOfQueue = error.code === 'QUEUE_FULL' || error.code === 'BUSY';
    this.note(isOfQueue || this.evidence.inFlight > 0 ? { refused: error } : failure(error, operation));
  }

  /** For a report. */
  describe(): Readonly<Record<string, unknown>> {
    const { waiting } = this;
    const { unusable, operation, inFlight, last, keeping } = this.evidence;
    const error = unusable ?? (last?.outcome instanceof EnsembleError ? last.outcome : undefined);
    const kept = keeping?.kept;
    return {
      ...(operation && { operation: operation.id }),
      ...{ inFlight, waiting },
      ...(kept && { kept: { messages: kept.count, since: new Date(kept.since).toISOString() } }),
      ...(error && { code: error.code, ...(error.cause.statusCode !== undefined && { status: error.cause.statusCode }) }),
    };
  }

  private get waiting(): number {
    return this.delivery?.depth ?? 0;
  }

  /** With its outcome in one step: else the status would tell of an older one. */
  private end(evidence: Partial<ActionEvidence>): void {
    Object.assign(this.evidence, evidence, { inFlight: this.evidence.inFlight - 1, progress: '', retry: undefined, refused: undefined });
  }

  private note(evidence: Partial<ActionEvidence>): void {
    Object.assign(this.evidence, evidence);
    this.line.changed();
  }
}

function failure(error: EnsembleError, operation: Named | undefined): Partial<ActionEvidence> {
  if (error.code === 'NOT_CONFIGURED') return { unusable: error };
  if (error.code === 'CANCELLED') return {};
  // Any other failure means that the node is configured.
  return { last: { operation, at: Date.now(), outcome: error }, unusable: undefined };
}

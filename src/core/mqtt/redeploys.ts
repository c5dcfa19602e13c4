import type { Scope } from '../scope';

/** Milliseconds between the end of a node and the start of its successor: other nodes may take some time to close. */
const MAX_REDEPLOY = 5000;

/** Nodes that were closed and are expected back at once, with what each selected. */
export class Redeploys<S> {
  private readonly expected = new Map<string, { readonly selection: S; readonly stop: () => void }>();

  constructor(
    private readonly scope: Scope,
    /** A node has come back, or has not in time. */
    private readonly onEnd: () => void,
  ) {}

  get selections(): S[] {
    return [...this.expected.values()].map(({ selection }) => selection);
  }

  begin(nodeId: string, selection: S): void {
    this.expected.set(nodeId, { selection, stop: this.scope.timeout(MAX_REDEPLOY, () => this.end(nodeId)) });
  }

  end(nodeId: string): void {
    this.expected.get(nodeId)?.stop();
    if (this.expected.delete(nodeId)) this.onEnd();
  }
}

import type { Scope } from '../../core/scope';

/** Milliseconds between the end of a node and the start of its successor: other nodes may take some time to close. */
const MAX_REDEPLOY = 5000;

/** Nodes that were closed and are expected back at once, with the device that each selected. */
export class Redeploys {
  private readonly expected = new Map<string, { readonly deviceId: number | undefined; readonly stop: () => void }>();

  constructor(
    private readonly scope: Scope,
    /** A node has come back, or has not in time. */
    private readonly onEnd: () => void,
  ) {}

  get devices(): (number | undefined)[] {
    return [...this.expected.values()].map(({ deviceId }) => deviceId);
  }

  begin(nodeId: string, deviceId: number | undefined): void {
    this.expected.set(nodeId, { deviceId, stop: this.scope.timeout(MAX_REDEPLOY, () => this.end(nodeId)) });
  }

  end(nodeId: string): void {
    this.expected.get(nodeId)?.stop();
    if (this.expected.delete(nodeId)) this.onEnd();
  }
}

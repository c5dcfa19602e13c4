import type { Scope } from '../../core/scope';

/** Milliseconds that may go by between a node's last moment and its successor's first: other nodes may take their time to close. */
const LONGEST = 5000;

/** Nodes that have gone and are expected back at once, with the device that each selected. */
export class Redeploys {
  private readonly expected = new Map<string, { readonly deviceId: number | undefined; readonly stop: () => void }>();

  constructor(
    private readonly scope: Scope,
    /** A node came back, or it is clear that it does not. */
    private readonly onEnd: () => void,
  ) {}

  get devices(): (number | undefined)[] {
    return [...this.expected.values()].map(({ deviceId }) => deviceId);
  }

  begin(nodeId: string, deviceId: number | undefined): void {
    this.expected.set(nodeId, { deviceId, stop: this.scope.timeout(LONGEST, () => this.end(nodeId)) });
  }

  end(nodeId: string): void {
    this.expected.get(nodeId)?.stop();
    if (this.expected.delete(nodeId)) this.onEnd();
  }
}

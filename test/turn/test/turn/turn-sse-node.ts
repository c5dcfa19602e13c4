import type { StreamTiming } from '../../../../src/core/follow/stream';
import { TurnClient } from '../../../../src/vendors/turn/client';
import { start } from '../../../../src/vendors/turn/turn-sse';
import { EventServer } from '../../../kit/event-server';
import { BareEventNode } from '../../../kit/test/kit/bare-event-node';

type TurnSseSettings = Parameters<typeof start>[0]['settings'];

export const HASTY: StreamTiming = { silence: 75_000, standstill: 30_000, reconnect: { first: 4, most: 20 }, settle: 20, stable: 10_000 };

export const deviceAt = (port: number, timing: Partial<StreamTiming> = {}, host = '127.0.0.1'): TurnClient => {
  const settings = { host, port, senderId: 'me' };
  return new TurnClient({ settings, credentials: {}, network: { timeout: 30_000 }, identity: 'x'.repeat(20) }, { ...HASTY, ...timing });
};

/** A turn-sse node without Node-RED, and all that it tells. */
export class TurnSseNode extends BareEventNode {
  private constructor(private readonly settings: TurnSseSettings) {
    super();
  }

  static async start(
    device: TurnClient,
    settings: Partial<TurnSseSettings> = {},
    states?: readonly (readonly [string, unknown])[],
  ): Promise<TurnSseNode> {
    const all: TurnSseSettings = { stream: 'channels', selector: undefined, ignoreOwn: true, initial: false, ...settings };
    const listening = new TurnSseNode(all);
    if (states !== undefined) listening.kept.set('states', listening.memoryOf(states));
    await start(listening.context(device, all));
    return listening;
  }

  /** What it remembers of these states. */
  memoryOf(states: readonly (readonly [string, unknown])[]): object {
    const { stream, selector } = this.settings;
    return { stream, selector, states };
  }

  /** What it remembers of each topic, when it has ended. */
  async remembered(): Promise<ReadonlyMap<string, unknown>> {
    await this.scope.end();
    return new Map((this.kept.get('states') as { states: [string, unknown][] } | undefined)?.states);
  }
}

/** A Turn whose state is what its `read` says. */
export class OpenTurn extends EventServer {
  state(topic: string, state: object, modifiedBy = 'somebody'): void {
    this.say(topic, { modifiedBy, state });
  }
}

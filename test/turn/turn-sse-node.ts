import type { StreamTiming } from '../../src/core/follow/stream';
import { TurnClient } from '../../src/vendors/turn/client';
import { start } from '../../src/vendors/turn/turn-sse';
import { BareEventNode } from '../kit/bare-event-node';
import { EventServer } from '../kit/event-server';
import { FaultServer } from '../kit/fault-server';

type TurnSseSettings = Parameters<typeof start>[0]['settings'];

export const HASTY: StreamTiming = {
  silence: 75_000,
  standstill: 30_000,
  reconnect: { first: 4, most: 20 },
  settle: 20,
  stable: 10_000,
  again: { first: 4, most: 20 },
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

/** A server in a Turn's place, and one node that listens to it. To be made in a `describe`. */
export class TurnSseStage {
  private started: FaultServer | undefined;
  private client: TurnClient | undefined;
  private opened: TurnSseNode | undefined;

  constructor() {
    before(async () => {
      this.started = await FaultServer.start();
    });
    after(() => this.server.close());
    afterEach(async () => {
      await this.opened?.scope.end();
      await this.client?.close();
      this.client = undefined;
      await this.server.heal();
    });
  }

  get server(): FaultServer {
    return this.started as FaultServer;
  }

  get device(): TurnClient {
    return this.client as TurnClient;
  }

  get node(): TurnSseNode {
    return this.opened as TurnSseNode;
  }

  /** What the node's states were. */
  get kinds(): string[] {
    return this.node.states.map(({ is }) => is);
  }

  /** How often the stream had to be tried again. */
  get retries(): number {
    return this.kinds.filter((is) => is === 'retrying').length;
  }

  /** From now on the server is this Turn. */
  serve(read: ConstructorParameters<typeof OpenTurn>[0]): OpenTurn {
    const turn = new OpenTurn(read);
    this.server.always(turn.behaviour);
    return turn;
  }

  /** Starts a node on the device that there is, or on a new one. */
  async listen(
    settings: Parameters<typeof TurnSseNode.start>[1] = {},
    states?: Parameters<typeof TurnSseNode.start>[2],
    timing: Partial<StreamTiming> = {},
    host = '127.0.0.1',
  ): Promise<void> {
    const given = { settings: { host, port: Number(new URL(this.server.url).port), senderId: 'me' }, credentials: {} };
    this.client ??= new TurnClient({ ...given, network: { timeout: 30_000 }, identity: 'x'.repeat(20) }, { ...HASTY, ...timing });
    this.opened = await TurnSseNode.start(this.client, settings, states);
  }
}

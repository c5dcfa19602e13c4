import type { Message } from '../../src/node-red/red';
import { Audit, type MessageOutcome } from './audit';
import { type Behaviour, FaultServer, type Recorded } from './fault-server';
import { type FlowNode, type NodeRed, startNodeRed } from './node-red';
import { type Vendor, well } from './vendor';

/** What a test says of the node under test. */
export interface NodeUnderTest {
  readonly type: string;
  readonly operation?: string;
  readonly parameters?: object;
  readonly [setting: string]: unknown;
}

/**
 * Where most tests of a node take place: Node-RED, a server that takes the vendor's part, and the node with its connection,
 * audited. To be made in a `describe`: it is set up and taken down with its tests.
 */
export class Stage {
  private running: { readonly red: NodeRed; readonly server: FaultServer } | undefined;
  private opened: Audit | undefined;

  constructor(private readonly vendor: Pick<Vendor, 'connection' | 'login'>) {
    before(async () => {
      this.running = { red: await startNodeRed(), server: await FaultServer.start() };
      this.respondWith({ message: 'Success' });
    });
    after(() => this.server.close());
    afterEach(async () => {
      // What a closing node says to a server that is silent takes its time.
      await this.server.heal();
      await (this.opened ? this.close() : this.red.stop());
      await this.server.heal();
    });
  }

  get red(): NodeRed {
    return this.running?.red as NodeRed;
  }

  get server(): FaultServer {
    return this.running?.server as FaultServer;
  }

  get audit(): Audit {
    return this.opened as Audit;
  }

  /** What has been asked for, but for logins. */
  get requests(): Recorded[] {
    return this.server.requests.filter((request) => !this.vendor.login?.isLogin(request));
  }

  /** From now on every login succeeds, and every other request gets this response: a JSON body, or what the server does. */
  respondWith(response: unknown): void {
    this.server.good = well(this.vendor, response);
  }

  /** What happens to the next requests, one each, while logins go well. */
  next(...behaviours: Behaviour[]): void {
    this.server.spared = (request) => this.vendor.login?.isLogin(request) ?? false;
    this.server.next(...behaviours);
  }

  /** The config node, with more settings. */
  connection(more: object = {}): FlowNode {
    return this.vendor.connection(this.server.url, { ...more });
  }

  /** Deploys a node, named `node`, or several with names of their own, with the connection and others; in place of those before. */
  async open(nodes: NodeUnderTest | readonly NodeUnderTest[], settings: object = {}, others: readonly FlowNode[] = []): Promise<Audit> {
    await this.close();
    const connection = this.connection(settings);
    const underTest = [nodes].flat().map((node) => ({ id: 'node', connection: connection.id, ...node }));
    this.opened = await Audit.open(this.red, underTest, [connection, ...others]);
    return this.opened;
  }

  /** Gives the node (the first, where there are several) a message and waits until it has ended. */
  run(msg: Message, node?: string): Promise<MessageOutcome> {
    return this.audit.run(msg, node);
  }

  private async close(): Promise<void> {
    const { opened } = this;
    this.opened = undefined;
    await opened?.close();
  }
}

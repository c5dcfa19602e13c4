import type { EventEmitter } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Message, NodeConfig, RuntimeNode } from '../../src/node-red/red';
import {
  adminAuth,
  type Embedded,
  forgetSessions,
  type Hooks,
  KIT_NODES,
  type LogEntry,
  loadNodeRed,
  mount,
  type NodeSet,
  PACKAGE,
  PASSWORD,
  type RawLog,
  readLog,
  VERSION,
  writeTestPanels,
} from './embedded';
import { reservedPort } from './ports';
import { ROOT } from './root';
import { timeless } from './timeless';
import { until, within } from './within';

export { PASSWORD, VERSION } from './embedded';
export { ROOT } from './root';

export type DeployType = 'full' | 'nodes' | 'flows';
export type FlowNode = Omit<NodeConfig, 'id'> & { id: string; z?: string; credentials?: Record<string, string> };
export type ShownStatus = { fill?: string; shape?: string; text?: string };
export type User = 'admin' | 'reader' | 'deployer' | 'gatekeeper' | 'nobody';

export interface NodeRedOptions {
  /**
   * Users must log in: `admin` (all permissions), `reader` (`read` only), `deployer` (what a deploy takes), `gatekeeper` (much, but
   * not that). Default: no login.
   */
  readonly adminAuth?: boolean;
  /** Default `/`. */
  readonly httpAdminRoot?: string;
  /** Default `/`. */
  readonly httpNodeRoot?: string | false;
  /** More of Node-RED's settings.js. */
  readonly settings?: Readonly<Record<string, unknown>>;
}

const CODE_EDITOR = VERSION === 4 ? 'ace' : 'monaco';

let running: { red: NodeRed; options: string } | undefined;

/**
 * A real Node-RED in this process, with this package and the kit's nodes loaded. There can be only one at a time, and
 * starting takes a second or two: who asks with the same options gets the running one, emptied.
 */
export async function startNodeRed(options: NodeRedOptions = {}): Promise<NodeRed> {
  const wanted = JSON.stringify(options);
  if (running?.options === wanted) {
    await running.red.stop();
    running.red.forget();
    return running.red;
  }
  await running?.red.shutdown();
  const red = await NodeRed.launch(options);
  running = { red, options: wanted };
  return red;
}

// Whatever is still running ends with the last test.
if (typeof after === 'function') after(() => running?.red.shutdown());

export class NodeRed {
  readonly version = VERSION;
  readonly logs: LogEntry[] = [];
  /** Every status of every node, in order. */
  readonly statuses: { id: string; status: ShownStatus }[] = [];
  /** Address of the editor and of the admin API, without a slash at the end. */
  readonly url: string;
  /** Address of the HTTP root of the flows, without a slash at the end. */
  readonly httpUrl: string;
  private readonly tokens = new Map<User, string>();

  private constructor(
    private readonly embedded: Embedded,
    readonly server: Server,
    readonly userDir: string,
    private readonly options: NodeRedOptions,
  ) {
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    this.url = origin + trimmed(options.httpAdminRoot ?? '');
    this.httpUrl = origin + trimmed(options.httpNodeRoot || '');
  }

  static async launch(options: NodeRedOptions, userDir = mkdtempSync(join(tmpdir(), 'ensemble-node-red-'))): Promise<NodeRed> {
    const link = join(userDir, 'node_modules', PACKAGE);
    mkdirSync(dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(ROOT, link);
    writeTestPanels();
    const embedded = loadNodeRed();
    // Longer than anybody leaves a connection alone: fetch must not send on one that is just being closed.
    const server = createServer({ keepAliveTimeout: 120_000 });
    // The same for each Node-RED of this process: a browser then knows the editor's scripts already.
    await listen(server, await reservedPort());
    const red = new NodeRed(embedded, server, userDir, options);
    const settings = red.settings();
    embedded.init(server, settings);
    server.on('request', mount(embedded, { admin: settings.httpAdminRoot, node: settings.httpNodeRoot }));
    embedded.events.on('node-status', ({ id, status }: { id: string; status: ShownStatus }) => red.statuses.push({ id, status }));
    const started = red.started();
    try {
      await embedded.start();
      await within(150_000, 'Node-RED did not start', started);
    } catch (error) {
      // The next one needs the port.
      server.close().closeAllConnections();
      throw error;
    }
    return red;
  }

  /** Deploys as the editor does, and waits until the flows run. */
  async deploy(flows: readonly FlowNode[], type: DeployType = 'full'): Promise<void> {
    const started = this.started();
    const response = await this.admin('/flows', {
      method: 'POST',
      body: flows.map(placed),
      headers: { 'Node-RED-Deployment-Type': type },
    });
    if (!response.ok) throw new Error(`deploy was answered with HTTP ${response.status}: ${await response.text()}`);
    const problem = await within(150_000, 'the flows did not start', started);
    if (problem) throw new Error(problem);
  }

  /** The flows as the editor would export them. */
  async flows(): Promise<FlowNode[]> {
    return (await this.admin('/flows')).json() as Promise<FlowNode[]>;
  }

  /** A request to the admin API; the path begins after `httpAdminRoot`. */
  async admin(path: string, request: AdminRequest = {}): Promise<Response> {
    const { method = 'GET', body, headers = {}, user = 'admin', signal } = request;
    const token = this.options.adminAuth && user !== 'nobody' ? await this.token(user) : undefined;
    return fetch(this.url + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    });
  }

  /** The running instance of a node, if it has one. */
  instance(id: string): RuntimeNode | null {
    return this.embedded.nodes.getNode(id);
  }

  node(id: string): RuntimeNode {
    const node = this.instance(id);
    if (!node) throw new Error(`no node "${id}" is running`);
    return node;
  }

  /** Gives a message to a node, as a wire would. Returns its id. */
  inject(id: string, msg: Message): string {
    msg._msgid ??= Math.random().toString(16).slice(2);
    (this.node(id) as RuntimeNode & { receive(msg: Message): void }).receive(msg);
    return msg._msgid;
  }

  /** Waits until the newest status of a node is the one wanted, whatever its time. */
  async status(id: string, wanted: ShownStatus): Promise<ShownStatus> {
    const newest = () => this.statuses.findLast((entry) => entry.id === id)?.status;
    const isWanted = (status: ShownStatus | undefined) =>
      status !== undefined && Object.entries(wanted).every(([key, value]) => timeless(status)[key as keyof ShownStatus] === value);
    return (await until(`status of ${id} like ${JSON.stringify(wanted)}`, newest, isWanted)) as ShownStatus;
  }

  /** The node sets (one for each file) that Node-RED found. */
  get nodeSets(): NodeSet[] {
    return this.embedded.nodes.getNodeList();
  }

  get hooks(): Hooks {
    return this.embedded.hooks;
  }

  get events(): EventEmitter {
    return this.embedded.events;
  }

  /** Where the nodes register their routes. */
  get apps(): { admin: RequestListener; node: RequestListener } {
    return { admin: this.embedded.runtime.httpAdmin, node: this.embedded.httpNode };
  }

  forget(): void {
    this.logs.length = 0;
    this.statuses.length = 0;
  }

  /** Ends all flows. Node-RED itself stays for the next who asks for one with the same options. */
  async stop(): Promise<void> {
    await this.deploy([]);
  }

  /** Ends Node-RED, and starts it anew with what it has saved. */
  async restart(): Promise<NodeRed> {
    const wanted = running?.red === this ? running.options : undefined;
    await this.end();
    const red = await NodeRed.launch(this.options, this.userDir);
    if (wanted !== undefined) running = { red, options: wanted };
    return red;
  }

  /** Ends Node-RED. */
  async shutdown(): Promise<void> {
    if (running?.red === this) running = undefined;
    await this.end();
    rmSync(this.userDir, { recursive: true, force: true });
  }

  private async end(): Promise<void> {
    await this.embedded.stop();
    if (this.options.adminAuth) await forgetSessions();
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Resolves when the flows run, or with the reason why they cannot. */
  private started(): Promise<string | undefined> {
    const { events } = this;
    return new Promise((resolve) => {
      const end = (problem?: string) => {
        events.off('flows:started', onStart);
        events.off('runtime-event', onState);
        resolve(problem);
      };
      const onStart = () => end();
      const onState = ({ id, payload }: { id: string; payload?: { error?: string; types?: string[] } }) => {
        if (id === 'runtime-state' && payload?.error) end(`${payload.error}: ${payload.types?.join(', ')}`);
      };
      events.on('flows:started', onStart);
      events.on('runtime-event', onState);
    });
  }

  private async token(user: User): Promise<string> {
    const known = this.tokens.get(user);
    if (known) return known;
    const body = { client_id: 'node-red-admin', grant_type: 'password', scope: '', username: user, password: PASSWORD };
    const response = await fetch(`${this.url}/auth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const { access_token } = (await response.json()) as { access_token: string };
    this.tokens.set(user, access_token);
    return access_token;
  }

  private settings() {
    const capture = { level: 'trace', metrics: false, audit: false, handler: () => (entry: RawLog) => this.logs.push(readLog(entry)) };
    return {
      userDir: this.userDir,
      flowFile: 'flows.json',
      credentialSecret: 'ensemble-kit',
      nodesDir: [KIT_NODES],
      uiHost: '127.0.0.1',
      uiPort: (this.server.address() as AddressInfo).port,
      httpAdminRoot: `${trimmed(this.options.httpAdminRoot ?? '')}/`,
      httpNodeRoot: this.options.httpNodeRoot === false ? (false as const) : `${trimmed(this.options.httpNodeRoot ?? '')}/`,
      // Node-RED has two editors for code: Monaco, and Ace where there is no mouse. What knows only one shows in the other.
      editorTheme: { tours: false, projects: { enabled: false }, palette: { catalogues: [] }, codeEditor: { lib: CODE_EDITOR } },
      telemetry: { enabled: false, updateNotification: false },
      logging: { capture },
      ...(this.options.adminAuth && { adminAuth }),
      ...this.options.settings,
    };
  }
}

export interface AdminRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly signal?: AbortSignal;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** Who asks, where a login is needed. Default `admin`. */
  readonly user?: User;
}

/** Node-RED tells a node from a config node by its place on the canvas, which a test does not care for. */
const placed = (node: FlowNode): FlowNode => (node.wires ? { x: 0, y: 0, ...node } : node);

const listen = (server: Server, on: number): Promise<void> =>
  new Promise((resolve, reject) => void server.once('error', reject).listen(on, '127.0.0.1', resolve));

const trimmed = (root: string): string => root.replace(/\/+$/, '');

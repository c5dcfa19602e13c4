import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { WebSocket } from 'undici';
import { PACKAGE, VERSION } from './embedded';
import type { FlowNode, ShownStatus } from './node-red';
import { freePort } from './ports';
import { Program } from './program';
import { ROOT } from './root';
import { until } from './within';

export interface PlainOptions {
  /** Overrides of the settings that Node-RED itself writes into a new user directory, by their path such as `httpAdminRoot`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Of an earlier run: with its flows, credentials and files. Default: a new one. */
  readonly userDir?: string;
  /** Of the process, beside those of this one. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: any free one. */
  readonly port?: number;
  /** Whether this package is in the user directory when it starts. Default true. */
  readonly installed?: boolean;
}

/** What a debug node showed in the sidebar. */
export interface Shown {
  /** Of the debug node. */
  readonly id: string;
  readonly msg: Readonly<Record<string, unknown>>;
}

type WantedStatus = Omit<ShownStatus, 'text'> & { readonly text?: string | RegExp };

/**
 * Node-RED as people install it: its own `red.js` in a process of its own, with the settings file that it writes itself, and
 * this package in the user directory. It is seen as an editor sees it: by statuses and by debug nodes (`complete: "true"`).
 */
export class PlainNodeRed {
  /** The newest status of each node. */
  readonly statuses = new Map<string, ShownStatus>();
  readonly shown: Shown[] = [];
  private comms: WebSocket | undefined;

  private constructor(
    readonly program: Program,
    readonly userDir: string,
    private readonly port: number,
    private readonly roots: { readonly admin: string; readonly node: string },
  ) {}

  /**
   * Whether a context store in files has the text. Node-RED writes beside a file and renames: what is half written may go.
   */
  hasWritten(text: string): boolean {
    const folder = join(this.userDir, 'context');
    if (!existsSync(folder)) return false;
    const files = readdirSync(folder, { withFileTypes: true, recursive: true }).filter(
      (entry) => entry.isFile() && entry.name.endsWith('.json'),
    );
    return files.some(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8').includes(text));
  }

  static async start({ settings = {}, userDir, env = {}, port, installed = true }: PlainOptions = {}): Promise<PlainNodeRed> {
    const folder = userDir ?? mkdtempSync(join(tmpdir(), 'ensemble-plain-'));
    const link = join(folder, 'node_modules', PACKAGE);
    mkdirSync(dirname(link), { recursive: true });
    if (installed && !existsSync(link)) symlinkSync(ROOT, link);
    const chosen = port ?? (await freePort());
    const defines = Object.entries({ uiHost: '127.0.0.1', telemetry: { enabled: false }, ...settings }).flatMap(([path, value]) => [
      '-D',
      `${path}=${JSON.stringify(value)}`,
    ]);
    const args = [join(ROOT, `node_modules/node-red-${VERSION}/red.js`), '--userDir', folder, '--port', String(chosen), ...defines];
    const program = new Program(process.execPath, args, { env: { ...process.env, ...env } });
    const root = (name: string) => String(settings[name] ?? '').replace(/\/$/, '');
    const red = new PlainNodeRed(program, folder, chosen, { admin: root('httpAdminRoot'), node: root('httpNodeRoot') });
    // As early as it can be: what a flow does at its start is seen, too, unless it is very quick.
    await program.says('Server now running', 120_000);
    await red.watch();
    await program.says('Started flows', 120_000);
    return red;
  }

  /** Address of the editor and of the admin API, without a slash at the end. */
  get url(): string {
    return `http://127.0.0.1:${this.port}${this.roots.admin}`;
  }

  /** Address of the HTTP root of the flows, without a slash at the end. */
  get httpUrl(): string {
    return `http://127.0.0.1:${this.port}${this.roots.node}`;
  }

  /** What is in the log. */
  get output(): string {
    return this.program.output;
  }

  /** Deploys as the editor does; credentials stand with their node. */
  async deploy(flow: readonly FlowNode[], type: 'full' | 'nodes' | 'flows' = 'full'): Promise<void> {
    const started = this.output.length;
    const response = await fetch(`${this.url}/flows`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'Node-RED-Deployment-Type': type },
      body: JSON.stringify([{ id: 'tab', type: 'tab', label: 'test' }, ...flow.map((node) => ({ ...placeOf(node), ...node }))]),
    });
    if (!response.ok) throw new Error(`deploy was answered with HTTP ${response.status}: ${await response.text()}`);
    await until('the flows run', () => /Started (modified )?(flows|nodes)/.test(this.output.slice(started)));
  }

  /** Waits until the newest status of a node is the one wanted. */
  async status(id: string, { text, ...wanted }: WantedStatus, ms?: number): Promise<ShownStatus> {
    const isText = (shown = '') => text === undefined || (text instanceof RegExp ? text.test(shown) : text === shown);
    const isWanted = (status: ShownStatus | undefined) =>
      status !== undefined &&
      Object.entries(wanted).every(([key, value]) => status[key as keyof ShownStatus] === value) &&
      isText(status.text);
    const like = `${JSON.stringify(wanted)} ${text ?? ''}`;
    return (await until(`status of ${id} like ${like}`, () => this.statuses.get(id), isWanted, ms)) as ShownStatus;
  }

  /** Waits for what a debug node shows, and returns all of it. */
  async shows(id: string, count = 1, ms?: number): Promise<Shown['msg'][]> {
    const all = () => this.shown.filter((entry) => entry.id === id).map(({ msg }) => msg);
    return until(`${count} messages at ${id}`, all, ({ length }) => length >= count, ms);
  }

  /** What a log node has been given in the life of this process, also before anybody looked. */
  logged(id: string): Shown['msg'][] {
    const mark = `[function:${id}] ${LOGGED}`;
    const lines = this.output.split('\n').slice(0, -1);
    return lines.flatMap((line) => (line.includes(mark) ? [JSON.parse(line.slice(line.indexOf(mark) + mark.length)) as Shown['msg']] : []));
  }

  /** As a shutdown does it. The user directory stays. */
  async stop(): Promise<void> {
    this.comms?.close();
    this.program.interrupt();
    await this.program.ended;
  }

  /** As a power cut does it. The user directory stays. */
  async kill(): Promise<void> {
    this.comms?.close();
    this.program.kill();
    await this.program.ended;
  }

  /** Ends it, and takes its user directory away. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.userDir, { recursive: true, force: true });
  }

  /** Listens as an open editor does. */
  private async watch(): Promise<void> {
    const comms = new WebSocket(`${this.url.replace('http', 'ws')}/comms`);
    this.comms = comms;
    await new Promise((resolve, reject) => {
      comms.addEventListener('open', resolve);
      comms.addEventListener('error', reject);
    });
    comms.addEventListener('message', ({ data }) => {
      for (const event of [JSON.parse(String(data))].flat() as { topic: string; data: never }[]) this.take(event.topic, event.data);
    });
    for (const topic of ['status/#', 'debug']) comms.send(JSON.stringify({ subscribe: topic }));
  }

  private take(topic: string, data: unknown): void {
    if (topic.startsWith('status/')) this.statuses.set(topic.slice('status/'.length), data as ShownStatus);
    if (topic !== 'debug') return;
    const { id, format, msg } = data as { id: string; format: string; msg: string };
    if (/object/i.test(format)) this.shown.push({ id, msg: JSON.parse(msg) as Shown['msg'] });
  }
}

/** Config nodes stand on no tab. */
const placeOf = ({ type, wires }: FlowNode): object => (wires === undefined && type !== 'group' ? {} : { z: 'tab', x: 100, y: 100 });

const LOGGED = 'message ';

/** Writes whole messages to the log. An editor sees nothing of what happens before it is there, as at a start. */
export const logNode = (id: string): FlowNode => ({
  id,
  type: 'function',
  func: `node.warn('${LOGGED}' + JSON.stringify(msg));`,
  wires: [[]],
});

/** A debug node that shows whole messages. */
export const debugNode = (id: string): FlowNode => ({
  id,
  type: 'debug',
  active: true,
  tosidebar: true,
  complete: 'true',
  targetType: 'full',
  wires: [],
});

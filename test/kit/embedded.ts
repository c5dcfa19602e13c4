import type { EventEmitter } from 'node:events';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import type { Message, RuntimeNode } from '../../src/node-red/red';
import { takeFileByFile } from './file-by-file';

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

/** The Node-RED that this process tests: 4 (4.1) or 5, by ENSEMBLE_NODE_RED or by what this Node can run. */
export const VERSION = Number(process.env.ENSEMBLE_NODE_RED ?? (major > 22 || (major === 22 && minor >= 9) ? 5 : 4));

export const PACKAGE = '@ensemble-flows/node-red-ensemble';
export const KIT_NODES = join(__dirname, 'nodes');

/** What the kit uses of Node-RED when it runs inside another program. */
export interface Embedded {
  init(server: Server, settings: Record<string, unknown>): void;
  start(): Promise<void>;
  stop(): Promise<void>;
  readonly httpAdmin: RequestListener | null;
  readonly httpNode: RequestListener;
  readonly runtime: { readonly httpAdmin: RequestListener };
  readonly events: EventEmitter;
  readonly hooks: Hooks;
  readonly nodes: { getNode(id: string): RuntimeNode | null; getNodeList(): NodeSet[] };
}

export interface NodeSet {
  readonly id: string;
  readonly name: string;
  readonly module: string;
  readonly types: readonly string[];
  readonly enabled: boolean;
  readonly err?: unknown;
}

/** https://nodered.org/docs/api/hooks/messaging/ */
export interface Hooks {
  add(name: 'onReceive.kit', handler: (event: { msg: Message; destination: { id: string; node: RuntimeNode } }) => void): void;
  add(
    name: `onComplete.${string}`,
    handler: (event: { msg: Message; error?: unknown; node: { id: string; node: RuntimeNode } }) => void,
  ): void;
  add(name: 'onSend.kit', handler: (events: { msg: Message; source: { id: string; node: RuntimeNode } }[]) => void): void;
  remove(name: string): void;
}

export interface LogEntry {
  readonly level: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
  readonly text: string;
  /** The node that logged, where it was one. */
  readonly id: string | undefined;
  readonly type: string | undefined;
}

/** A fresh Node-RED: its modules keep state from one start to the next. */
export function loadNodeRed(): Embedded {
  takeFileByFile();
  for (const file of Object.keys(require.cache)) if (/[\\/](@node-red|node-red-[45])[\\/]/.test(file)) delete require.cache[file];
  return require(`node-red-${VERSION}`) as Embedded;
}

/** What Node-RED itself would load. */
const nodeRedRequire = createRequire(require.resolve(`node-red-${VERSION}`));

/** Node-RED keeps a timer for the sessions that it has given out, for a week, even when it has stopped. */
export async function forgetSessions(): Promise<void> {
  const tokens = nodeRedRequire('@node-red/editor-api/lib/auth/tokens') as {
    init(settings: object, storage: { getSessions(): Promise<object> }): Promise<void>;
    get(token: string): Promise<unknown>;
  };
  await tokens.init({}, { getSessions: () => Promise.resolve({}) });
  await tokens.get('');
}

/** Admin API and flows under their roots, as Node-RED's own command does it. */
export function mount(embedded: Embedded, roots: { admin: string; node: string | false }): Express {
  const app = (nodeRedRequire('express') as () => Express)();
  if (embedded.httpAdmin) app.use(roots.admin, embedded.httpAdmin);
  if (roots.node !== false) app.use(roots.node, embedded.httpNode);
  return app;
}

export type Express = RequestListener & { use(root: string, app: RequestListener): void };

/** Node-RED wants a panel beside each node; the kit's nodes need no more than to be known. */
export function writeTestPanels(): void {
  for (const file of readdirSync(KIT_NODES).filter((name) => name.endsWith('.js'))) {
    const type = basename(file, '.js');
    const definition = `{ category: 'kit', defaults: { name: { value: '' } }, inputs: 1, outputs: 1, label: '${type}' }`;
    const panel = join(KIT_NODES, `${type}.html`);
    const text = `<script type="text/html" data-template-name="${type}"></script>\n<script>RED.nodes.registerType('${type}', ${definition})</script>\n`;
    if (existsSync(panel) && readFileSync(panel, 'utf8') === text) continue;
    // Other processes may read it now: it is there as a whole, or not at all.
    writeFileSync(`${panel}.${process.pid}`, text);
    renameSync(`${panel}.${process.pid}`, panel);
  }
}

export interface RawLog {
  readonly level: number;
  readonly msg: unknown;
  readonly id?: string;
  readonly type?: string;
}

const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
export const readLog = ({ level, msg, id, type }: RawLog): LogEntry => ({
  level: LEVELS[level / 10 - 1] ?? 'trace',
  text: msg instanceof Error ? (msg.stack ?? String(msg)) : typeof msg === 'string' ? msg : JSON.stringify(msg),
  id,
  type,
});

/** Of all users. */
export const PASSWORD = 'kit-password';
const PERMISSIONS: Readonly<Record<string, string | string[]>> = {
  admin: '*',
  reader: 'read',
  deployer: ['flows.read', 'flows.write'],
  gatekeeper: ['flows.read', 'nodes.write', 'sonata-gateway.write'],
};
const user = (username: string) => {
  const permissions = PERMISSIONS[username];
  return Promise.resolve(permissions ? { username, permissions } : null);
};
/** The setting of that name. */
export const adminAuth = {
  type: 'credentials',
  users: user,
  authenticate: (username: string, password: string) => (password === PASSWORD ? user(username) : Promise.resolve(null)),
};

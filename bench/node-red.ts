import type { EventEmitter } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Message, NodeConfig, RuntimeNode } from '../src/node-red/red';

export const ROOT = join(__dirname, '../..');
export const NODE_RED_VERSION: string = require('node-red-4/package.json').version;
/** What Node-RED itself would load. */
export const nodeRedRequire = createRequire(require.resolve('node-red-4'));

type FlowNode = Omit<NodeConfig, 'id'> & { id: string };
interface HookEvent {
  readonly node?: { readonly id: string };
  readonly destination?: { readonly id: string };
}

interface Embedded {
  init(settings: Record<string, unknown>): void;
  start(): Promise<void>;
  readonly events: EventEmitter;
  readonly hooks: { add(name: string, handler: (event: HookEvent) => void): void };
  readonly nodes: {
    createNode(node: RuntimeNode, config: NodeConfig): void;
    getNode(id: string): RuntimeNode | null;
    registerType(set: string, type: string, build: (this: Light, config: NodeConfig) => void): void;
  };
}

/** The lightest node there can be. */
export interface Light extends RuntimeNode {
  take(msg: Message): void;
}

/** Starts a Node-RED without editor in this process, with this package and a flow; `light` is a type of node too. */
export async function startNodeRed(flow: readonly FlowNode[], { withPackage = true } = {}): Promise<Embedded> {
  const userDir = mkdtempSync(join(tmpdir(), 'ensemble-bench-'));
  process.on('exit', () => rmSync(userDir, { recursive: true, force: true }));
  const link = join(userDir, 'node_modules', '@ensemble-flows/node-red-ensemble');
  mkdirSync(dirname(link), { recursive: true });
  if (withPackage) symlinkSync(ROOT, link);
  const placed = flow.map(({ credentials: _, ...node }) => (node.wires ? { x: 0, y: 0, z: 'tab', ...node } : node));
  writeFileSync(join(userDir, 'flows.json'), JSON.stringify([{ id: 'tab', type: 'tab' }, ...placed]));
  // Node-RED reads them although they are not encrypted yet.
  writeFileSync(
    join(userDir, 'flows_cred.json'),
    JSON.stringify(Object.fromEntries(flow.map(({ id, credentials = {} }) => [id, credentials]))),
  );

  const embedded = require('node-red-4') as Embedded;
  embedded.init({
    userDir,
    flowFile: 'flows.json',
    httpAdminRoot: false,
    credentialSecret: 'ensemble-bench',
    logging: { bench: { level: 'error', metrics: false, audit: false, handler: () => failed } },
  });
  const started = new Promise((resolve) => embedded.events.once('flows:started', resolve));
  embedded.nodes.registerType('bench/light', 'light', function (this: Light, config) {
    embedded.nodes.createNode(this, config);
    this.on('input', (msg, _send, done) => {
      this.take(msg);
      done();
    });
  });
  await embedded.start();
  await started;
  return embedded;
}

/** A flow that fails measures nothing. */
function failed({ msg }: { msg: unknown }): never {
  console.error(msg);
  process.exit(1);
}

/** The light node of that id. */
export function lightOf({ nodes }: Embedded, id: string): Light {
  const light = nodes.getNode(id);
  if (light?.type !== 'light') throw new Error(`no light node "${id}" is running`);
  return light as Light;
}

/** A light node that sends what it is told to, and another behind it, which takes it. */
export async function lightPair(take: (msg: Message) => void): Promise<Light> {
  const nodeRed = await startNodeRed([
    { id: 'light', type: 'light', wires: [['next']] },
    { id: 'next', type: 'light', wires: [[]] },
  ]);
  lightOf(nodeRed, 'next').take = take;
  return lightOf(nodeRed, 'light');
}

/** Waits until a node says that it receives. */
export const live = ({ events }: Embedded, id: string): Promise<void> =>
  new Promise((resolve) => {
    const onStatus = (told: { id: string; status: { fill?: string } }) => {
      if (told.id !== id || told.status.fill !== 'green') return;
      events.off('node-status', onStatus);
      resolve();
    };
    events.on('node-status', onStatus);
  });

import { deepEqual } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type FlowNode, type NodeRed, ROOT, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';
import { freePorts } from './ports';
import { press, read } from './simulated';

const FOLDER = join(ROOT, 'examples');

export const exampleVendors = readdirSync(FOLDER).sort();
export const exampleFilesOf = (vendor: string): string[] => readdirSync(join(FOLDER, vendor)).sort();
/** All of them as `npm start` deploys them. */
export async function mergedExamples(): Promise<FlowNode[]> {
  const { exampleFlows } = (await import(pathToFileURL(join(ROOT, 'scripts/example-flows.mjs')).href)) as {
    exampleFlows(folder: string): FlowNode[];
  };
  return exampleFlows(FOLDER);
}
export const load = (vendor: string, file: string, from = FOLDER): FlowNode[] => JSON.parse(readFileSync(join(from, vendor, file), 'utf8'));

/** Deploys nodes of examples as they are, but for the ports: another test may have those. Returns the simulator's address. */
export async function deployExamples(red: NodeRed, nodes: readonly FlowNode[]): Promise<string> {
  const { port, mqttPort } = await freePorts();
  const text = JSON.stringify(nodes).replaceAll('18800', String(port)).replaceAll('18830', String(mqttPort));
  await red.deploy(JSON.parse(text) as FlowNode[]);
  return `http://127.0.0.1:${port}`;
}

/** Seconds; the least that all of them take. */
const OFTEN = 5;
const POLLS = new Set(['thing-alerts', 'thing-messages', 'thingsquare-events', 'twinkly-status-poll']);

/** The same, with polls that come sooner than a person would want them. */
export const pollingOften = (nodes: readonly FlowNode[]): FlowNode[] =>
  nodes.map((node) => (POLLS.has(String(node.type)) ? { ...node, interval: OFTEN } : node));

/** What our nodes complained of. */
export const complaints = (red: NodeRed): string[] =>
  red.logs.filter(({ level, id }) => id && (level === 'error' || level === 'warn')).map(({ text }) => text);

/**
 * Where flows of a vendor run as imported; by default our examples, whose polls come often. To be made in a `describe`: after each
 * test, no node may have complained.
 */
export class ExampleStage {
  /** What the nodes may complain of in this test. */
  expected: RegExp | undefined;
  /** Of the simulator. */
  address = '';
  private running: NodeRed | undefined;
  /** Of each node, the place of the status that was last waited for. */
  private readonly waitedFor = new Map<string, number>();

  /** @param from a folder with a folder for each vendor, whose flows run as they are; default: the examples */
  constructor(
    private readonly folder: string,
    private readonly from?: string,
  ) {
    afterEach(async () => {
      const said = complaints(this.red).filter((text) => !this.expected?.test(text));
      this.expected = undefined;
      await this.red.stop();
      deepEqual(said, []);
    });
  }

  get red(): NodeRed {
    return this.running as NodeRed;
  }

  /** Deploys examples, and waits for their simulator. */
  async run(...files: string[]): Promise<void> {
    this.running = await startNodeRed();
    this.waitedFor.clear();
    const nodes = files.flatMap((file) => this.load(file));
    this.address = await deployExamples(this.red, this.from ? nodes : pollingOften(nodes));
    await until('the simulator', () => fetch(this.address).catch(() => undefined));
  }

  load(file: string): FlowNode[] {
    return load(this.folder, file, this.from);
  }

  /** The id of the node of a name, in a file. */
  idOf(file: string, name: string): string {
    return this.load(file).find((node) => node.name === name)?.id ?? '';
  }

  /**
   * Waits for a status whose text fits, at the node of a name: one that comes with or after the last that was waited for there, also
   * where the next has followed it at once. @returns the text
   */
  async shows(file: string, name: string, wanted: RegExp): Promise<string> {
    const id = this.idOf(file, name);
    const since = this.waitedFor.get(id) ?? 0;
    const shown = () => this.red.statuses.map((one, index) => ({ ...one, index })).filter((one) => one.id === id && one.index >= since);
    const fitting = (all: ReturnType<typeof shown>) => all.find(({ status }) => wanted.test(status.text ?? ''));
    const found = fitting(await until(`${name} shows ${wanted}`, shown, (all) => fitting(all) !== undefined));
    this.waitedFor.set(id, found?.index ?? 0);
    return found?.status.text ?? '';
  }

  /** What the button of an inject node does, in the editor. */
  press(file: string, name: string): void {
    this.red.inject(this.idOf(file, name), {});
  }

  /** What a person does on the device page. @returns the status of the response */
  act(action: string, input: object): Promise<number> {
    return press(this, this.folder.toLowerCase(), action, input);
  }

  read(): ReturnType<typeof read> {
    return read(this.address);
  }
}

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Message } from '../../src/node-red/red';
import { startNodeRed } from '../kit/node-red';
import { ROOT } from '../kit/root';
import { until } from '../kit/within';
import { ExampleStage } from '../simulators/example-flows';

/** The examples of release 0.1.0. Flows like these run in buildings: the files are not to be changed. */
export const SAVED = join(ROOT, 'test/saved/0.1.0');

export const savedVendors = readdirSync(SAVED).sort();
export const savedFilesOf = (vendor: string): string[] => readdirSync(join(SAVED, vendor)).sort();

/** Where they run. To be made in a `describe`. */
export class SavedStage extends ExampleStage {
  /** What reached each node, by the node's id. */
  private readonly reached = new Map<string, Message[]>();

  constructor(vendor: string) {
    super(vendor, SAVED);
    afterEach(() => {
      this.red.hooks.remove('onReceive.kit');
      this.reached.clear();
    });
  }

  override async run(...files: string[]): Promise<void> {
    const debugs = new Set(
      files
        .flatMap((file) => this.load(file))
        .filter(({ type }) => type === 'debug')
        .map(({ id }) => id),
    );
    const { hooks } = await startNodeRed();
    hooks.remove('onReceive.kit');
    hooks.add('onReceive.kit', ({ msg, destination: { id } }) => {
      if (debugs.has(id)) this.reached.set(id, [...(this.reached.get(id) ?? []), structuredClone(msg)]);
    });
    await super.run(...files);
    await until('the state of the simulated devices', () => this.read().catch(() => undefined));
  }

  /** What has reached the debug node of a name. */
  shown(file: string, name: string): readonly Message[] {
    return this.reached.get(this.idOf(file, name)) ?? [];
  }
}

import { deepEqual, ok } from 'node:assert/strict';
import { type Editor, openEditor } from '../kit/editor';
import { type FlowNode, type NodeRed, startNodeRed, VERSION } from '../kit/node-red';
import { until } from '../kit/within';
import { SAVED, savedFilesOf, savedVendors } from '../saved/saved-flows';
import { deployExamples, load, mergedExamples } from '../simulators/example-flows';

// What the functions given to `evaluate` find in the page.
declare const RED: { nodes: { node(id: string): { changed?: boolean }; dirty(): boolean } };
declare const document: { querySelectorAll(selector: string): Iterable<{ textContent: string }> };

const OWN = /^(ensemble-simulator|(sonata|thing|thingsee|thingsquare|turn|twinkly)-.*)$/;

/** What a flow of the release before does not have. */
const withoutLabels = ({ labels, ...node }: FlowNode): FlowNode => node as FlowNode;

describe(`a panel that is opened and left with Done, on Node-RED ${VERSION}`, () => {
  let red: NodeRed;
  let editor: Editor;
  let examples: FlowNode[];
  const saved = savedVendors.flatMap((vendor) => savedFilesOf(vendor).flatMap((file) => load(vendor, file, SAVED)));

  before(async () => {
    red = await startNodeRed();
    examples = await mergedExamples();
    const address = await deployExamples(red, [...examples.map(withoutLabels), ...saved]);
    await until('the simulator', () => fetch(address).catch(() => undefined));
    editor = await openEditor(red);
  });
  after(async () => {
    await editor.close();
    await red.stop();
  });

  /** Waits until no list is being loaded any more, and returns what stands below the rows. */
  async function notes(): Promise<string> {
    await editor.page.waitForFunction(() => [...document.querySelectorAll('.ensemble-note[data-kind="busy"]')].length === 0);
    return (await editor.page.locator('.ensemble-note').allTextContents()).join('\n');
  }

  /** Opens each of some nodes, and leaves it with Done. @returns which have changed, with what stood below the rows of each */
  async function visit(some: readonly FlowNode[]): Promise<{ changed: string[]; said: string[] }> {
    const [changed, said]: [string[], string[]] = [[], []];
    for (const { id, type, name } of some) {
      await editor.open(id);
      said.push(await notes());
      await editor.save();
      if (await editor.page.evaluate((wanted) => RED.nodes.node(wanted).changed, id)) changed.push(`${type} ${name ?? id}`);
    }
    return { changed, said };
  }

  const own = (all: readonly FlowNode[]) => all.filter(({ type }) => OWN.test(String(type)));
  /** One for each type and operation. */
  const ofEachKind = (all: readonly FlowNode[]) => [...new Map(all.map((node) => [`${node.type} ${node.operation}`, node])).values()];

  it('leaves each node of the examples as it is; and their names are those of the lists', async () => {
    const all = own(examples);
    const some = [...new Set([...ofEachKind(all), ...all.filter(({ labels }) => labels !== undefined)])];
    ok(some.length > 30);
    const { changed, said } = await visit(some);
    const unknown = some.flatMap(({ type, name, labels = {} }, index) =>
      Object.values(labels as Record<string, Record<string, string>>)
        .flatMap((ids) => Object.values(ids))
        .filter((one) => !said[index]?.includes(one.replace(/ \([^)]*\)$/, '')))
        .map((one) => `${one} in ${type} ${name}: ${said[index]}`),
    );
    deepEqual([changed, unknown], [[], []]);
    deepEqual(await editor.page.evaluate(() => RED.nodes.dirty()), false);
  });

  it('leaves each node of flows saved with 0.1.0 as it is', async () => {
    const some = ofEachKind(own(saved));
    ok(some.length > 20, `${some.length} kinds`);
    deepEqual((await visit(some)).changed, []);
    deepEqual(await editor.page.evaluate(() => RED.nodes.dirty()), false);
  });
});

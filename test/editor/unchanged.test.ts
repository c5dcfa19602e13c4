import { deepEqual, ok } from 'node:assert/strict';
import { type Editor, openEditor } from '../kit/editor';
import { type FlowNode, type NodeRed, startNodeRed, VERSION } from '../kit/node-red';
import { until } from '../kit/within';
import { deployExamples, mergedExamples } from '../simulators/example-flows';

// What the functions given to `evaluate` find in the page.
declare const RED: { nodes: { node(id: string): { changed?: boolean }; dirty(): boolean } };
declare const document: { querySelectorAll(selector: string): Iterable<{ textContent: string }> };

const OWN = /^(ensemble-simulator|(sonata|thing|thingsee|thingsquare|turn|twinkly)-.*)$/;

/** What a flow of the release before does not have. */
const withoutLabels = ({ labels, ...node }: FlowNode): FlowNode => node as FlowNode;

describe(`a panel that is opened and left with Done, on Node-RED ${VERSION}`, () => {
  let red: NodeRed;
  let editor: Editor;
  let nodes: FlowNode[];

  before(async () => {
    red = await startNodeRed();
    nodes = await mergedExamples();
    const address = await deployExamples(red, nodes.map(withoutLabels));
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

  it('leaves each node of the examples as it is, be it of the release before; and their names are those of the lists', async () => {
    const all = nodes.filter(({ type }) => OWN.test(String(type)));
    // One for each type and operation, and all that have names.
    const first = new Map(all.map((node) => [`${node.type} ${node.operation}`, node]));
    const own = all.filter((node) => node.labels !== undefined || first.get(`${node.type} ${node.operation}`) === node);
    ok(own.length > 30);
    const changed: string[] = [];
    const unknown: string[] = [];
    for (const { id, type, name, labels = {} } of own) {
      await editor.open(id);
      const said = await notes();
      const names = Object.values(labels as Record<string, Record<string, string>>).flatMap((some) => Object.values(some));
      unknown.push(
        ...names.filter((one) => !said.includes(one.replace(/ \([^)]*\)$/, ''))).map((one) => `${one} in ${type} ${name}: ${said}`),
      );
      await editor.save();
      if (await editor.page.evaluate((wanted) => RED.nodes.node(wanted).changed, id)) changed.push(`${type} ${name ?? id}`);
    }
    deepEqual([changed, unknown], [[], []]);
    deepEqual(await editor.page.evaluate(() => RED.nodes.dirty()), false);
  });
});

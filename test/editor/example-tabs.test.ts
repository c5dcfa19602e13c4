import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { type Editor, openEditor } from '../kit/editor';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { deployExamples, exampleFilesOf, exampleVendors, load } from '../simulators/example-flows';

interface Box {
  readonly id: string;
  readonly name: string;
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

interface EditorNode {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly _def: { readonly button?: object; readonly align?: string };
}

// What the functions given to `evaluate` find in the page.
declare const document: {
  getElementById(id: string): { querySelector(selector: string): { getBBox(): { x: number; width: number } } | null } | null;
};
declare const RED: {
  workspaces: { show(id: string): void };
  nodes: { filterNodes(filter: { z: string }): EditorNode[]; groups(z: string): EditorNode[]; node(id: string): EditorNode };
  view: { redraw(updateActive: boolean): void };
};

const WIDEST = 900;
/** Of the line with a node's status, below it. */
const STATUS = 18;
/** Of the button of an inject or debug node, beside it. */
const BUTTON = 20;
/** Between the end of a group's title and its border; other fonts are wider. */
const MARGIN = 20;

const apart = (a: Box, b: Box): boolean => a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
const inside = (inner: Box, outer: Box): boolean =>
  inner.left >= outer.left && inner.right <= outer.right && inner.top >= outer.top && inner.bottom <= outer.bottom;

const overlaps = (boxes: readonly Box[]): string[] =>
  boxes.flatMap((box, index) => boxes.slice(index + 1).flatMap((other) => (apart(box, other) ? [] : [`${box.name} and ${other.name}`])));

describe('the tabs of the examples, in the editor', () => {
  let red: NodeRed;
  let editor: Editor;
  const files = exampleVendors.flatMap((vendor) => exampleFilesOf(vendor).map((file) => ({ vendor, file, nodes: load(vendor, file) })));
  const tabs = files.flatMap(({ vendor, file, nodes }) =>
    nodes.filter(({ type }) => type === 'tab').map((tab) => ({ vendor, file, tab, saved: nodes.filter(({ z }) => z === tab.id) })),
  );

  before(async () => {
    red = await startNodeRed();
    await deployExamples(
      red,
      files.flatMap(({ nodes }) => nodes),
    );
    editor = await openEditor(red);
  });
  after(async () => {
    await editor.close();
    await red.stop();
  });

  /** As the editor draws them: how wide a node is depends on its label. */
  async function drawn(tab: string): Promise<{ nodes: Box[]; groups: Box[] }> {
    await editor.page.evaluate((id) => RED.workspaces.show(id), tab);
    await editor.page.waitForFunction(
      (id) => [...RED.nodes.filterNodes({ z: id }), ...RED.nodes.groups(id)].every((node) => document.getElementById(node.id) !== null),
      tab,
    );
    const read = await editor.page.evaluate(
      (id) =>
        [RED.nodes.filterNodes({ z: id }), RED.nodes.groups(id)].map((all) =>
          all.map(({ id, type, name, x, y, w, h, _def }) => ({
            id,
            name: name || type,
            x,
            y,
            w,
            h,
            button: _def.button ? (_def.align ?? 'left') : '',
          })),
        ),
      tab,
    );
    const [nodes = [], groups = []] = read;
    return {
      nodes: nodes.map(({ id, name, x, y, w, h, button }) => ({
        id,
        name,
        left: x - w / 2 - (button === 'left' ? BUTTON : 0),
        right: x + w / 2 + (button === 'right' ? BUTTON : 0),
        top: y - h / 2,
        bottom: y + h / 2 + STATUS,
      })),
      groups: groups.map(({ id, name, x, y, w, h }) => ({ id, name, left: x, top: y, right: x + w, bottom: y + h })),
    };
  }

  /** How wide a group's title is, by id. The editor fits a group to its nodes, whatever the file says, and to its title without a margin. */
  const titles = async (ids: readonly string[]): Promise<ReadonlyMap<string, number>> =>
    new Map(
      await editor.page.evaluate(
        (groups) =>
          groups.map((id): [string, number] => {
            const { x, width } = document.getElementById(id)?.querySelector('text')?.getBBox() ?? { x: 0, width: 0 };
            return [id, x + width];
          }),
        ids,
      ),
    );

  /** A group as it stands in the file, with the nodes in it. */
  const stored = ({ id, name, x, y, w, h, nodes }: FlowNode) => {
    const [left, top] = [Number(x), Number(y)];
    return { id, name: String(name), left, top, right: left + Number(w), bottom: top + Number(h), members: nodes as string[] };
  };

  it('leave room for the last error, as Node-RED cuts it, in the frame of the overview', async () => {
    const { saved, tab } = tabs.find(({ file }) => file === 'One dial for five vendors.json') ?? tabs[0] ?? { saved: [], tab: undefined };
    const debug = saved.find(({ name }) => String(name).startsWith('What failed last'));
    ok(debug && tab);
    await drawn(tab.id);
    const id = String(debug.id);
    await editor.page.evaluate((wanted) => {
      const status = { text: '13:57:38 Wreath reports: VENDOR_E...', fill: 'grey', shape: 'dot' };
      Object.assign(RED.nodes.node(wanted), { status, dirtyStatus: true, dirty: true });
      RED.view.redraw(true);
    }, id);
    const status = editor.page.locator(`[id="${id}"] .red-ui-flow-node-status-group`, { hasText: 'VENDOR_E...' });
    await status.waitFor();
    const right = async (of: Locator) => of.boundingBox().then((box) => (box ? box.x + box.width : Number.NaN));
    const room = (await right(editor.page.locator(`[id="${debug.g}"] .red-ui-flow-group-outline`))) - (await right(status));
    ok(room > 0, `${room} pixels`);
  });

  for (const { vendor, file, tab, saved } of tabs)
    it(`${tab.label} of ${vendor}/${file} fits into ${WIDEST} pixels, nothing lies on anything else, and each node in its group`, async () => {
      const { nodes, groups } = await drawn(tab.id);
      ok(nodes.length > 1 && groups.length > 0);
      deepEqual(
        [...nodes, ...groups].filter(({ left, right }) => left < 0 || right > WIDEST).map(({ name, right }) => `${name}: ${right}`),
        [],
      );
      deepEqual(overlaps(nodes), []);
      const members = saved.filter(({ type }) => type === 'group').map(stored);
      equal(members.length, groups.length);
      const needed = await titles(groups.map(({ id }) => id));
      deepEqual(
        groups
          .map(({ id, name, left, right }) => ({ name, margin: right - left - (needed.get(id) ?? right) }))
          .filter(({ margin }) => !(margin >= MARGIN)),
        [],
      );
      const grouped = new Set(members.flatMap((group) => group.members));
      deepEqual(overlaps([...groups, ...nodes.filter(({ id }) => !grouped.has(id))]), []);
      for (const group of members)
        for (const node of nodes.filter(({ id }) => group.members.includes(id))) ok(inside(node, group), `${node.name} in ${group.name}`);
    });
});

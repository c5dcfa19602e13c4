import { deepEqual } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { Simulator } from '../../src/simulators/simulator';
import { type Editor, openEditor } from '../kit/editor';
import { type FlowNode, type NodeRed, startNodeRed, VERSION } from '../kit/node-red';
import { until } from '../kit/within';
import { freePorts } from '../simulators/ports';
import { noteOf, reach } from './panel-actions';
import type { Variant, View } from './variants';

// What the functions given to `evaluate` find in the page.
declare const RED: {
  utils: { getNodeLabel(node: unknown): string };
  nodes: { dirty(): boolean; node(id: string): { valid: boolean; changed?: boolean; validationErrors?: string[] } };
};

const CHOOSE = { 'en-US': 'Select from the list: ', de: 'Aus der Liste auswählen: ' } as const;

interface Options {
  readonly height?: number;
  /** Lookups and tests may be refused, which is answered with 400: Chromium logs that as an error. */
  readonly mayRefuse?: boolean;
}

/** A node in the workspace of a `PanelStage`. */
export const placed = (id: string, type: string, more: Readonly<Record<string, unknown>>): FlowNode => ({
  ...{ id, type, z: 'tab', x: 200, y: 100, wires: [[]] },
  ...more,
});

/**
 * Where panels are tried: simulated devices, a Node-RED with a flow for them, and its editor, which must log no error. To be
 * made in a `describe`: it is set up and taken down with its tests.
 */
export class PanelStage {
  private opened: Editor | undefined;
  private running: { red: NodeRed; readonly simulator: Simulator } | undefined;

  /** @param flow the nodes on the one tab and their connections, for simulated devices at this address */
  constructor(
    private readonly variant: View,
    flow: (address: string, mqttAddress: string) => readonly FlowNode[],
    private readonly options: Options = {},
  ) {
    before(async () => {
      const simulator = await Simulator.start(await freePorts());
      this.running = { simulator, red: await startNodeRed(variant.options) };
      await this.red.deploy([{ id: 'tab', type: 'tab', label: 'panels' }, ...flow(simulator.address, simulator.mqttAddress)]);
      await this.reopen();
    });
    afterEach(() => {
      const errors = this.editor.errors.splice(0);
      deepEqual(options.mayRefuse ? errors.filter((error) => !/400.*\/ensemble\//.test(error)) : errors, []);
    });
    after(async () => {
      await this.opened?.close();
      await this.running?.red.stop();
      await this.running?.simulator.close();
    });
  }

  get red(): NodeRed {
    return this.running?.red as NodeRed;
  }

  get simulator(): Simulator {
    return this.running?.simulator as Simulator;
  }

  get editor(): Editor {
    return this.opened as Editor;
  }

  /** Opens the editor in a new browser. */
  async reopen(): Promise<void> {
    await this.opened?.close();
    const { theme, language } = this.variant;
    this.opened = await openEditor(this.red, { theme, language, width: 1400, height: this.options.height ?? 1250 });
  }

  /** Ends Node-RED and starts it again, with a new browser. */
  async restart(): Promise<void> {
    await this.opened?.close();
    this.running = { simulator: this.simulator, red: await this.red.restart() };
    await this.reopen();
  }

  picture(name: string): Promise<string | undefined> {
    return this.editor.screenshot(`${name}-${this.variant.theme}-${VERSION}`);
  }

  isValid(id: string): Promise<boolean> {
    return this.editor.page.evaluate((wanted) => RED.nodes.node(wanted).valid, id);
  }

  /** Whether a node is marked as changed since the last deploy: it has a blue dot. */
  isChanged(id: string): Promise<boolean> {
    return this.editor.page.evaluate((wanted) => RED.nodes.node(wanted).changed ?? false, id);
  }

  /** What is wrong with a node, in words. */
  complaints(id: string): Promise<string[] | undefined> {
    return this.editor.page.evaluate((wanted) => RED.nodes.node(wanted).validationErrors, id);
  }

  /** What the workspace shows on the nodes. */
  labels(...ids: readonly string[]): Promise<string[]> {
    return this.editor.page.evaluate((wanted) => wanted.map((id) => RED.utils.getNodeLabel(RED.nodes.node(id))), ids);
  }

  /** Whether there is something to deploy. */
  isDirty(): Promise<boolean> {
    return this.editor.page.evaluate(() => RED.nodes.dirty());
  }

  /** What Node-RED has of a node, but for its place. */
  async deployed(wanted: string): Promise<Record<string, unknown>> {
    const { id, z, x, y, wires, ...saved }: Record<string, unknown> = (await this.red.flows()).find((node) => node.id === wanted) ?? {};
    return saved;
  }

  /** Waits for a note below a row, and returns its kind. */
  async note(panel: Locator, row: string, wanted: RegExp): Promise<string | null> {
    await until(
      `a note like ${wanted}`,
      () => noteOf(panel, row).innerText(),
      (text) => wanted.test(text),
    );
    return noteOf(panel, row).getAttribute('data-kind');
  }

  /** The entries of the open list, as far as they are drawn: those that can be seen, and some around them. */
  entries(): Locator {
    return this.editor.page.locator('.ensemble-item:visible');
  }

  /** The filter of an open list. */
  filter(): Locator {
    return this.editor.page.locator('.ensemble-list-filter input:visible');
  }

  /** The button that opens the list of a row. */
  listButton(panel: Locator, row: string): Locator {
    return panel.locator(`.ensemble-row:has(#${row}) button[aria-label^="${CHOOSE[this.variant.language as Variant['language']]}"]`);
  }

  /** Opens the list of a row, and returns what it offers. */
  async list(panel: Locator, row: string): Promise<string[]> {
    await reach(panel, row);
    await this.listButton(panel, row).click();
    await this.entries().first().waitFor();
    return this.entries().allInnerTexts();
  }

  /** Selects from the list of a row. It fills when it has come, however long that takes; one of several stays open, and is closed. */
  async choose(panel: Locator, row: string, text: string): Promise<void> {
    await reach(panel, row);
    await this.listButton(panel, row).click();
    await this.filter().fill(text);
    await this.entries().filter({ hasText: text }).first().click();
    await this.closeList();
  }

  async closeList(): Promise<void> {
    if (await this.filter().isVisible()) await this.filter().press('Escape');
  }
}

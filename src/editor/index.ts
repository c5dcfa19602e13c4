import './editor.css';
import { ActionPanel } from './action-panel';
import { ConfigPanel } from './config-panel';
import { checkReference, takeOnlyConnection } from './connections';
import { EventPanel } from './event-panel';
import { categoryKey, descriptionOf, typeText } from './fields';
import { fillTemplate, formOf, showWhole } from './form';
import { addHelp } from './help';
import { actionLabel, labelStyle, settingLabel } from './labels';
import { checkCredentials } from './required-logins';
import { addDevicesTab } from './sidebar';
import { checkPort, fillSimulatorTemplate, prepareSimulator, saveSimulator } from './simulator-panel';
import { translateStatuses } from './statuses';
import { showColors } from './swatch';
import { completeTopics } from './topics';
import { check, checkParameters } from './validation';

const open = new WeakMap<EditorNode, { save(): void }>();

/** What the HTML files of the nodes take. Node-RED calls it with the node as `this`, or, for the palette, with the definition. */
const Ensemble = {
  addHelp,
  fillSimulatorTemplate,
  prepareSimulator,
  saveSimulator,
  checkPort,
  fillTemplate(type: string): void {
    checkCredentials(type);
    fillTemplate(type);
  },
  check,
  checkParameters,
  checkReference,
  takeOnlyConnection,
  paletteLabel(this: { readonly type: string }): string {
    return typeText(this.type, 'paletteLabel', typeText(this.type, 'label'));
  },
  actionLabel: (...targets: string[]) =>
    function (this: EditorNode): string {
      return actionLabel(this, ...targets);
    },
  settingLabel: (...targets: string[]) =>
    function (this: EditorNode): string {
      return settingLabel(this, ...targets);
    },
  labelStyle(this: EditorNode): string {
    return labelStyle(this);
  },
  /** Completes a dialog that Node-RED has just opened. */
  prepare(this: EditorNode): void {
    const { operations, credentials } = descriptionOf(this.type);
    showWhole(formOf(this.type));
    open.set(this, operations ? new ActionPanel(this) : credentials ? new ConfigPanel(this) : new EventPanel(this));
  },
  save(this: EditorNode): void {
    open.get(this)?.save();
  },
};

// Installed again while the editor is open, the package brings this file a second time.
const { ensembleNodes: waiting = [] } = window;
if (Array.isArray(waiting)) start(waiting);

/** Starts what all nodes share, and registers them. */
function start(nodes: readonly RegisterNode[]): void {
  // Node-RED shows it for the category in the palette. 4.1.0 could not do that yet.
  RED.palette.registerCategory?.('ensemble', categoryKey);
  completeTopics();
  addDevicesTab();
  showColors();
  translateStatuses();
  window.ensembleNodes = { push: (register: RegisterNode) => register(Ensemble) };
  for (const register of nodes) register(Ensemble);
}

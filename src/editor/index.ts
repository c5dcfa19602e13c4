import './editor.css';
import { ActionPanel } from './action-panel';
import { ConfigPanel } from './config-panel';
import { descriptionOf, typeText } from './fields';
import { fillTemplate } from './form';
import { actionLabel, labelStyle, settingLabel } from './labels';
import { SettingRows } from './setting-rows';
import { check, checkParameters } from './validation';

const open = new WeakMap<EditorNode, { save(): void }>();

/** Completes a dialog that Node-RED has just opened. */
function prepare(node: EditorNode): void {
  const { operations, credentials } = descriptionOf(node.type);
  open.set(node, operations ? new ActionPanel(node) : credentials ? new ConfigPanel(node) : new SettingRows(node));
}

const save = (node: EditorNode): void => open.get(node)?.save();

/** The functions that the HTML files of the nodes call. */
Object.assign(window, {
  Ensemble: { fillTemplate, prepare, save, check, checkParameters, actionLabel, settingLabel, labelStyle, typeText },
});

import type { Red } from './red';
import { serveStatusTexts } from './status-texts';

/**
 * Brings the editor code that all panels share into the editor: Node-RED loads plugins before nodes, unless the package is
 * installed while an editor is open. Its catalogue has the words that all nodes share.
 */
export function registerEditorPlugin(RED: Red): void {
  // Node-RED keeps the HTML of all plugins until one is registered or removed: a reloaded editor would lack this one after an
  // installation, and wait forever for its file after it was uninstalled.
  RED.plugins.registerPlugin('ensemble-editor', {});
  serveStatusTexts(RED);
}

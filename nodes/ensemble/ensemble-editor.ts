import type { Red } from '../../src/node-red/red';
import { serveStatusTexts } from '../../src/node-red/status-texts';

/**
 * Brings the editor code that all panels share into the editor, once: Node-RED loads plugins before nodes.
 * Its catalogue has the words that all nodes share.
 */
module.exports = (RED: Red): void => serveStatusTexts(RED);

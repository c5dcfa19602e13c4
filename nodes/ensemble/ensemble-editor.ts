import { registerEditorPlugin } from '../../src/node-red/editor-plugin';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void => registerEditorPlugin(RED);

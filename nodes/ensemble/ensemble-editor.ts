/**
 * Brings the editor code that all panels share into the editor, once: Node-RED loads plugins before nodes.
 * It also owns the words that all nodes share (see its catalogue).
 */
module.exports = (): void => {};

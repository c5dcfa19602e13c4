/** Imported by tests that need a Node-RED, and for which one version of it is enough: `npm test` looks who does. */
export {};

import { registerEventNode } from '../../src/node-red/event-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerEventNode(RED, {
    type: 'turn-sse',
    vendor: 'turn',
    connection: 'turn-device',
    load: (): typeof import('../../src/vendors/turn/turn-sse') => require('../../src/vendors/turn/turn-sse'),
  });

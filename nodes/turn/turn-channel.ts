import { registerActionNode } from '../../src/node-red/action-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerActionNode(RED, {
    type: 'turn-channel',
    vendor: 'turn',
    connection: 'turn-device',
    load: (): typeof import('../../src/vendors/turn/turn-channel') => require('../../src/vendors/turn/turn-channel'),
  });

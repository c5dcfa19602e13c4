import { registerActionNode } from '../../src/node-red/action-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerActionNode(RED, {
    type: 'turn-control',
    vendor: 'turn',
    connection: 'turn-device',
    load: (): typeof import('../../src/vendors/turn/turn-control') => require('../../src/vendors/turn/turn-control'),
  });

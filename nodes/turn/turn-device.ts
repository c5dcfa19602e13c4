import { registerConfigNode } from '../../src/node-red/config-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerConfigNode(RED, {
    type: 'turn-device',
    credentials: [],
    reach: 'lan',
    load: (): typeof import('../../src/vendors/turn/turn-device') => require('../../src/vendors/turn/turn-device'),
  });

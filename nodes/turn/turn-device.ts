import { registerConfigNode } from '../../src/node-red/config-node';
import type { Red } from '../../src/node-red/red';
import type { TurnClient } from '../../src/vendors/turn/client';

declare module '../../src/node-red/clients' {
  interface Clients {
    'turn-device': TurnClient;
  }
}

module.exports = (RED: Red): void =>
  registerConfigNode(RED, {
    type: 'turn-device',
    credentials: {},
    reach: 'lan',
    load: (): typeof import('../../src/vendors/turn/turn-device') => require('../../src/vendors/turn/turn-device'),
  });

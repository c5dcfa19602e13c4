import { registerConfigNode } from '../../src/node-red/config-node';
import type { Red } from '../../src/node-red/red';
import type { LampClient } from '../../src/vendors/lamp/client';

declare module '../../src/node-red/clients' {
  interface Clients {
    'lamp-bridge': LampClient;
  }
}

module.exports = (RED: Red): void =>
  registerConfigNode(RED, {
    type: 'lamp-bridge',
    credentials: { token: 'password' },
    reach: 'lan',
    load: (): typeof import('../../src/vendors/lamp/lamp-bridge') => require('../../src/vendors/lamp/lamp-bridge'),
  });

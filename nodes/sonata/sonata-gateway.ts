import { registerConfigNode } from '../../src/node-red/config-node';
import type { Red } from '../../src/node-red/red';
import type { SonataClient } from '../../src/vendors/sonata/client';

declare module '../../src/node-red/clients' {
  interface Clients {
    'sonata-gateway': SonataClient;
  }
}

module.exports = (RED: Red): void =>
  registerConfigNode(RED, {
    type: 'sonata-gateway',
    credentials: { mqttUsername: 'text', mqttPassword: 'password' },
    reach: 'cloud',
    isActive: ({ restoreOnAlive = false }) => !['', 'false', '0'].includes(String(restoreOnAlive)),
    load: (): typeof import('../../src/vendors/sonata/sonata-gateway') => require('../../src/vendors/sonata/sonata-gateway'),
  });

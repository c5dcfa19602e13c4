import { registerConfigNode } from '../../src/node-red/config-node';
import type { Red } from '../../src/node-red/red';
import type { ThingseeClient } from '../../src/vendors/thingsee/client';

declare module '../../src/node-red/clients' {
  interface Clients {
    'thingsee-cloud': ThingseeClient;
  }
}

module.exports = (RED: Red): void =>
  registerConfigNode(RED, {
    type: 'thingsee-cloud',
    credentials: { clientId: 'text', clientSecret: 'password', mqttUsername: 'text', mqttPassword: 'password' },
    reach: 'cloud',
    load: (): typeof import('../../src/vendors/thingsee/thingsee-cloud') => require('../../src/vendors/thingsee/thingsee-cloud'),
  });

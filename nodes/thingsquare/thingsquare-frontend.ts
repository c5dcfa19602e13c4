import { registerConfigNode } from '../../src/node-red/config-node';
import type { Red } from '../../src/node-red/red';
import type { ThingsquareClient } from '../../src/vendors/thingsquare/client';

declare module '../../src/node-red/clients' {
  interface Clients {
    'thingsquare-frontend': ThingsquareClient;
  }
}

module.exports = (RED: Red): void =>
  registerConfigNode(RED, {
    type: 'thingsquare-frontend',
    credentials: { login: 'text', password: 'password', token: 'password' },
    reach: 'cloud',
    isActive: ({ announce = false }) => !['', 'false', '0'].includes(String(announce)),
    load: (): typeof import('../../src/vendors/thingsquare/thingsquare-frontend') =>
      require('../../src/vendors/thingsquare/thingsquare-frontend'),
  });

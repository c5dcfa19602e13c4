import { registerConfigNode } from '../../src/node-red/config-node';
import type { Red } from '../../src/node-red/red';
import type { TwinklyClient } from '../../src/vendors/twinkly/client';

declare module '../../src/node-red/clients' {
  interface Clients {
    'twinkly-account': TwinklyClient;
  }
}

module.exports = (RED: Red): void =>
  registerConfigNode(RED, {
    type: 'twinkly-account',
    credentials: { username: 'text', password: 'password', clientSecret: 'password' },
    reach: 'cloud',
    load: (): typeof import('../../src/vendors/twinkly/twinkly-account') => require('../../src/vendors/twinkly/twinkly-account'),
  });

import { registerConfigNode } from '../../src/node-red/config-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerConfigNode(RED, {
    type: 'twinkly-account',
    credentials: ['username', 'password', 'clientSecret'],
    reach: 'cloud',
    load: (): typeof import('../../src/vendors/twinkly/twinkly-account') => require('../../src/vendors/twinkly/twinkly-account'),
  });

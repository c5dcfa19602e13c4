import { registerEventNode } from '../../src/node-red/event-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerEventNode(RED, {
    type: 'twinkly-status-poll',
    vendor: 'twinkly',
    connection: 'twinkly-account',
    load: (): typeof import('../../src/vendors/twinkly/twinkly-status-poll') => require('../../src/vendors/twinkly/twinkly-status-poll'),
  });

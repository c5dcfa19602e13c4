import { registerActionNode } from '../../src/node-red/action-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerActionNode(RED, {
    type: 'twinkly-command',
    vendor: 'twinkly',
    connection: 'twinkly-account',
    load: (): typeof import('../../src/vendors/twinkly/twinkly-command') => require('../../src/vendors/twinkly/twinkly-command'),
  });

import { registerActionNode } from '../../src/node-red/action-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerActionNode(RED, {
    type: 'thing-query',
    vendor: 'thingsee',
    connection: 'thingsee-cloud',
    load: (): typeof import('../../src/vendors/thingsee/thing-query') => require('../../src/vendors/thingsee/thing-query'),
  });

import { registerActionNode } from '../../src/node-red/action-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerActionNode(RED, {
    type: 'thing-group',
    vendor: 'thingsee',
    connection: 'thingsee-cloud',
    load: (): typeof import('../../src/vendors/thingsee/thing-group') => require('../../src/vendors/thingsee/thing-group'),
  });

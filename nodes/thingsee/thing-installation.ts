import { registerActionNode } from '../../src/node-red/action-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerActionNode(RED, {
    type: 'thing-installation',
    vendor: 'thingsee',
    connection: 'thingsee-cloud',
    load: (): typeof import('../../src/vendors/thingsee/thing-installation') => require('../../src/vendors/thingsee/thing-installation'),
  });

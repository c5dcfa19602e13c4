import { registerEventNode } from '../../src/node-red/event-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerEventNode(RED, {
    type: 'thing-alerts',
    vendor: 'thingsee',
    connection: 'thingsee-cloud',
    load: (): typeof import('../../src/vendors/thingsee/thing-alerts') => require('../../src/vendors/thingsee/thing-alerts'),
  });

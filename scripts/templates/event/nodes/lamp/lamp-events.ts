import { registerEventNode } from '../../src/node-red/event-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerEventNode(RED, {
    type: 'lamp-events',
    vendor: 'lamp',
    connection: 'lamp-bridge',
    load: (): typeof import('../../src/vendors/lamp/lamp-events') => require('../../src/vendors/lamp/lamp-events'),
  });

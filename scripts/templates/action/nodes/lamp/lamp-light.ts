import { registerActionNode } from '../../src/node-red/action-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerActionNode(RED, {
    type: 'lamp-light',
    vendor: 'lamp',
    connection: 'lamp-bridge',
    load: (): typeof import('../../src/vendors/lamp/lamp-light') => require('../../src/vendors/lamp/lamp-light'),
  });

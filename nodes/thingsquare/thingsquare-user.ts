import { registerActionNode } from '../../src/node-red/action-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerActionNode(RED, {
    type: 'thingsquare-user',
    vendor: 'thingsquare',
    connection: 'thingsquare-frontend',
    load: (): typeof import('../../src/vendors/thingsquare/thingsquare-user') => require('../../src/vendors/thingsquare/thingsquare-user'),
  });

import { registerActionNode } from '../../src/node-red/action-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerActionNode(RED, {
    type: 'thingsquare-variable',
    vendor: 'thingsquare',
    connection: 'thingsquare-frontend',
    load: (): typeof import('../../src/vendors/thingsquare/thingsquare-variable') =>
      require('../../src/vendors/thingsquare/thingsquare-variable'),
  });

import { registerEventNode } from '../../src/node-red/event-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerEventNode(RED, {
    type: 'thingsquare-events',
    vendor: 'thingsquare',
    connection: 'thingsquare-frontend',
    load: (): typeof import('../../src/vendors/thingsquare/thingsquare-events') =>
      require('../../src/vendors/thingsquare/thingsquare-events'),
  });

import { registerEventNode } from '../../src/node-red/event-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerEventNode(RED, {
    type: 'sonata-events',
    vendor: 'sonata',
    connection: 'sonata-gateway',
    webhooks: true,
    load: (): typeof import('../../src/vendors/sonata/sonata-events') => require('../../src/vendors/sonata/sonata-events'),
  });

import { registerConfigNode } from '../../src/node-red/config-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerConfigNode(RED, {
    type: 'sonata-gateway',
    credentials: ['mqttUsername', 'mqttPassword'],
    reach: 'cloud',
    load: (): typeof import('../../src/vendors/sonata/sonata-gateway') => require('../../src/vendors/sonata/sonata-gateway'),
  });

import { registerActionNode } from '../../src/node-red/action-node';
import type { Red } from '../../src/node-red/red';

module.exports = (RED: Red): void =>
  registerActionNode(RED, {
    type: 'sonata-pattern',
    vendor: 'sonata',
    connection: 'sonata-gateway',
    load: (): typeof import('../../src/vendors/sonata/sonata-pattern') => require('../../src/vendors/sonata/sonata-pattern'),
  });

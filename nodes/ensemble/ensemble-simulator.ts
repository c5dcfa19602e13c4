import type { Red } from '../../src/node-red/red';
import { registerSimulatorNode } from '../../src/node-red/simulator-node';

module.exports = (RED: Red): void =>
  registerSimulatorNode(RED, (): typeof import('../../src/simulators') => require('../../src/simulators'));

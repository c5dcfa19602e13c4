import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';

/** The simulated devices of each vendor. */
export const connections = ({ address, mqttAddress }: Pick<Simulator, 'address' | 'mqttAddress'>): FlowNode[] => [
  { id: 'turn', type: 'turn-device', host: '127.0.0.1', port: new URL(address).port },
  { id: 'gateway', type: 'sonata-gateway', baseUrl: `${address}/sonata`, installationId: 1, mqttUrl: mqttAddress },
  { id: 'backend', type: 'thingsquare-frontend', baseUrl: `${address}/thingsquare`, authentication: 'anonymous' },
  {
    ...{ id: 'cloud', type: 'thingsee-cloud', baseUrl: `${address}/thingsee` },
    credentials: { clientId: 'ensemble', clientSecret: 'simulated-secret' },
  },
  {
    ...{ id: 'account', type: 'twinkly-account', environment: 'custom', baseUrl: `${address}/twinkly` },
    credentials: { username: 'demo@example.com', password: 'twinkle' },
  },
];

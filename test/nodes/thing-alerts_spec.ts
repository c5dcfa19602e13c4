import { deepEqual, equal } from 'node:assert/strict';
import helper from 'node-red-node-test-helper';
import type { Simulator } from '../../src/simulators/simulator';
import type { FlowNode } from '../kit/node-red';
import { press, simulated } from '../simulators/simulated';
import { beside, fresh, leavesNothing, nodeRed, received, shows } from './start';

helper.init(nodeRed);
const nodes = [require('../../nodes/thingsee/thingsee-cloud'), require('../../nodes/thingsee/thing-alerts')];

/** A sensor of the simulated deployment. */
const TUID = 'TSEN03X2Z74162459';
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/;

interface AlertMessage {
  readonly topic: string;
  readonly payload: { readonly active: boolean; readonly alert_type: string; readonly from: string; readonly to: string | null };
  readonly event: { readonly initial: boolean; readonly resumed: boolean };
}

describe('thing-alerts', () => {
  let simulator: Simulator;
  let cloud: FlowNode;
  const credentials = { cloud: { clientId: 'ensemble', clientSecret: 'simulated-secret' } };
  const node = { ...fresh('thing-alerts'), id: 'node', connection: 'cloud', interval: '1', wires: [['sent']] };
  const alert = () => press(simulator, 'thingsee', 'alert', { tuid: TUID });
  const next = () => received('sent') as unknown as Promise<AlertMessage>;

  beforeEach(async () => {
    simulator = await simulated();
    cloud = { ...fresh('thingsee-cloud'), id: 'cloud', baseUrl: `${simulator.address}/thingsee` };
    await helper.startServer();
  });
  afterEach(async () => {
    await helper.unload();
    await helper.stopServer();
  });

  it('loads with its defaults, and follows the alerts of all things', async () => {
    await helper.load(nodes, [...beside, cloud, { ...node, interval: fresh('thing-alerts').interval }], credentials);
    await shows({ fill: 'green', shape: 'dot', text: 'connected' });
  });

  it('sends the alert that is active at the start as initial, and its end', async () => {
    await alert();
    await helper.load(nodes, [...beside, cloud, node], credentials);
    const first = await next();
    deepEqual([first.topic, first.payload.alert_type, first.payload.active, first.payload.to], [TUID, 'heartbeat missed', true, null]);
    equal(first.event.initial, true);
    const ending = next();
    await alert();
    const { payload, event } = await ending;
    deepEqual([payload.active, payload.from, ISO.test(String(payload.to)), event.initial], [false, first.payload.from, true, false]);
  });

  it('leaves nothing when it is unloaded', () =>
    leavesNothing(async () => {
      await helper.load(nodes, [...beside, cloud, node], credentials);
      await shows({ fill: 'green', shape: 'dot', text: 'connected' });
      await helper.unload();
    }));
});

import { type Broker, startAedes } from '../kit/broker';
import { answer, FaultServer } from '../kit/fault-server';
import { assertNoLeaks } from '../kit/leaks';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';

describe('sonata nodes', () => {
  let red: NodeRed;
  let vendor: FaultServer;
  let broker: Broker;

  before(async () => {
    red = await startNodeRed();
    vendor = await FaultServer.start();
    broker = await startAedes();
  });
  after(async () => {
    await red.stop();
    await vendor.close();
    await broker.stop();
  });

  const flow = (): FlowNode[] => [
    { id: 'tab', type: 'tab', label: 'leaks' },
    { id: 'gateway', type: 'sonata-gateway', baseUrl: vendor.url, mqttUrl: broker.url, installationId: 7 },
    { id: 'webhook', type: 'sonata-events', z: 'tab', connection: 'gateway', transport: 'webhook', publicUrl: red.httpUrl, wires: [[]] },
    { id: 'mqtt', type: 'sonata-events', z: 'tab', connection: 'gateway', transport: 'mqtt', wires: [[]] },
    { id: 'group', type: 'sonata-events', z: 'tab', connection: 'gateway', transport: 'mqtt', sharedGroup: 'g', wires: [[]] },
    {
      id: 'off',
      type: 'sonata-pattern',
      z: 'tab',
      connection: 'gateway',
      operation: 'off',
      parameters: { deviceId: { type: 'num', value: '3' } },
      wires: [[]],
    },
  ];

  it('leave nothing behind after 20 deploys of each kind', async function () {
    this.timeout(120_000);
    await assertNoLeaks(red, flow());
  });

  it('leave nothing behind when they are deployed with a request and a retry under way', async () => {
    vendor.always((response, request) => (request.path === '/off' ? undefined : answer({}, 503)(response, request)));
    const hanging = flow();
    await red.deploy(hanging);
    red.inject('off', {});
    await until('the request', () => vendor.requests.some(({ path }) => path === '/off'));
    await assertNoLeaks(red, hanging, { redeploys: 3 });
    await vendor.heal();
  });
});

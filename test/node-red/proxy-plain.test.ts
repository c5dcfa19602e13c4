import { deepEqual, equal } from 'node:assert/strict';
import { FaultServer } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';
import { debugNode, PlainNodeRed } from '../kit/plain';
import { ProxyServer } from '../kit/proxy-server';
import { str } from '../kit/typed-input';

describe('the proxy of the environment, on a plain Node-RED', () => {
  let red: PlainNodeRed;
  let vendor: FaultServer;
  let proxy: ProxyServer;
  before(async () => {
    vendor = await FaultServer.start();
    proxy = await ProxyServer.start();
  });
  afterEach(() => red.remove());
  after(async () => {
    proxy.close();
    await vendor.close();
  });

  const flow = (): FlowNode[] => [
    { id: 'gateway', type: 'sonata-gateway', baseUrl: vendor.url, installationId: '1' },
    { id: 'inject', type: 'inject', once: true, onceDelay: 0.1, props: [], wires: [['pattern']] },
    {
      id: 'pattern',
      type: 'sonata-pattern',
      connection: 'gateway',
      operation: 'off',
      parameters: { deviceId: str('1') },
      wires: [['seen']],
    },
    { id: 'catch', type: 'catch', scope: ['pattern'], wires: [['seen']] },
    debugNode('seen'),
  ];
  const open = async (value: string) => {
    red = await PlainNodeRed.start({ env: { http_proxy: value, https_proxy: '', no_proxy: '' } });
    await red.deploy(flow());
    const [msg] = await red.shows('seen');
    return msg;
  };

  it('is understood without its scheme', async () => {
    const msg = await open(proxy.url.replace('http://', ''));
    equal(msg?.statusCode, 200);
    deepEqual(
      proxy.tunnels.map(({ to }) => to),
      [new URL(vendor.url).host],
    );
  });

  it('is named where it is malformed, in the status too', async () => {
    const msg = await open('ftp://user:hush@proxy');
    const { code, message } = (msg?.error ?? {}) as { code?: string; message?: string };
    deepEqual([code, message], ['NOT_CONFIGURED', 'http_proxy must be the address of a proxy, such as http://proxy.example:3128']);
    await red.status('pattern', { fill: 'grey', shape: 'ring' });
  });
});

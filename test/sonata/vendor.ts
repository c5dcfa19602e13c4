import { startAedes } from '../kit/broker';
import { respond } from '../kit/fault-server';
import { num, payload } from '../kit/typed-input';
import type { Example, Vendor } from '../kit/vendor';
import { until } from '../kit/within';

const SECRET = 'mqtt-secret-7f3a';
const common = {
  type: 'sonata-pattern',
  parameters: { deviceId: num(3), pattern: payload },
  msg: { payload: Array(100).fill(1) },
  good: { message: 'Success' },
  target: '7/3',
} satisfies Partial<Example>;

export const sonata: Vendor = {
  name: 'sonata',
  connection: (url, more) => ({
    id: 'gateway',
    type: 'sonata-gateway',
    baseUrl: url,
    installationId: 7,
    mqttUrl: 'mqtt://127.0.0.1:1',
    credentials: { mqttUsername: 'matrices', mqttPassword: SECRET },
    ...more,
  }),
  secrets: [SECRET],
  examples: [
    { ...common, operation: 'off' },
    { ...common, operation: 'set-pattern' },
    { ...common, operation: 'toggle', harmful: true },
    { ...common, operation: 'fill', parameters: { deviceId: num(3), level: num(6) } },
    { ...common, operation: 'on' },
  ],
  deployed: {
    nodes: [
      { id: 'webhook', type: 'sonata-events', transport: 'webhook', publicUrl: 'http://127.0.0.1:1880' },
      { id: 'mqtt', type: 'sonata-events', transport: 'mqtt' },
      { id: 'group', type: 'sonata-events', transport: 'mqtt', sharedGroup: 'g' },
    ],
    start: async () => {
      const broker = await startAedes();
      return { settings: { mqttUrl: broker.url, restoreOnAlive: true }, stop: () => broker.stop() };
    },
    busy: [
      {
        title: 'a request hangs and a subscription is tried again',
        server: (response, request) => (request.path === '/off' ? undefined : respond({}, 503)(response, request)),
        begin: (red, { requests }) => {
          red.inject('sonata-pattern', {});
          return until('the request', () => requests.some(({ path }) => path === '/off'));
        },
      },
    ],
  },
};

import { Refused } from '../http/refused';
import { type Actions, booleanOf, type Input, numberWithin, oneOf } from '../input';
import type { SimulatedVendor } from '../vendor';
import { otherwise } from './otherwise';
import { handleRequest } from './routes';
import type { TurnState } from './state';
import { TURN, Turn } from './turn';

/** Turn: one wall dial (the vendor's "Turn 2 Public API Documentation", 1.4.4). */
export const turn: SimulatedVendor<TurnState> = {
  name: 'Turn',
  prefix: '/api/v1.0',
  connection: { settings: { host: '127.0.0.1', port: '{port}' }, credentials: {} },
  otherwise,
  start(services) {
    const device = new Turn(services);
    return {
      failure: (error) => ({ error }),
      handle: (request, response) => handleRequest(device, request, response),
      state: () => device.describe(),
      actions: actionsOf(device),
    };
  },
};

/** What a person can do with the Turn, and with what is around it. */
function actionsOf(device: Turn): Actions {
  return {
    dial: (input) => device.step(dialChannel(device, input), numberWithin(input, 'steps', -1000, 1000)),
    set: ({ channel, ...state }) => device.put(String(channel), state, TURN),
    room: (input) => device.measure(numberWithin(input, 'temperature', 0, 50)),
    transport: (input) => {
      const policy = { ...device.transportControls, ...input };
      device.setTransportControls({ previousEnabled: booleanOf(policy, 'previousEnabled'), nextEnabled: booleanOf(policy, 'nextEnabled') });
    },
    configure: (input) => {
      const ids = device.describe().possiblePages.map(({ id }) => id);
      device.configure(oneOf(input, 'page', ids), booleanOf(input, 'shown'));
    },
    heartbeat: (input) => {
      device.streams.heartbeat = numberWithin(input, 'seconds', 0, 3600);
    },
    restart: () => device.restart(),
  };
}

function dialChannel(device: Turn, input: Input): string {
  const channel = device.pages.find(({ id }) => id === input.page)?.dialChannel;
  if (!channel) throw new Refused(400, 'page must be one on which the dial does something');
  return channel;
}

import type { TurnState } from '../types';
import { BadInput, numberWithin, oneOf, type Simulate } from '../vendor';
import { Refused } from './refused';
import { answer } from './routes';
import { TURN, Turn } from './turn';

type Input = Record<string, unknown>;

/** Turn: one wall dial (the vendor's "Turn 2 Public API Documentation", 1.4.4). */
export const simulateTurn: Simulate<TurnState> = (world) => {
  const turn = new Turn(world);
  return {
    prefix: '/api/v1.0',
    usesBroker: false,
    failure: (error) => ({ error }),
    handle: (request, response) => answer(turn, request, response),
    state: () => turn.describe(),
    actions: Object.fromEntries(Object.entries(actionsOf(turn)).map(([name, act]) => [name, guarded(act)])),
  };
};

/** What a person can do with the Turn, and with what is around it. */
function actionsOf(turn: Turn): Readonly<Record<string, (input: Input) => void>> {
  return {
    dial: (input) => turn.step(dialChannel(turn, input), numberWithin(input, 'steps', -1000, 1000)),
    set: ({ channel, ...state }) => turn.put(String(channel), state, TURN),
    room: (input) => turn.measure(numberWithin(input, 'temperature', 0, 50)),
    transport: (input) => {
      const policy = { ...turn.transportControls, ...input };
      turn.setTransportControls({ previousEnabled: flag(policy, 'previousEnabled'), nextEnabled: flag(policy, 'nextEnabled') });
    },
    configure: (input) => {
      const ids = turn.describe().possiblePages.map(({ id }) => id);
      turn.configure(oneOf(input, 'page', ids), flag(input, 'shown'));
    },
    heartbeat: (input) => turn.streams.setHeartbeat(numberWithin(input, 'seconds', 0, 3600)),
    restart: () => turn.restart(),
  };
}

function dialChannel(turn: Turn, input: Input): string {
  const found = turn.pages.find(({ id }) => id === input.page)?.dialChannel;
  if (!found) throw new BadInput('page must be one on which the dial does something');
  return found;
}

function flag(input: Input, key: string): boolean {
  const value = input[key];
  if (typeof value !== 'boolean') throw new BadInput(`${key} must be true or false`);
  return value;
}

/** The page hears of a refusal as of any other wrong input. */
const guarded = (act: (input: Input) => void) => (input: Input) => {
  try {
    act(input);
  } catch (error) {
    throw error instanceof Refused ? new BadInput(error.message) : error;
  }
};

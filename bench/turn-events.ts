import { burst, eventRace, receiving } from './event-race';
import { longestTurn, type Row, type Side } from './harness';
import { lightOf, lightPair, live, startNodeRed } from './node-red';

const SENDER = 'peers/sse-sender';
/** In whole blocks of the sender. */
const [MESSAGES, BURST] = [3000 * 64, 1563 * 64];

async function listen(url: string, received: () => void): Promise<void> {
  const { hostname, port } = new URL(url);
  const nodeRed = await startNodeRed([
    { id: 'turn', type: 'turn-device', host: hostname, port },
    { id: 'measured', type: 'turn-sse', connection: 'turn', stream: 'channels', wires: [['light']] },
    { id: 'light', type: 'light', wires: [[]] },
  ]);
  lightOf(nodeRed, 'light').take = received;
  await live(nodeRed, 'measured');
}

const ensemble: Side = () => receiving({ file: SENDER, messages: MESSAGES }, listen);

const bursts: Side = async () => {
  const send = await burst({ file: SENDER, messages: BURST }, listen);
  return async () => {
    const longest = longestTurn();
    await send();
    return { longest: longest() };
  };
};

async function subscribe(url: string, onEvent: (event: MessageEvent) => void): Promise<void> {
  const { EventSource } = await import('eventsource');
  const source = new EventSource(`${url}/api/v1.0/control/events/channels`);
  for (let light = 1; light <= 16; light++) source.addEventListener(`light/${light}/1`, onEvent);
}

const raw: Side = () =>
  receiving({ file: SENDER, messages: MESSAGES }, (url, received) =>
    subscribe(url, ({ data }) => {
      JSON.parse(data as string);
      received();
    }),
  );

const plainNode: Side = () =>
  receiving({ file: SENDER, messages: MESSAGES }, async (url, received) => {
    const light = await lightPair(received);
    await subscribe(url, ({ type, data }) => light.send({ topic: type, payload: JSON.parse(data as string) }));
  });

export const turnEvents = eventRace({
  name: 'events-sse',
  title: 'turn-sse, parsed, normalised, own events dropped',
  measured: { 'turn-sse': ensemble },
  library: { 'eventsource and JSON.parse': raw },
  others: { 'a node with eventsource and JSON.parse': plainNode },
  ofTheLimit: 0.75,
});

export const turnBurst: Row = {
  name: 'burst-sse',
  title: 'a burst of 100,000 server-sent events at turn-sse',
  sides: { 'turn-sse': bursts },
  rounds: 6,
  judge({ 'turn-sse': rounds = [] }) {
    const longest = Math.min(...rounds.map((figures) => figures.longest ?? Number.NaN));
    return [{ what: 'longest turn', found: `${longest.toFixed(0)} ms`, wanted: '< 60 ms', ok: longest < 60 }];
  },
};

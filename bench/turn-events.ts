import { eventRace, receiving } from './event-race';
import type { Side } from './harness';
import { lightOf, live, startNodeRed } from './node-red';

const SENDER = { file: 'peers/sse-sender', messages: 192_000 };

const ensemble: Side = () =>
  receiving(SENDER, async (url, received) => {
    const { hostname, port } = new URL(url);
    const nodeRed = await startNodeRed([
      { id: 'turn', type: 'turn-device', host: hostname, port },
      { id: 'measured', type: 'turn-sse', connection: 'turn', stream: 'channels', wires: [['light']] },
      { id: 'light', type: 'light', wires: [[]] },
    ]);
    lightOf(nodeRed, 'light').take = received;
    await live(nodeRed, 'measured');
  });

const raw: Side = () =>
  receiving(SENDER, async (url, received) => {
    const { EventSource } = await import('eventsource');
    const source = new EventSource(`${url}/api/v1.0/control/events/channels`);
    for (let light = 1; light <= 16; light++)
      source.addEventListener(`light/${light}/1`, ({ data }) => {
        JSON.parse(data as string);
        received();
      });
  });

export const turnEvents = eventRace({
  name: 'events-sse',
  title: 'turn-sse, parsed, normalised, own events dropped',
  measured: { 'turn-sse': ensemble },
  library: { 'eventsource and JSON.parse': raw },
  ofTheLimit: 0.75,
});

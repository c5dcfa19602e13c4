// Answers as a Turn with sixteen lights does. Told a number, it sends so many of their events, as fast as they are taken.
import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const LIGHTS = 16;
const EVENTS = 64;

let listener: ServerResponse | undefined;

const server = createServer((request, response) => {
  if (request.url?.includes('/events/') === true) {
    listener = response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    process.send?.('subscribed');
  } else response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
});
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));

function event(number: number): string {
  const data = { modifiedBy: 'UserInterface', state: { value: number % 101, on: String(number % 101 > 0) } };
  return `event: light/${(number % LIGHTS) + 1}/1\ndata: ${JSON.stringify(data)}\n\n`;
}

const block = Array.from({ length: EVENTS }, (_, number) => event(number)).join('');

process.on('message', async (count: number) => {
  for (let sent = 0; sent < count; sent += EVENTS) if (!listener?.write(block)) await once(listener as ServerResponse, 'drain');
});
process.on('disconnect', () => process.exit());

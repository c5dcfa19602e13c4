// Answers every POST as a Sonata server does, after the given time. Asked for it, tells what it saw since it was last asked.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const delay = Number(process.argv[2]);
const ANSWER = JSON.stringify({ message: 'Success' });
const HEADERS = { 'content-type': 'application/json', 'content-length': ANSWER.length };

let inFlight = 0;
let seen = { requests: 0, mostInFlight: 0, last: '' };

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  inFlight++;
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    seen.requests++;
    seen.mostInFlight = Math.max(seen.mostInFlight, inFlight);
    if (delay === 0) return respond();
    seen.last = Buffer.concat(chunks).toString();
    setTimeout(respond, delay);
  });
  const respond = () => {
    inFlight--;
    response.writeHead(200, HEADERS).end(ANSWER);
  };
});
// Sides wait for their turn longer than the usual five seconds.
server.keepAliveTimeout = 0;
server.listen(0, '127.0.0.1', () => process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));

process.on('message', () => {
  process.send?.(seen);
  seen = { requests: 0, mostInFlight: 0, last: '' };
});
process.on('disconnect', () => process.exit());

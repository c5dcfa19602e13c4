import { createServer } from 'node:net';

/** Below 32768: from there on, systems give ports to whoever asks for any. */
const FIRST = 20_000;
const PARTS = 120;
const SIZE = 100;
const first = FIRST + (process.pid % PARTS) * SIZE;
let taken = 0;

/** A port that is free now, and that stays so for whoever comes back to it: each process takes them from a part of its own. */
export async function freePort(): Promise<number> {
  for (let tries = 0; tries < SIZE; tries++) {
    const port = first + (taken++ % SIZE);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port is free from ${first} to ${first + SIZE - 1}`);
}

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });

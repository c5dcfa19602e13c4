import { createServer, type Server } from 'node:net';

/** Below 32768: from there on, systems give ports to whoever asks for any. */
const FIRST = 20_000;
const PARTS = 24;
/** More than a run of tests asks for: what the nodes remember of an address must not be of an earlier test. */
const SIZE = 500;
let own: Promise<number> | undefined;
let taken = 0;

/** The last port of the part: one that `freePort` never returns, even while no server listens on it. */
export const reservedPort = async (): Promise<number> => (await part()) + SIZE - 1;

/** A port that is free now, and that stays so for whoever comes back to it: each process takes them from a part of its own. */
export async function freePort(): Promise<number> {
  const first = await part();
  for (let tries = 1; tries < SIZE - 1; tries++) {
    const port = first + 1 + (taken++ % (SIZE - 2));
    if (await isFree(port)) return port;
  }
  throw new Error(`no port is free from ${first + 1} to ${first + SIZE - 2}`);
}

/** The first port of this process's part. */
function part(): Promise<number> {
  own ??= ownPart();
  return own;
}

/** Whoever listens on the first port of a part has it, until the process ends; the last one must be free. Returns the first. */
async function ownPart(): Promise<number> {
  for (let tries = 0; tries < PARTS; tries++) {
    const first = FIRST + ((process.pid + tries) % PARTS) * SIZE;
    const server = await listen(first);
    if (!server) continue;
    server.unref();
    if (await isFree(first + SIZE - 1)) return first;
    server.close();
  }
  throw new Error(`other processes have all ports from ${FIRST} to ${FIRST + PARTS * SIZE - 1}`);
}

async function isFree(port: number): Promise<boolean> {
  const server = await listen(port);
  if (!server) return false;
  await new Promise((resolve) => server.close(resolve));
  return true;
}

/** A server on a port of this machine; undefined where another has it. */
const listen = (port: number): Promise<Server | undefined> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => resolve(server));
  });

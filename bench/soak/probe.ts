import { createServer } from 'node:http';

/** What a process holds. Loaded with `--require` into the one that is looked at, which runs with `--expose-gc`. */
export interface Held {
  /** Megabytes that are in use after a collection. */
  readonly heap: number;
  /** By kind, as Node names them. */
  readonly resources: Readonly<Record<string, number>>;
}

const port = Number(process.env.ENSEMBLE_PROBE_PORT ?? 0);
if (port > 0)
  createServer((_request, response) => {
    (globalThis as { gc?: () => void }).gc?.();
    const resources: Record<string, number> = {};
    for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1;
    const held: Held = { heap: process.memoryUsage().heapUsed / 2 ** 20, resources };
    response.end(JSON.stringify(held));
  })
    .listen(port, '127.0.0.1')
    .unref();

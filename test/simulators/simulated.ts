import type { Update } from '../../src/simulators/page/update';
import { Simulator } from '../../src/simulators/simulator';
import type { VendorStates } from '../../src/simulators/vendors';

const started = new Set<Simulator>();

/** A simulator that ends with the test, on ports that the system gives unless some are given. */
export async function simulated(ports = { port: 0, mqttPort: 0 }): Promise<Simulator> {
  const simulator = await Simulator.start(ports);
  started.add(simulator);
  return simulator;
}

if (typeof afterEach === 'function')
  afterEach(async () => {
    await Promise.all([...started].map((simulator) => simulator.close()));
    started.clear();
  });

export interface Answer {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

export async function call(simulator: Simulator, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(simulator.address + path, {
    method,
    ...(body !== undefined && {
      headers: { 'content-type': 'application/json' },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: response.headers.get('content-type') === 'application/json' ? JSON.parse(text) : text,
    headers: response.headers,
  };
}

/** What a device page is told when it opens. */
export const snapshot = (simulator: Simulator): Promise<Snapshot> => read(simulator.address);

type Snapshot = Update & { readonly vendors: VendorStates };

/** The same, of the simulator at an address. */
export async function read(address: string): Promise<Snapshot> {
  const response = await fetch(`${address}/page/feed`);
  let text = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    text += chunk;
    const [, data] = /^data: (.*)\n\n/m.exec(text) ?? [];
    if (data) return JSON.parse(data);
  }
  throw new Error(`the feed ended after ${text}`);
}

/** 100 levels: 0 but for those given by index. */
export const levels = (lit: Readonly<Record<number, number>>): number[] => Array.from({ length: 100 }, (_, index) => lit[index] ?? 0);

/** The pattern of the vendor's curl example, which its example event then shows. */
export const EXAMPLE = levels({ 31: 15, 55: 15, 65: 15 });

import type { Update } from '../../src/simulators/page/update';
import { Simulator } from '../../src/simulators/simulator';
import type { VendorStates } from '../../src/simulators/vendors';
import { freePorts } from './ports';

const started = new Set<Simulator>();

/** A simulator that ends with the test. Default: on ports that no other of this run had. */
export async function simulated(ports?: { readonly port: number; readonly mqttPort: number }): Promise<Simulator> {
  const simulator = await Simulator.start(ports ?? (await freePorts()));
  started.add(simulator);
  return simulator;
}

if (typeof afterEach === 'function')
  afterEach(async () => {
    await Promise.all([...started].map((simulator) => simulator.close()));
    started.clear();
  });

export interface SimulatorResponse {
  readonly status: number;
  readonly body: unknown;
  readonly headers: Headers;
}

/** Where a simulator is. */
type At = Pick<Simulator, 'address'>;

/** A request with a form, with text or bytes as they are, or with anything else as JSON. */
export async function call(
  { address }: At,
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<SimulatorResponse> {
  const isForm = body instanceof URLSearchParams;
  const response = await fetch(address + path, {
    method,
    headers: { ...(body !== undefined && !isForm && { 'content-type': 'application/json' }), ...headers },
    ...(body !== undefined && { body: isForm || typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await response.text();
  return {
    status: response.status,
    body: response.headers.get('content-type') === 'application/json' ? JSON.parse(text) : text,
    headers: response.headers,
  };
}

/** What a person does on the device page. @returns the status of the response */
export const press = async (at: At, vendor: string, action: string, input: object = {}): Promise<number> =>
  (await call(at, 'POST', `/page/${vendor}/${action}`, input)).status;

/** The state that a device page gets when it opens. */
export const snapshot = (simulator: Simulator): Promise<PageSnapshot> => read(simulator.address);

type PageSnapshot = Update & { readonly vendors: VendorStates };

/** The same, of the simulator at an address. */
export async function read(address: string): Promise<PageSnapshot> {
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

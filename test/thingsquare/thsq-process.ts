/**
 * The vendor's own client (`thsq`) in a process of its own: there is one client for each process, which keeps timers and old
 * libraries. Started with `fork`; it is sent the calls, and sends back what their callbacks get, and the client's events.
 */
type VendorLibrary = Readonly<Record<string, ((...values: unknown[]) => unknown) | undefined>>;
export interface ThsqCall {
  readonly id: number;
  readonly method: string;
  readonly values: readonly unknown[];
  /** It calls nobody back. */
  readonly isSilent?: boolean;
}
export type Told = { readonly id: number; readonly values: unknown[] } | { readonly event: string; readonly values: unknown[] };

const EVENTS = [
  ...['logged-in', 'logged-out', 'device-nearby-first-seen', 'device-unknown-nearby-seen'],
  // Over its WebSocket.
  ...['server-connected', 'server-disconnected', 'device-updated', 'device-claimed', 'device-removed'],
];

/** A refusal comes as the whole response. */
const plain = (value: unknown): unknown => {
  const { statusCode, body } = (value ?? {}) as { statusCode?: unknown; body?: unknown };
  return statusCode === undefined ? value : { statusCode, body };
};
const tell = (told: Told): void => void process.send?.(told);

// The client has a door for its own tests, which it opens where it sees a test runner.
Object.assign(globalThis, { it: () => {} });
const client = require('thsq') as VendorLibrary;
for (const event of EVENTS) client.on?.(event, (...values: unknown[]) => tell({ event, values: values.map(plain) }));
process.on('message', ({ id, method, values, isSilent }: ThsqCall) => {
  const call = client[method];
  if (typeof call !== 'function') throw new Error(`thsq has no ${method}`);
  if (isSilent) tell({ id, values: [plain(call.apply(client, [...values]))] });
  else call.apply(client, [...values, (...results: unknown[]) => tell({ id, values: results.map(plain) })]);
});
process.on('disconnect', () => process.exit());

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ANY_PART } from '../../src/core/diagnostics/path-form';
import type { ExchangeReport } from '../../src/core/diagnostics/recorder';
import { ANY_KEY, MIXED, OR, type Shape } from '../../src/core/diagnostics/shape';
import { isRecord } from '../../src/core/objects';

/** A diagnostics file, as far as it is served. */
export interface ReplayedReport {
  readonly exchanges: readonly ExchangeReport[];
}

export interface Replay {
  readonly url: string;
  /** Requests that the file does not have. */
  readonly unknown: readonly string[];
  close(): Promise<void>;
}

/**
 * Answers as a vendor did according to a diagnostics file: each request with the status of the exchanges of its form, one after the
 * other, then with the last one again, and with a body of the shape that the file tells. A timeout of the file is one here.
 * @param port 0: any free one
 */
export async function startReplay({ exchanges }: ReplayedReport, port = 0): Promise<Replay> {
  const forms = new Map<string, ExchangeReport[]>();
  for (const exchange of exchanges) {
    const form = `${exchange.method} ${exchange.path.split('?')[0]}`;
    forms.set(form, [...(forms.get(form) ?? []), exchange]);
  }
  const unknown: string[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const exchange = next(forms, request);
    if (exchange) return respond(exchange, idsIn(request.url ?? ''), response);
    unknown.push(`${request.method} ${request.url}`);
    response.writeHead(404).end();
  });
  await new Promise<void>((resolve, reject) => void server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, unknown, close: () => close(server) };
}

async function close(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}

/** Of the form that fits best: the one with the fewest parts that may be anything. */
function next(forms: ReadonlyMap<string, ExchangeReport[]>, { method = 'GET', url = '/' }: IncomingMessage): ExchangeReport | undefined {
  const parts = (url.split('?')[0] ?? '').split('/');
  const fitting = [...forms.entries()].filter(([form]) => fits(form, method, parts));
  const [, exchanges] = fitting.sort(([one], [other]) => wildcards(one) - wildcards(other))[0] ?? [];
  return exchanges && exchanges.length > 1 ? exchanges.shift() : exchanges?.[0];
}

const wildcards = (form: string): number => form.split(ANY_PART).length - 1;

/** The file has paths below the connection's address: whatever stands before them is not compared. */
function fits(form: string, method: string, parts: readonly string[]): boolean {
  const [verb, path = ''] = form.split(' ');
  const wanted = path.split('/').slice(1);
  const given = parts.slice(-wanted.length);
  return verb === method && given.length === wanted.length && wanted.every((part, index) => part === ANY_PART || part === given[index]);
}

/** What a request asks for by its query: no file tells the ids of a dictionary. */
const idsIn = (url: string): readonly string[] => [...new URLSearchParams(url.split('?')[1])].flatMap(([, value]) => value.split(','));

function respond({ status, code, response: shape = 'nothing' }: ExchangeReport, ids: readonly string[], response: ServerResponse): void {
  if (status === undefined || status < 200 || status > 599) {
    // The client gives up by itself.
    if (code !== 'TIMEOUT') response.destroy();
    return;
  }
  // A session is known by its cookie, whose name no file tells.
  response.setHeader('set-cookie', 'replay=1; Path=/');
  const plain = { nothing: '', text: 'text', HTML: '<!DOCTYPE html><title>page</title>', bytes: '\0' };
  if (typeof shape === 'string' && Object.hasOwn(plain, shape)) response.writeHead(status).end(plain[shape as keyof typeof plain]);
  else response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(exampleOf(shape, ids)));
}

const SCALARS: Readonly<Record<string, unknown>> = {
  null: null,
  integer: 1,
  'time in s': 1_800_000_000,
  'time in ms': 1_800_000_000_000,
  number: 1.5,
  boolean: true,
  string: 'text',
  'empty string': '',
  'number as string': '1',
  'boolean as string': 'true',
  'time as string': '2026-01-01T00:00:00',
};

/** A value of a shape. @param ids keys for what is not the vendor's own word */
export function exampleOf(shape: Shape, ids: readonly string[] = []): unknown {
  const keys = ids.length > 0 ? ids : ['id-1'];
  const read = (part: Shape): unknown => {
    if (typeof part === 'string') return SCALARS[part.split(OR).find((word) => word !== 'null') ?? 'null'] ?? null;
    if (Array.isArray(part)) return part.flatMap((element: Shape) => alternatives(element).map(read));
    const [first] = alternatives(part);
    if (first !== part) return read(first as Shape);
    const fields = Object.entries(part).flatMap(([key, field]) =>
      (key === ANY_KEY ? keys : [key.replace(/\?$/, '')]).map((name) => [name, read(field as Shape)]),
    );
    return Object.fromEntries(fields);
  };
  return read(shape);
}

function alternatives(shape: Shape): readonly Shape[] {
  const mixed = isRecord(shape) ? shape[MIXED] : undefined;
  return Array.isArray(mixed) ? mixed : [shape];
}

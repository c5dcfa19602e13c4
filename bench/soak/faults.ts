import { request as httpRequest, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { type Behaviour, type FaultServer, respond } from '../../test/kit/fault-server';

/** The way to a vendor, which is well, or has one of the faults. */
export interface Way {
  readonly server: FaultServer;
  /** Requests that log in: what the vendor itself refuses there is no trouble that passes. */
  readonly isLogin: (path: string) => boolean;
}

export interface Fault {
  readonly name: string;
  begin(way: Way): void | Promise<void>;
}

const page = (status: number, headers: Record<string, string> = {}): Behaviour => {
  const body = `<!doctype html><html><body><h1>${status}</h1>Please try again later</body></html>`;
  return (response) => void response.writeHead(status, { 'content-type': 'text/html', ...headers }).end(body);
};
const raw =
  (body: string | Buffer, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(body);
const cut: Behaviour = (response) => void response.socket?.destroy();

const always = (name: string, behaviour: Behaviour): Fault => ({ name, begin: ({ server }) => server.always(behaviour) });
/** In the vendor's own form: not at the login. */
const refusing = (name: string, behaviour: Behaviour): Fault => ({
  name,
  begin: ({ server, isLogin }) =>
    server.always((response, request) => (isLogin(request.path) ? server.good : behaviour)(response, request)),
});

export const faults: readonly Fault[] = [
  { name: 'connection refused', begin: ({ server }) => server.refuse() },
  { name: 'dead peer', begin: ({ server }) => server.acceptSilently() },
  always('reset', cut),
  always('no response', () => {}),
  always('a response that never ends', (response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{');
  }),
  always('reset in the middle of the response', (response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
    response.write('{"data":', () => response.socket?.destroy());
  }),
  always('a page with 200', page(200)),
  always('a page with 400', page(400)),
  always('a page with 403', page(403)),
  always('a page with 404', page(404)),
  always('a page with 405', page(405)),
  always('a page with 407', page(407)),
  always('a page with 502', page(502)),
  always('429 with Retry-After', page(429, { 'retry-after': '5' })),
  always('503 with Retry-After', page(503, { 'retry-after': '5' })),
  always('a redirect', page(302, { location: 'https://login.example.com/' })),
  always('truncated JSON', raw('{"data":{"to')),
  always('another JSON', raw('[[]]')),
  always('nothing', raw('')),
  always('gzip that is broken', raw(gzipSync('{}').subarray(0, 8), { 'content-encoding': 'gzip' })),
  always('a response that is not HTTP', (response) => void response.socket?.end('220 mail.example.com ESMTP\r\n\r\n')),
  refusing('401 for everything', respond({ statusCode: 401, error: 'Unauthorized', message: 'token expired' }, 401)),
  refusing('403 for everything', respond({ message: 'Forbidden' }, 403)),
  refusing('500 for everything', respond({ error: 'Internal Server Error' }, 500)),
];

/** Hands requests on to another server, streams too. */
export const handingOnTo =
  (origin: string): Behaviour =>
  (response: ServerResponse, { method, path, headers, body }) => {
    const { host: _host, connection: _connection, ...kept } = headers;
    const onward = httpRequest(origin + path, { method, headers: { ...kept, 'content-length': Buffer.byteLength(body) } }, (answered) => {
      response.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(response);
      answered.on('error', () => response.destroy());
    });
    response.on('close', () => onward.destroy());
    onward.on('error', () => response.destroy());
    onward.end(body);
  };

import type { ServerResponse } from 'node:http';
import { inspect } from 'node:util';
import type { ErrorCode } from '../../src/core/errors';
import { type Behaviour, type FaultServer, respond } from './fault-server';

interface FaultDescription {
  readonly name: string;
  /** Makes the server do it to every request. */
  readonly arrange: (server: FaultServer) => void | Promise<void>;
  /** How an operation that wants a JSON object must end. */
  readonly end: ErrorCode | 'done';
  /** The HTTP status that the error must name. */
  readonly statusCode?: number;
  /** What the error must say, where another cause would have the same code. */
  readonly says?: RegExp;
  /** The node has `keepFor`, and the fault is over when it keeps the message. */
  readonly passes?: true;
}

/** Milliseconds. What has to wait for its end waits so long; whatever else happens has time for a slow machine. */
const WAIT = 1000;
const TIMEOUT = 20_000;

const text =
  (body: string | Buffer, contentType: string, status = 200): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
    response.end(body);
  };

const cut = (response: ServerResponse): void => {
  response.socket?.resetAndDestroy();
};

const HUGE = 50 * 1024 * 1024;
const MEBIBYTE = Buffer.alloc(1024 * 1024, ' ');

/** Sends in pieces, as fast as the peer reads, without saying how much is to come. */
const huge: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  let left = HUGE;
  const more = () => {
    while (left > 0 && !response.destroyed) {
      left -= MEBIBYTE.length;
      if (!response.write(MEBIBYTE)) return;
    }
    response.end();
  };
  response.on('drain', more);
  more();
};

const always = (behaviour: Behaviour) => (server: FaultServer) => server.always(behaviour);
const status = (code: number, end: FaultDescription['end'], headers: Record<string, string> = {}): FaultDescription => ({
  name: `HTTP ${code}${headers['retry-after'] ? ' with Retry-After' : ''}`,
  arrange: always(respond({ error: 'the vendor’s own words' }, code, headers)),
  end,
  statusCode: code,
});

const all: readonly FaultDescription[] = [
  { name: 'nothing wrong', arrange: () => {}, end: 'done' },
  { name: 'connection refused', arrange: (server) => server.refuse(), end: 'UNREACHABLE' },
  { name: 'connection refused until the message is kept', arrange: (server) => server.refuse(), end: 'done', passes: true },
  { name: 'dead peer', arrange: (server) => server.acceptSilently(), end: 'TIMEOUT' },
  { name: 'reset before the response', arrange: always(cut), end: 'UNREACHABLE' },
  {
    name: 'reset in the middle of the body',
    arrange: always((response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
      response.write('{"message":', () => cut(response));
    }),
    end: 'UNREACHABLE',
  },
  { name: 'no response', arrange: always(() => {}), end: 'TIMEOUT' },
  {
    name: 'a response that never ends',
    arrange: always((response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{');
    }),
    end: 'TIMEOUT',
  },
  {
    name: 'a slow first byte',
    arrange: (server) => server.always((response, request) => void setTimeout(() => server.good(response, request), 150)),
    end: 'done',
  },
  status(400, 'REJECTED'),
  {
    name: 'HTTP 400 that repeats what was sent',
    arrange: always((response, request) => respond({ error: inspect(request, { maxStringLength: 500 }) }, 400)(response, request)),
    end: 'REJECTED',
    statusCode: 400,
  },
  status(401, 'UNAUTHORIZED'),
  status(403, 'FORBIDDEN'),
  status(404, 'NOT_FOUND'),
  status(429, 'RATE_LIMITED', { 'retry-after': '3600' }),
  status(500, 'VENDOR_ERROR'),
  status(503, 'VENDOR_ERROR'),
  {
    name: 'HTTP 502 with a page of HTML',
    arrange: always(text('<html><body>Bad gateway</body></html>', 'text/html', 502)),
    end: 'VENDOR_ERROR',
    statusCode: 502,
  },
  {
    name: 'HTML with HTTP 200',
    arrange: always(text('<!doctype html><html><body>Log in</body></html>', 'text/html')),
    end: 'BAD_RESPONSE',
    statusCode: 200,
  },
  { name: 'truncated JSON', arrange: always(text('{"message": "Succ', 'application/json')), end: 'BAD_RESPONSE', statusCode: 200 },
  ...[17, null, 'Success', [[]]].map(
    (body): FaultDescription => ({
      name: `the wrong type: ${JSON.stringify(body)}`,
      arrange: always(respond(body)),
      end: 'BAD_RESPONSE',
      statusCode: 200,
    }),
  ),
  {
    name: 'JSON that is nested 20,000 levels deep',
    arrange: always(text(`{"data":${'['.repeat(20_000)}${']'.repeat(20_000)}}`, 'application/json')),
    end: 'BAD_RESPONSE',
    statusCode: 200,
    says: /^(?!.*call stack)/,
  },
  { name: 'an empty body', arrange: always(text('', 'application/json')), end: 'BAD_RESPONSE', statusCode: 200 },
  { name: 'bytes that are no text', arrange: always(text(Buffer.from([0xff, 0xfe, 0x00, 0xc0]), 'application/json')), end: 'BAD_RESPONSE' },
  { name: 'a body of 50 MB', arrange: always(huge), end: 'BAD_RESPONSE', statusCode: 200, says: /larger than/ },
  {
    name: 'a redirect to another host',
    arrange: (server) => server.always((response) => void response.writeHead(307, { location: `${server.elsewhere}/` }).end()),
    end: 'BAD_RESPONSE',
    statusCode: 307,
  },
  {
    name: 'a response that is not HTTP',
    arrange: always((response) => void response.socket?.end('220 mail.example.com ESMTP\r\n\r\n')),
    end: 'BAD_RESPONSE',
  },
];

export interface Fault extends FaultDescription {
  /** Of the connection, in milliseconds. */
  readonly timeout: number;
}

/** What every operation of every vendor must survive, with the one right end. */
export const faults: readonly Fault[] = all.map((fault) => ({ ...fault, timeout: fault.end === 'TIMEOUT' ? WAIT : TIMEOUT }));

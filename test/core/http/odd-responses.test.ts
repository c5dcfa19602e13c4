import { deepEqual, equal, match, ok, rejects, throws } from 'node:assert/strict';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { brotliCompressSync, createGzip, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import type { EnsembleError } from '../../../src/core/errors';
import { HttpClient } from '../../../src/core/http/client';
import type { HttpClientOptions } from '../../../src/core/http/request';
import { json } from '../../../src/core/http/response';
import { Scope } from '../../../src/core/scope';
import { FaultServer, respond } from '../../kit/fault-server';
import { until } from '../../kit/within';

const WORDS = { message: 'Success', ü: 'ä' };
const text = JSON.stringify(WORDS);

describe('a response that is odd, and can be read', () => {
  let server: FaultServer;
  let client: HttpClient;
  const scope = new Scope();

  beforeEach(async () => {
    server = await FaultServer.start();
  });
  afterEach(async () => {
    await client.close();
    await server.close();
  });
  const open = (options: Partial<HttpClientOptions> = {}) => {
    client = new HttpClient({ baseUrl: server.url, timeout: 30_000, ...options });
  };
  const send = () => client.send({ method: 'POST', path: '/do', json: {} }, { repeatable: false, scope });
  const says = (body: Buffer | string, headers: Record<string, string> = {}, status = 200) =>
    server.next((response) => response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body));
  const read = json(z.looseObject({ message: z.string() }));

  it('is compressed, although that was not requested', async () => {
    open();
    const packed: [string, Buffer][] = [
      ['gzip', gzipSync(text)],
      ['GZip', gzipSync(text)],
      ['x-gzip', gzipSync(text)],
      ['deflate', deflateSync(text)],
      ['deflate', deflateRawSync(text)],
      ['br', brotliCompressSync(text)],
      ['br, gzip', gzipSync(brotliCompressSync(text))],
      ['identity', Buffer.from(text)],
      // A proxy has decompressed it, and left the header.
      ['gzip', Buffer.from(text)],
    ];
    for (const [coding, body] of packed) {
      says(body, { 'content-encoding': coding });
      deepEqual(read(await send()), WORDS, coding);
    }
    server.next((response) => response.writeHead(204, { 'content-encoding': 'gzip' }).end());
    equal((await send()).body.length, 0);
  });

  it('is a refusal that is packed', async () => {
    open();
    says(gzipSync(JSON.stringify({ error: 'invalid', error_description: 'not for you' })), { 'content-encoding': 'gzip' }, 403);
    await rejects(send(), { code: 'FORBIDDEN', message: 'POST /do was answered with HTTP 403: not for you' });
    says('odd', { 'content-encoding': 'zstd' }, 404);
    await rejects(send(), { code: 'NOT_FOUND', message: 'POST /do was answered with HTTP 404' });
  });

  it('is no larger than it may be when it is decompressed', async () => {
    open({ maxBytes: 100_000 });
    const bomb = gzipSync(Buffer.alloc(20 * 1024 * 1024));
    ok(bomb.length < 100_000);
    says(bomb, { 'content-encoding': 'gzip' });
    await rejects(send(), { code: 'BAD_RESPONSE', message: 'the response is larger than 100000 bytes when it is decompressed' });
    says(gzipSync(bomb), { 'content-encoding': 'gzip, gzip' });
    await rejects(send(), { code: 'BAD_RESPONSE', message: /larger than/ });
    says(gzipSync(Buffer.alloc(100_000, ' ')), { 'content-encoding': 'gzip' });
    equal((await send()).body.length, 100_000);
  });

  it('is named where it cannot be decompressed', async () => {
    open();
    const refused = (reason: RegExp) =>
      rejects(send(), (error: EnsembleError) => {
        deepEqual([error.code, error.cause.statusCode], ['BAD_RESPONSE', 200]);
        match(error.message, reason);
        return true;
      });
    says('odd', { 'content-encoding': 'zstd' });
    await refused(
      /^the response is compressed, which was not requested, and cannot be decompressed \(content-encoding zstd: it is not known\)$/,
    );
    says('odd', { 'content-encoding': 'constructor' });
    await refused(/content-encoding constructor: it is not known\)$/);
    says(gzipSync(text).subarray(0, 20), { 'content-encoding': 'gzip' });
    await refused(/content-encoding gzip: Z_BUF_ERROR\)$/);
    says(gzipSync(text).fill(0, 10), { 'content-encoding': 'gzip' });
    await refused(/content-encoding gzip: Z_/);
    says(gzipSync(text), { 'content-encoding': 'gzip, gzip, gzip' });
    await refused(/content-encoding gzip, gzip, gzip: it is not known/);
  });

  it('begins with a byte-order mark', async () => {
    open();
    const bigEndian = Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
    for (const body of [Buffer.from(`\ufeff${text}`), Buffer.from(`\ufeff${text}`, 'utf16le'), bigEndian, gzipSync(`\ufeff${text}`)]) {
      says(body, { 'content-encoding': body[0] === 0x1f ? 'gzip' : 'identity' });
      deepEqual(read(await send()), WORDS);
    }
  });

  it('says what it is where it is neither a success nor an error', async () => {
    open();
    const named = async (status: number, headers: Record<string, string>, message: RegExp) => {
      server.next((response) => response.writeHead(status, headers).end());
      await rejects(send(), { code: 'BAD_RESPONSE', message });
    };
    await named(304, {}, /^POST \/do was answered with HTTP 304 \(not modified\), although the request was not conditional$/);
    const elsewhere = { location: 'https://login.example/secret?token=secret' };
    await named(302, elsewhere, /^POST \/do was answered with a redirect to https:\/\/login\.example \(HTTP 302\), which is not followed$/);
    await named(301, { location: '//' }, /a redirect \(HTTP 301\)/);
    await named(399, {}, /HTTP 399, which is no response to it$/);
  });

  it('says how long to wait by the clock of the vendor', async () => {
    open({ timeout: 3000 });
    const headers = { 'retry-after': 'Sun, 22 Nov 2020 10:00:30 GMT', date: 'Sun, 22 Nov 2020 10:00:00 GMT' };
    server.next(respond({}, 503, headers));
    await rejects(send(), ({ retryAfter }: EnsembleError) => retryAfter === 30_000);
  });

  it('says what is malformed in it, and repeats nothing of it', () => {
    const got = (body: string, contentType = 'application/json') => ({
      statusCode: 200,
      contentType,
      date: undefined,
      cookies: [],
      body: Buffer.from(body),
    });
    const malformed = (body: string, message: string | RegExp) => throws(() => read(got(body)), { code: 'BAD_RESPONSE', message });
    malformed('{"message": "secret', /^expected JSON, got 19 bytes of application\/json, which break off before their end$/);
    malformed('{"message" "secret"}', /^expected JSON, got 20 bytes of application\/json, which are none from position 11 on$/);
    malformed('', 'expected JSON, got an empty response');
    malformed('{"message": 5}', /^"message" of the response: Invalid input: expected string, received number$/);
    malformed('5', /^the response: Invalid input: expected object, received number$/);
  });

  it('is a packed stream, which is handed on as it comes', async () => {
    open();
    let response: ServerResponse | undefined;
    server.next((serverResponse) => {
      response = serverResponse.writeHead(200, { 'content-type': 'text/event-stream', 'content-encoding': 'gzip' });
    });
    const seen: string[] = [];
    const reader = { open: () => {}, data: (chunk: Buffer) => void seen.push(chunk.toString()) };
    const ended = client.stream({ method: 'GET', path: '/stream' }, reader, scope);
    await until('the request', () => response);
    const packing = createGzip();
    packing.pipe(response as ServerResponse);
    for (const part of ['one', 'two']) {
      packing.write(part);
      packing.flush();
      await until(part, () => seen.at(-1) === part);
    }
    packing.end('three');
    await ended;
    deepEqual(seen, ['one', 'two', 'three']);
  });

  it('is a packed stream of which a little is a lot: the peer waits while its reader cannot follow', async () => {
    open();
    const size = 16 * 1024 * 1024;
    server.next((response) => void response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(size))));
    let [got, held] = [0, 0];
    const data = (chunk: Buffer, source: { pause(): void; resume(): void }) => {
      equal(held, 0, 'nothing comes while it waits');
      got += chunk.length;
      if (got % 10 !== 0) return;
      held++;
      source.pause();
      setImmediate(() => {
        held--;
        source.resume();
      });
    };
    await client.stream({ method: 'GET', path: '/stream' }, { open: () => {}, data }, scope);
    equal(got, size);
  });
});

describe('a peer that sends more than was requested', () => {
  let server: Server;
  let client: HttpClient;
  const sockets = new Set<Socket>();
  const scope = new Scope();
  const serve = async (bytes: string) => {
    server = createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => {}).on('data', () => socket.write(bytes));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    client = new HttpClient({ baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, timeout: 30_000 });
  };
  const send = () => client.send({ method: 'GET', path: '/do' }, { repeatable: true, scope });
  afterEach(async () => {
    await client.close();
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const GOOD = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

  it('is read where it gives early hints', async () => {
    await serve(`HTTP/1.1 103 Early Hints\r\nlink: </a>\r\ncontent-encoding: gzip\r\n\r\n${GOOD}`);
    equal((await send()).body.toString(), '{}');
  });

  it('is named where it lets us go on, or speaks of another protocol', async () => {
    await serve(`HTTP/1.1 100 Continue\r\n\r\n${GOOD}`);
    await rejects(send(), {
      code: 'BAD_RESPONSE',
      message: /^127\.0\.0\.1:\d+ answered GET \/do with HTTP 100 \(continue\), which was not requested$/,
    });
    await client.close();
    await new Promise((resolve) => {
      server.close(resolve);
      for (const socket of sockets) socket.destroy();
    });
    await serve('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: h2c\r\n\r\n');
    await rejects(send(), { code: 'BAD_RESPONSE', message: /HTTP 101 \(another protocol\), which was not requested$/ });
  });
});

import { request } from 'node:http';
import { pipeline, Transform } from 'node:stream';
import type { Behaviour } from './fault-server';

/** Passes everything on to the server at an address; its streams with each chunk rewritten, where that is asked for. */
export const forwardTo =
  (address: string, rewrite = (frame: string): string => frame): Behaviour =>
  (response, { method, path, headers, body }) => {
    const onward = request(address + path, { method, headers, agent: false }, (come) => {
      response.writeHead(come.statusCode ?? 502, come.headers).flushHeaders();
      const isStream = headers.accept === 'text/event-stream';
      const change = new Transform({
        transform: (chunk: Buffer, _encoding, done) => done(null, isStream ? rewrite(chunk.toString('utf8')) : chunk),
      });
      pipeline(come, change, response, () => {});
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    onward.end(body);
  };

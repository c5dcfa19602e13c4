import { request as forward } from 'node:http';
import { pipeline, Transform } from 'node:stream';
import type { Behaviour } from '../kit/fault-server';

/** Passes everything on to the simulated Turn; its streams with each frame rewritten, where that is asked for. */
export const wayTo =
  (turn: { readonly address: string }, rewrite = (frame: string): string => frame): Behaviour =>
  (response, { method, path, headers, body }) => {
    const onward = forward(turn.address + path, { method, headers, agent: false }, (come) => {
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

import { type Behaviour, respond } from '../kit/fault-server';
import type { Stage } from '../kit/stage';
import { until } from '../kit/within';

export type ParameterValues = Readonly<Record<string, unknown>>;

export const NODE = { type: 'twinkly-command', operation: '', parameters: {} };
export const success = { status: 'success' };
export const COMMAND = /^\/v2\/(object|installation)s\/(.+)\/runtime\/command(?:\/(.+))?$/;

export const idOf = (path: string) => decodeURIComponent(COMMAND.exec(path)?.[2] ?? path);

/** The responses by the ids. */
export const each =
  (responses: Readonly<Record<string, Behaviour>>): Behaviour =>
  (response, request) =>
    ((Object.hasOwn(responses, idOf(request.path)) ? responses[idOf(request.path)] : undefined) ?? respond(success))(response, request);

export const failure = (id: string, operation: string, more: object) => ({
  vendor: 'twinkly',
  operation,
  target: `object/${id}`,
  ...more,
});

/** What tests of commands do with the stage: run them, and hold their requests back. */
export function commandsOn(stage: Stage) {
  const run = (operation: string, parameters: ParameterValues) => stage.run({ operation, parameters });
  /** Requests that wait for their response. */
  const held: { readonly id: string; readonly command: string; end(behaviour?: Behaviour): void }[] = [];
  const hold = () => {
    held.length = 0;
    stage.respondWith((response: Parameters<Behaviour>[0], request: Parameters<Behaviour>[1]) => {
      const { command } = request.json as { command: string };
      held.push({ id: idOf(request.path), command, end: (behaviour = respond(success)) => behaviour(response, request) });
    });
  };
  const heldIs = (...wanted: string[]) =>
    until(`requests: ${wanted.join()}`, () => held.map(({ id, command }) => `${id} ${command}`).join() === wanted.join());
  const answer = (behaviour?: Behaviour) => held.shift()?.end(behaviour);
  /** What has been sent, in order: to whom, and what. */
  const sent = () =>
    stage.requests.map(({ path, json }) => `${idOf(path)} ${(json as { command?: string } | undefined)?.command ?? 'asked'}`);
  return { run, held, hold, heldIs, answer, sent };
}

import { deepEqual, match } from 'node:assert/strict';
import type { Recorded } from './fault-server';
import type { NodeUnderTest, Stage } from './stage';
import type { MessageEnd } from './vendor';

/** A message for an action node, the one request that it becomes, and what the flow gets of the response. */
export interface WireRow {
  readonly title: string;
  readonly node: NodeUnderTest;
  /** What the message holds. All of it is kept but for the payload. */
  readonly message?: object;
  /** More settings of the connection. */
  readonly settings?: object;
  /** The request, as `WireTable.shows` has it. */
  readonly request: readonly unknown[];
  /** The JSON body of the response, or what the server does. */
  readonly response: unknown;
  /** The payload, where it is not the body of the response. */
  readonly result?: unknown;
  readonly status?: number;
  /** The vendor wants no login for it. */
  readonly isPublic?: boolean;
}

export interface WireTable {
  readonly rows: readonly WireRow[];
  /** What the tests compare of a request. */
  readonly shows: (request: Recorded) => readonly unknown[];
  /** The login that comes before, shown so. */
  readonly login?: readonly unknown[];
  /** More settings of the connection. */
  readonly settings?: object;
}

/** A test for each row. The vendor is asked once, after a login where it has one. */
export function wireTable(stage: Stage, { rows, shows, login, settings }: WireTable): void {
  for (const { title, node, message, settings: more, request, response, result = response, status = 200, isPublic } of rows)
    it(title, async () => {
      await stage.open(node, { ...settings, ...more });
      stage.respondWith(response);
      const given = { topic: 'kept', ...message };
      const { id, ends, outputs, error } = await stage.audit.run({ ...given });
      deepEqual([ends, error], [['done'], undefined]);
      deepEqual(stage.server.requests.map(shows), login && !isPublic ? [login, request] : [request]);
      deepEqual(outputs, [{ ...given, _msgid: id, payload: result, statusCode: status }]);
    });
}

/** A message that is refused before anything is sent. */
export interface Refusal {
  readonly title: string;
  readonly node: NodeUnderTest;
  readonly message?: object;
  readonly settings?: object;
  readonly says: RegExp;
  /** The status says before the first message that it is not configured. */
  readonly isKnown?: boolean;
  /** Default: `INVALID_INPUT`. */
  readonly end?: MessageEnd;
}

/** A test for each. */
export function refusalTable(stage: Stage, rows: readonly Refusal[]): void {
  for (const { title, node, message, settings, says, end = 'INVALID_INPUT', isKnown } of rows)
    it(title, async () => {
      await stage.open(node, settings);
      if (isKnown) await stage.audit.status({ fill: 'grey', shape: 'ring', text: 'not configured' });
      const { ends, error, outputs } = await stage.audit.run({ ...message });
      deepEqual([ends, outputs, stage.server.requests], [[end], [], []]);
      match((error as Error).message, says);
    });
}

import type { Reply } from '../vendor';
import type { Account } from './accounts';

/** A request, as a route sees it. */
export interface Call {
  /** Nobody in particular where the request has no session. */
  readonly user: Account;
  readonly hasSession: boolean;
  readonly cookies: string | undefined;
  /** What the pattern has in brackets. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
}

/** The path begins after `/0/`. The last item: no session is needed. */
export type Route = readonly [method: string, path: RegExp, serve: (call: Call) => Reply, isOpen?: true];

/** Most calls are answered with a word. */
export const word = (status: number, text: string, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body: text,
});

export const answer = (body: object): Reply => ({ status: 200, body });

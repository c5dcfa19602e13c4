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
  /** It comes from the vendor's library, which names the frontend in each request: no other does. */
  readonly byLibrary: boolean;
}

/** The path begins after `/0/`. The last item: no session is needed. */
export type Route = readonly [method: string, path: RegExp, serve: (call: Call) => Reply, isOpen?: true];

/** Most calls are answered with a word. */
export const word = (status: number, text: string, headers: Reply['headers'] = {}): Reply => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8', ...headers },
  body: text,
});

/** [G] The document and the library differ in some words: each is told its own. */
export const wordFor = ({ byLibrary }: Call, status: number, documented: string, ofLibrary: string): Reply =>
  word(status, byLibrary ? ofLibrary : documented);

export const answer = (body: object): Reply => ({ status: 200, body });

/** A part of a path, as it was before it was encoded; what is not encoded well stays as it is. */
export function decoded(part = ''): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

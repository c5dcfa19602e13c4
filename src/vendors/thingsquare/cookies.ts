import type { CookieJar } from 'tough-cookie';
import type { Warn } from '../../core/http/request';
import { say } from './texts';

/** More than a session can need. The backend chooses the names: they must fill neither the memory nor the header of every request. */
const COOKIE_LIMITS = { cookies: 50, characters: 4096 };

/**
 * Keeps the cookies of a response, as far as there is room: those that came first stay. Of those of a login the session's
 * may be anywhere, most likely first or last.
 */
export function keepCookies(jar: CookieJar, lines: readonly string[], url: string, warn: Warn): void {
  if (lines.length === 0) return;
  const isLogin = jar.getCookieStringSync(url) === '';
  for (const line of lines) jar.setCookieSync(line, url, { ignoreError: true });
  let [count, characters] = [0, 0];
  let isFull = false;
  // In the order in which they first came.
  const all = jar.serializeSync()?.cookies ?? [];
  for (const { key = '', value = '', domain, path, expires, maxAge } of isLogin ? fromBothEnds(all) : all) {
    const isOver = (typeof maxAge === 'number' && maxAge <= 0) || (typeof expires === 'string' && Date.parse(expires) <= Date.now());
    const hasRoom = count < COOKIE_LIMITS.cookies && characters + key.length + value.length <= COOKIE_LIMITS.characters;
    if (!isOver && hasRoom) {
      count++;
      characters += key.length + value.length;
      continue;
    }
    isFull ||= !isOver;
    // Of a store in memory it is done at once.
    void jar.store.removeCookie(String(domain), String(path), key);
  }
  if (isFull)
    warn(
      `the backend sets more cookies than can be kept (${COOKIE_LIMITS.cookies}, of ${COOKIE_LIMITS.characters} characters in all): the rest is left out`,
      say('cookies', { count: COOKIE_LIMITS.cookies, characters: COOKIE_LIMITS.characters }),
    );
}

/** The first, the last, the second, the last but one, and so on. */
const fromBothEnds = <T>(items: readonly T[]): T[] =>
  items.flatMap((_, index) => items[index % 2 === 0 ? index / 2 : items.length - (index + 1) / 2] ?? []);

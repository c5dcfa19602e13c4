import { createHash } from 'node:crypto';
import type { Variable } from './values';

/** Characters of all topics and signs: about 100,000 variables. Their names are the backend's, which must not fill the memory. */
export const SIGNS = { most: 8_000_000 };
/** Longer ones are kept as a trace. */
const LONGEST = 256;

/** Tells a value from the one before. The same value, reported or set anew, is a change: a button is pressed twice. */
export function signOf({ time, value }: Variable): string {
  const text = JSON.stringify(value) ?? '';
  return `${time} ${text.length > LONGEST ? createHash('sha256').update(text).digest('base64') : text}`;
}

/** What is known of each variable, by topic. */
export class Signs {
  private readonly known = new Map<string, string>();
  private size = 0;

  constructor(kept: Readonly<Record<string, string>> = {}) {
    for (const [topic, sign] of Object.entries(kept)) this.keep(topic, sign);
  }

  get(topic: string): string | undefined {
    return this.known.get(topic);
  }

  hasRoom(topic: string, sign: string): boolean {
    return this.size + this.growth(topic, sign) <= SIGNS.most;
  }

  /** @returns whether there was room for it */
  keep(topic: string, sign: string): boolean {
    if (!this.hasRoom(topic, sign)) return false;
    this.size += this.growth(topic, sign);
    this.known.set(topic, sign);
    return true;
  }

  forget(isGone: (topic: string) => boolean): void {
    for (const [topic, sign] of this.known)
      if (isGone(topic)) {
        this.known.delete(topic);
        this.size -= topic.length + sign.length;
      }
  }

  private growth(topic: string, sign: string): number {
    const before = this.known.get(topic);
    return before === undefined ? topic.length + sign.length : sign.length - before.length;
  }

  all(): Readonly<Record<string, string>> {
    return Object.fromEntries(this.known);
  }
}

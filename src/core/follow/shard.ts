import { optional, text } from '../schema/parameters';

/** Of the two numbers of a shard at most. */
const MAX_DIGITS = 4;
const anyDigits = (count: number): string => (count > 0 ? `\\d{${count}}` : '');
const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index);

/** `a/b`, with a from 1 to b, as a regular expression, so that the panel, the runtime and the JSON Schema refuse `4/3` alike. */
function shardPattern(): string {
  const shorter = upTo(MAX_DIGITS).map((digits) => `[1-9]${anyDigits(digits)}/[1-9]\\d{${digits + 1},${MAX_DIGITS - 1}}`);
  const forms = [...shorter.slice(0, -1), `([1-9]\\d{0,${MAX_DIGITS - 1}})/\\1`];
  let groups = 1;
  // Of the same length: they begin alike, then comes a digit that is smaller in the first.
  for (const rest of upTo(MAX_DIGITS))
    for (const alike of upTo(MAX_DIGITS - rest)) {
      const smaller = alike === 0 ? [1, 2, 3, 4, 5, 6, 7, 8] : upTo(9);
      const begin = alike === 0 ? '' : `\\${++groups}`;
      const pairs = smaller.map((digit) => `${digit}${anyDigits(rest)}/${begin}[${digit + 1}-9]${anyDigits(rest)}`);
      forms.push(`${alike === 0 ? '' : `([1-9]${anyDigits(alike - 1)})`}(?:${pairs.join('|')})`);
    }
  return `^(?:${forms.join('|')})$`;
}

/** The setting that distributes polling over several Node-RED instances. */
export const shard = optional(
  text({
    label: 'Shard',
    advanced: true,
    help: 'Distributes the polling over several Node-RED instances: 1/3 polls the first of three shards. Empty: this instance polls everything.',
    pattern: shardPattern(),
    expected: 'a shard such as 1/3',
  }),
);

/** Which ids belong to a shard such as `1/3`; all without one. The same id always belongs to the same shard. */
export function inShard(shard: string | undefined): (id: string) => boolean {
  if (shard === undefined) return () => true;
  const [index = 0, count = 0] = shard.split('/').map(Number);
  return (id) => hash(id) % count === index - 1;
}

/** FNV-1a: the same on every machine, and spread well over few shards. */
function hash(id: string): number {
  let sum = 0x811c9dc5;
  for (const byte of Buffer.from(id)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum;
}

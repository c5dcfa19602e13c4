import { EnsembleError } from '../errors';
import { optional, text } from '../schema/parameters';

/** The setting by which several Node-RED instances split what they poll. */
export const shard = optional(
  text({
    label: 'Share',
    help: 'Several Node-RED instances split the work: 1/3 polls the first of three shares. Empty: this instance polls all.',
    pattern: '^[1-9]\\d{0,3}/[1-9]\\d{0,3}$',
    expected: 'a share as 1/3',
  }),
);

/** Which ids belong to a share such as `1/3`; all without one. The same id always falls to the same share. @throws EnsembleError NOT_CONFIGURED */
export function inShard(share: string | undefined): (id: string) => boolean {
  if (share === undefined) return () => true;
  const [index = 0, count = 0] = share.split('/').map(Number);
  if (index > count) throw new EnsembleError('NOT_CONFIGURED', `shard must be at most ${count}/${count}, not ${share}`);
  return (id) => hash(id) % count === index - 1;
}

/** FNV-1a: the same on every machine, and spread well over few shares. */
function hash(id: string): number {
  let sum = 0x811c9dc5;
  for (const byte of Buffer.from(id)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum;
}

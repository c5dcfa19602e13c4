import { EnsembleError } from '../errors';
import { optional, text } from '../schema/parameters';

/** The setting that distributes polling over several Node-RED instances. */
export const shard = optional(
  text({
    label: 'Shard',
    help: 'Distributes the polling over several Node-RED instances: 1/3 polls the first of three shards. Empty: this instance polls everything.',
    pattern: '^[1-9]\\d{0,3}/[1-9]\\d{0,3}$',
    expected: 'a shard such as 1/3',
  }),
);

/** Which ids belong to a shard such as `1/3`; all without one. The same id always belongs to the same shard. @throws EnsembleError NOT_CONFIGURED */
export function inShard(shard: string | undefined): (id: string) => boolean {
  if (shard === undefined) return () => true;
  const [index = 0, count = 0] = shard.split('/').map(Number);
  if (index > count) throw new EnsembleError('NOT_CONFIGURED', `shard must be at most ${count}/${count}, not ${shard}`);
  return (id) => hash(id) % count === index - 1;
}

/** FNV-1a: the same on every machine, and spread well over few shards. */
function hash(id: string): number {
  let sum = 0x811c9dc5;
  for (const byte of Buffer.from(id)) sum = Math.imul(sum ^ byte, 0x01000193) >>> 0;
  return sum;
}

import { deepEqual, equal } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { shard } from '../../src/core/follow/shard';
import { textOf } from '../kit/source';

const text = textOf('docs/scaling.md');

describe('what docs/scaling.md says of shards', () => {
  it('makes a shard of the ordinal of a pod', () => {
    const [, line = ''] = /^ +(export SHARD=.+)$/m.exec(text) ?? [];
    const made = [0, 1, 11].map((ordinal) => {
      const env = { ...process.env, HOSTNAME: `node-red-${ordinal}`, SHARDS: '12' };
      return execFileSync('sh', ['-c', `${line}; printf %s "$SHARD"`], { env, encoding: 'utf8' });
    });
    deepEqual(made, ['1/12', '2/12', '12/12']);
  });

  it('names each shard of three once', () => {
    const named = [...text.matchAll(/SHARD: (\d\/\d)/g)].map(([, name]) => name);
    deepEqual(named, ['1/3', '2/3', '3/3']);
    for (const name of named) equal(new RegExp(String(shard.pattern)).test(String(name)), true);
  });
});

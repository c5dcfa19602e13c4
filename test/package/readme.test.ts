import { deepEqual, equal, ok } from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import type { Parameters } from '../../src/core/schema/parameters';
import { misfit } from '../../src/core/schema/parse';
import { operations } from '../../src/vendors/sonata/sonata-pattern';
import { ROOT } from '../kit/root';

const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const readme = read('README.md');
const manifest = JSON.parse(read('package.json')) as {
  dependencies: Record<string, string>;
  'node-red': { nodes: Record<string, string> };
};

const all = (pattern: RegExp): string[] => [...readme.matchAll(pattern)].map(([, found = '']) => found);
/** The first cells of the table under a heading, with the names in backticks one by one. */
const named = (heading: string): string[] => {
  const table = readme.slice(readme.indexOf(heading)).match(/(?:^\|.*\n)+/m)?.[0] ?? '';
  return table.split('\n').flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));
};
const blocks = (language: string): string[] => all(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'));

describe('the README', () => {
  it('lists the nodes, codes and dependencies that there are', () => {
    const codes = [...(read('src/core/errors.ts').match(/ErrorCode =[^;]+/)?.[0] ?? '').matchAll(/'(\w+)'/g)].map(([, code]) => code);
    deepEqual(named('## Nodes').sort(), Object.keys(manifest['node-red'].nodes).sort());
    // What `npm run new` writes, for somebody to replace.
    equal(/` \| What it does/.test(readme), false, 'the README must say what each node does');
    deepEqual(named('**Errors.**').sort(), codes.sort());
    deepEqual(named('**Delivery.**'), ['all', 'latest', 'reject']);
    deepEqual(named('needs six others').sort(), Object.keys(manifest.dependencies).sort());
  });

  it('shows the pictures that there are', () => {
    const shown = all(/(?:\]\(|src=")(docs\/[^)"]+)/g);
    deepEqual(
      [...new Set(shown)].sort(),
      readdirSync(join(ROOT, 'docs'))
        .filter((name) => name.endsWith('.png'))
        .map((name) => `docs/${name}`)
        .sort(),
    );
  });

  it('has a function node that makes a pattern', () => {
    const [code = ''] = blocks('js');
    const { payload } = runInNewContext(`((msg) => { ${code} })({})`) as { payload: unknown };
    const parameters: Parameters | undefined = operations.find(({ id }) => id === 'set-pattern')?.parameters;
    ok(parameters?.pattern);
    equal(misfit(parameters.pattern, payload), undefined);
  });
});

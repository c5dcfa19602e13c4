import { deepEqual, equal, ok } from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import type { Parameters } from '../../src/core/schema/parameters';
import { misfit } from '../../src/core/schema/parse';
import { operations } from '../../src/vendors/sonata/sonata-pattern';
import { filesOf, textOf } from '../kit/source';
import { firstColumn, linksOf, named } from './markdown';

const readme = textOf('README.md');
const manifest = JSON.parse(textOf('package.json')) as { name: string; version: string; 'node-red': { nodes: Record<string, string> } };

describe('the README', () => {
  it('is short enough to be read', () => {
    const lines = readme.trimEnd().split('\n').length;
    ok(lines <= 220, `${lines} lines; what is for few readers goes to docs/`);
  });

  it('lists the nodes that there are', () => {
    deepEqual(named(firstColumn('README.md', '## Nodes')).sort(), Object.keys(manifest['node-red'].nodes).sort());
    // What `npm run new` writes, for somebody to replace.
    equal(/` \| What it does/.test(readme), false, 'the README must say what each node does');
  });

  it('has ten recipes, each of which is an example', () => {
    const recipes = firstColumn('README.md', '## Ten recipes').map((cell) => /^\[(.+)\]\(.*\/main\/(.+)\)$/.exec(cell));
    equal(recipes.length, 10);
    const examples = filesOf('examples', '.json');
    for (const [index, recipe] of recipes.entries()) {
      const [, name = '', path = ''] = recipe ?? [];
      ok(examples.includes(decodeURI(path)), `recipe ${index + 1}: ${path}`);
      // As the import menu of the editor shows it.
      equal(decodeURI(path), `examples/${name.replace(' / ', '/')}.json`);
    }
  });

  it('has whole addresses, because the Flow Library takes others to lead to a branch "master"', () => {
    const links = linksOf('README.md');
    ok(links.length > 20, `only ${links.length} found`);
    deepEqual(
      links.map(({ address }) => address).filter((address) => !address.startsWith('https://')),
      [],
    );
  });

  it('names the file that npm pack makes', () => {
    const file = `${manifest.name.slice(1).replace('/', '-')}-${manifest.version}.tgz`;
    deepEqual([...new Set(readme.match(/[\w.-]+\.tgz/g))], [file]);
  });

  it('has a function node that makes a pattern', () => {
    const [, code = ''] = /^```js\n(.*?)^```/ms.exec(readme) ?? [];
    const { payload } = runInNewContext(`((msg) => { ${code} })({})`) as { payload: unknown };
    const parameters: Parameters | undefined = operations.find(({ id }) => id === 'set-pattern')?.parameters;
    ok(parameters?.pattern);
    equal(misfit(parameters.pattern, payload), undefined);
  });
});

import { deepEqual, equal, ok } from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT } from '../kit/root';
import { filesOf, textOf } from '../kit/source';
import { anchorsOf, DOCUMENTS, firstColumn, named as inBackticks, linksOf } from './markdown';

/** A path of the project in backticks, with the names that it is said to have: `src/a.ts`: `b`. */
const PATH = /`((?:nodes|src|test|scripts|docs|examples|icons|bench|\.github)\/[^`\s]*)`(?:: `(\w+)`)?/g;
/** Of the guide's example, which is made in its own test. */
const isExample = (path: string): boolean => /lamp/i.test(path) || /<\w+( \w+)*>/.test(path);

describe('the documents', () => {
  const named = DOCUMENTS.flatMap((document) =>
    [...textOf(document).matchAll(PATH)].map(([, path = '', name]) => ({ document, path, name })),
  ).filter(({ path }) => !isExample(path));

  it('name files and folders that there are', () => {
    ok(named.length > 60, `only ${named.length} found`);
    deepEqual(
      named.filter(({ path }) => !existsSync(join(ROOT, path))),
      [],
    );
  });

  it('name functions that are in these files', () => {
    const functions = named.filter(({ name }) => name);
    ok(functions.length > 6, `only ${functions.length} found`);
    deepEqual(
      functions.filter(({ path, name }) => !new RegExp(`\\b${name}\\b[ \\w<>]*[(=]`).test(textOf(path))),
      [],
    );
  });

  it('begin with a picture that moves and comes quickly', () => {
    const [, first = ''] = /main\/(docs\/[\w.]+)\)/.exec(textOf('README.md')) ?? [];
    const file = readFileSync(join(ROOT, first));
    ok(file.length < 1_500_000, `${file.length} bytes`);
    const frames = file.indexOf('acTL') < 0 ? 0 : file.readUInt32BE(file.indexOf('acTL') + 4);
    ok(frames > 20, `${frames} frames`);
    // Forever.
    equal(file.readUInt32BE(file.indexOf('acTL') + 8), 0);
  });

  it('link to files and headings that there are', () => {
    const forms = filesOf('.github', '.yml', '.md');
    const links = [...DOCUMENTS, 'CHANGELOG.md', ...forms].flatMap(linksOf);
    const inside = links.flatMap(({ path, ...link }) => (path === undefined ? [] : [{ ...link, path }]));
    ok(inside.length > 40, `only ${inside.length} found`);
    deepEqual(
      inside.filter(({ path }) => !existsSync(join(ROOT, path))),
      [],
    );
    const anchored = inside.filter(({ anchor }) => anchor !== '');
    ok(anchored.length > 10, `only ${anchored.length} found`);
    deepEqual(
      anchored.filter(({ path, anchor }) => !anchorsOf(path).includes(anchor)),
      [],
    );
  });

  it('show every picture', () => {
    const shown = new Set(DOCUMENTS.flatMap(linksOf).map(({ path }) => path));
    const pictures = filesOf('docs', '.png', '.gif');
    ok(pictures.length > 5, `only ${pictures.length} found`);
    deepEqual(
      pictures.filter((picture) => !shown.has(picture)),
      [],
    );
  });

  it('say of each vendor what is assumed and what cannot be done', () => {
    const vendors = readdirSync(join(ROOT, 'src/vendors')).sort();
    for (const document of ['docs/assumptions.md', 'docs/limits.md']) deepEqual(anchorsOf(document).slice(1).sort(), vendors, document);
  });

  it('have the assumptions that the check of a connection asks for', async () => {
    const { assumptionsPage, readmeWith } = (await import(pathToFileURL(join(ROOT, 'scripts/assumptions.mjs')).href)) as {
      assumptionsPage(): string;
      readmeWith(readme: string): string;
    };
    const remedy = 'run node scripts/assumptions.mjs';
    equal(textOf('docs/assumptions.md'), assumptionsPage(), remedy);
    equal(textOf('README.md'), readmeWith(textOf('README.md')), remedy);
    const ids = [...assumptionsPage().matchAll(/^\| `([\w-]+)`/gm)].map(([, id]) => id);
    equal(new Set(ids).size, ids.length);
    ok(ids.length > 40, `only ${ids.length} found`);
  });

  it('list every error code and every kind of delivery', () => {
    const [codes = ''] = textOf('src/core/errors.ts').match(/ErrorCode =[^;]+/) ?? [];
    const messages = 'docs/messages.md';
    deepEqual(inBackticks(firstColumn(messages, '## Errors')).sort(), [...codes.matchAll(/'(\w+)'/g)].map(([, code]) => code).sort());
    deepEqual(inBackticks(firstColumn(messages, '## Delivery')), ['all', 'latest', 'reject']);
  });

  it('say why each library is needed', () => {
    const { dependencies } = JSON.parse(textOf('package.json')) as { dependencies: Record<string, string> };
    deepEqual(inBackticks(firstColumn('docs/architecture.md', '## Libraries')).sort(), Object.keys(dependencies).sort());
  });
});

import { deepEqual, ok } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../kit/root';
import { textOf } from '../kit/source';

const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/architecture.md'];
/** A path of the project in backticks, with the names that it is said to have: `src/a.ts`: `b`. */
const PATH = /`((?:nodes|src|test|scripts|docs|examples|icons|bench|\.github)\/[^`\s]*)`(?:: `(\w+)`)?/g;
/** Of the guide's example, which is made in its own test. */
const isExample = (path: string): boolean => /lamp|<\w+( \w+)*>/.test(path);

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

  it('link to each other', () => {
    const links = DOCUMENTS.flatMap((document) =>
      [...textOf(document).matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, link = '']) => join(document, '..', link)),
    );
    ok(links.length > 5, `only ${links.length} found`);
    deepEqual(
      links.filter((link) => !existsSync(join(ROOT, link))),
      [],
    );
  });
});

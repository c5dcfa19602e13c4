import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { codeOfStatus } from '../../src/core/http/error-response';
import type { Parameters } from '../../src/core/schema/parameters';
import { ROOT } from '../kit/root';

const NODES = join(ROOT, 'dist/nodes');
const LANGUAGES = ['en-US', 'de'];

interface NodeDescription {
  readonly operations?: readonly { readonly parameters: Parameters }[];
  readonly settings?: Parameters;
  readonly credentials?: Parameters;
}

/** Of an event node: of its settings, of its connections, and of every status that a peer can answer with. */
const STREAM_CODES = [
  ...new Set(['NOT_CONFIGURED', 'UNREACHABLE', ...Array.from({ length: 500 }, (_, index) => codeOfStatus(100 + index))]),
];

/** A file beside the built nodes. */
const read = (...path: string[]): string => {
  ok(existsSync(join(NODES, ...path)), `nodes/${path.join('/')} is missing`);
  return readFileSync(join(NODES, ...path), 'utf8');
};
const { nodes } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))['node-red'] as { nodes: Record<string, string> };

/** All catalogues: of the nodes and of the shared form. */
const catalogues = readdirSync(NODES).flatMap((vendor) =>
  readdirSync(join(NODES, vendor, 'locales/en-US'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => ({ vendor, name })),
);
/** The node types whose panel is made from a description. */
const described = Object.entries(nodes).flatMap(([type, file]) => {
  const module = join(ROOT, file.replace('dist/nodes', 'dist/src/vendors'));
  return existsSync(module) ? [{ type, vendor: basename(join(file, '..')), description: require(module) as NodeDescription }] : [];
});

function keysOf(words: unknown, path = ''): string[] {
  if (typeof words === 'string') return [path];
  return Object.entries(words as Record<string, unknown>).flatMap(([key, value]) => keysOf(value, `${path}.${key}`));
}

/** What stays as it is in every language: the values that are filled in, and the codes of errors. */
const placeholders = (words: unknown): Record<string, string[]> =>
  Object.fromEntries(keysOf(words).map((path) => [path, found(wordAt(words, path), /__\w+?__|\b[A-Z]{3,}_[A-Z_]+\b/g)]));
const found = (text: string, pattern: RegExp): string[] => (text.match(pattern) ?? []).sort();
/** Of a help page: its parts, its links, and what no language translates. */
const bones = (page: string) => [
  found(page, /<(?:p|h3|dl|dt|dd|li|code)\b/g),
  found(page, /href="[^"]*"/g),
  found(page, /<code>[A-Z_]{4,}<\/code>|property-type">[\w-]+</g),
];
const wordAt = (words: unknown, path: string): string =>
  path
    .split('.')
    .slice(1)
    .reduce((part, key) => (part as Record<string, unknown>)[key], words) as string;

describe('texts', () => {
  it('are there for every node', () => {
    // The simulator is no vendor's and describes nothing.
    const without = Object.keys(nodes).filter((type) => !described.some((node) => node.type === type));
    deepEqual(without, ['ensemble-simulator'], 'src/vendors/<vendor>/<node>.ts is missing for these nodes');
    equal(catalogues.length >= Object.keys(nodes).length, true);
  });

  for (const { vendor, name } of catalogues)
    for (const language of LANGUAGES.slice(1)) {
      const english = JSON.parse(read(vendor, 'locales/en-US', name)) as unknown;
      const other = () => JSON.parse(read(vendor, 'locales', language, name)) as unknown;

      it(`${name}: ${language} has the same keys as en-US`, () => {
        const [wanted, there] = [keysOf(english), keysOf(other())];
        const missing = wanted.filter((key) => !there.includes(key));
        const unknown = there.filter((key) => !wanted.includes(key));
        deepEqual({ missing, unknown }, { missing: [], unknown: [] }, `in nodes/${vendor}/locales/${language}.json`);
      });

      it(`${name}: ${language} has names without hyphens, around which the palette puts spaces`, () => {
        for (const { label, paletteLabel = label } of Object.values(other() as Record<string, { label?: unknown; paletteLabel?: unknown }>))
          if (typeof paletteLabel === 'string') equal(paletteLabel.includes('-'), false, paletteLabel);
      });

      it(`${name}: ${language} fills in the same values, and names the same codes`, () =>
        deepEqual(placeholders(other()), placeholders(english)));
    }

  for (const { type, vendor, description } of described) {
    it(`${type}: a parameter means the same in every operation`, () => {
      const words = new Map<string, string>();
      for (const [name, { label, help }] of (description.operations ?? []).flatMap(({ parameters }) => Object.entries(parameters))) {
        const [said, before] = [`${label}: ${help}`, words.get(name)];
        equal(said, before ?? said, `the parameter ${name} of ${type} has two meanings: "${before}" and "${said}"`);
        words.set(name, said);
      }
    });

    for (const language of LANGUAGES) {
      const help = read(vendor, 'locales', language, `${type}.html`);

      if (language !== 'en-US')
        it(`${type}: the help in ${language} has what the English one has`, () =>
          deepEqual(bones(help), bones(read(vendor, 'locales/en-US', `${type}.html`))));

      it(`${type}: the help in ${language} begins with what the palette shows`, () =>
        match(help, new RegExp(`^<script type="text/html" data-help-name="${type}">\\n<p>[^<]{20,160}</p>`)));

      if (!description.operations && !description.credentials && type !== 'ensemble-simulator')
        it(`${type}: the help in ${language} names every code that its errors can have`, () =>
          deepEqual(
            STREAM_CODES.filter((code) => !help.includes(`<code>${code}</code>`)),
            [],
          ));

      it(`${type}: the help in ${language} lists every parameter, with its limits`, () => {
        equal(help.includes('<!--'), false);
        const catalogue = JSON.parse(read(vendor, 'locales', language, `${type}.json`)) as Record<
          string,
          { parameters: Record<string, { help: string }> }
        >;
        for (const [name, words] of Object.entries(catalogue[type]?.parameters ?? {}))
          equal(help.includes(words.help), true, `the help of ${type} in ${language} does not list ${name}: "${words.help}"`);
        const { operations = [], settings, credentials } = description;
        const all = Object.values(
          Object.assign({}, settings, credentials, ...operations.map(({ parameters }) => parameters)) as Parameters,
        );
        for (const { min, max } of all) if (min !== undefined && max !== undefined) match(help, new RegExp(`\\b${min} (to|bis) ${max}\\b`));
      });
    }
  }
});

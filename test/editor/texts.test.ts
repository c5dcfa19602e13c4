import { deepEqual, equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Language, languagesOf } from '../kit/languages';
import { ROOT } from '../kit/root';
import { catalogueIn, described, keysOf, nodes, type Texts, TRANSLATIONS, textAt, translationsOf } from './catalogues';

const english = catalogueIn('en-US');

/** What stays as it is in every language: the values that are filled in, and the codes of errors. */
const placeholders = (texts: Texts): Record<string, string[]> =>
  Object.fromEntries(keysOf(texts).map((key) => [key, found(textAt(texts, key), /__\w+?__|\b[A-Z]{3,}_[A-Z_]+\b/g)]));
const found = (text: string, pattern: RegExp): string[] => (text.match(pattern) ?? []).sort();

/** Texts of several words that are the same as in English. */
const SAME = ['Sonata · installation __target__', '__what__: HTTP __status__ in __time__'];
/** What is written in Latin letters in every language. */
const NAMES = ['HTTP', 'ID', 'JSON', 'LED', 'MQTT', 'OAuth', 'TLS', 'Turn', 'Twinkly', 'Webhook'];

/** Whether a text that is the same in another language may be so: a word may, where the letters are the same. */
function mayBeEnglish(text: string, language: Language): boolean {
  const words = found(text.replace(/__\w+?__|<[^>]*>/g, ''), /\p{L}{2,}/gu);
  const hasLatinLetters = !['ja', 'zh-CN'].includes(language);
  return SAME.includes(text) || words.length === 0 || (words.length === 1 && (hasLatinLetters || NAMES.includes(words[0] ?? '')));
}

/** The folders below `nodes`. */
const FOLDERS = [...new Set(Object.values(nodes).map((file) => file.split('/')[2] ?? ''))];
const typesIn = (folder: string): string[] => Object.keys(nodes).filter((type) => nodes[type]?.split('/')[2] === folder);

/** What is emphasized in the parts of a folder's help pages and in each page, by its type. */
function emphasizedIn(folder: string, language: string): ReadonlyMap<string, string[]> {
  const text = readFileSync(join(ROOT, 'nodes', folder, 'locales', `${language}.html`), 'utf8');
  const pages = text
    .split('data-help-name="')
    .map((page, index) => [index === 0 ? 'parts' : page.slice(0, page.indexOf('"')), page] as const);
  return new Map(pages.map(([type, page]) => [type, found(page, /(?<=<em>)[^<]*/g)]));
}

/** The brackets around names, where they are not told apart by spaces and capitals. */
const BRACKETS = { ja: '「」', 'zh-CN': '“”' } as const;

/** The texts of a folder's panels and of all, by what they are in English. */
function namesIn(folder: string, language: Language): ReadonlyMap<string, ReadonlySet<string>> {
  const names = new Map<string, Set<string>>();
  const translated = catalogueIn(language);
  for (const type of [...typesIn(folder), 'ensemble-editor'])
    for (const key of keysOf(english[type] ?? {})) {
      const [name, other] = [english, translated].map((texts) => String(textAt(texts[type], key)).replace('__code__', 'UNAUTHORIZED'));
      names.set(name ?? '', (names.get(name ?? '') ?? new Set()).add(other ?? ''));
    }
  return names;
}

describe('texts', () => {
  it('are there for every node', () => {
    // The simulator is no vendor's and describes nothing.
    const without = Object.keys(nodes).filter((type) => !described.some((node) => node.type === type));
    deepEqual(without, ['ensemble-simulator'], 'src/vendors/<vendor>/<node>.ts is missing for these nodes');
    deepEqual(Object.keys(english).sort(), [...Object.keys(nodes), 'ensemble-editor'].sort());
    ok(TRANSLATIONS.length > 0);
  });

  for (const [type, texts] of Object.entries(english))
    for (const language of translationsOf(type)) {
      const other = (): Texts => {
        const translated = catalogueIn(language)[type];
        ok(translated, `nodes/<vendor>/locales/${language}.json has nothing for ${type}`);
        return translated;
      };

      it(`${type}: ${language} has the same keys as en-US`, () => {
        const [wanted, there] = [keysOf(texts), keysOf(other())];
        const missing = wanted.filter((key) => !there.includes(key));
        const unknown = there.filter((key) => !wanted.includes(key));
        deepEqual({ missing, unknown }, { missing: [], unknown: [] }, `in nodes/<vendor>/locales/${language}.json and .html`);
      });

      it(`${type}: ${language} has no English text`, () => {
        const translated = other();
        const same = keysOf(texts).filter((key) => textAt(translated, key) === textAt(texts, key));
        deepEqual(
          same.filter((key) => !mayBeEnglish(textAt(texts, key), language)),
          [],
        );
      });

      it(`${type}: ${language} has names without hyphens, around which the palette puts spaces`, () => {
        const { label, paletteLabel = label } = other();
        if (typeof paletteLabel === 'string') equal(paletteLabel.includes('-'), false, paletteLabel);
      });

      it(`${type}: ${language} fills in the same values, and names the same codes`, () =>
        deepEqual(placeholders(other()), placeholders(texts)));
    }

  for (const folder of FOLDERS)
    for (const language of languagesOf(folder).filter((one) => one !== 'en-US'))
      it(`nodes/${folder}: help pages in ${language} name what a panel shows as the panel does`, () => {
        const names = namesIn(folder, language);
        const own = emphasizedIn(folder, language);
        for (const [type, all] of emphasizedIn(folder, 'en-US'))
          for (const name of new Set(all.filter((one) => names.has(one)))) {
            const wanted = all.filter((one) => one === name).length;
            const there = own.get(type)?.filter((one) => names.get(name)?.has(one)) ?? [];
            ok(
              there.length >= wanted,
              `${type} has ${name} as <em>${[...(names.get(name) ?? [])].join(' or ')}</em> only ${there.length} times`,
            );
          }
      });

  for (const [language, [open, close]] of Object.entries(BRACKETS)) {
    for (const folder of FOLDERS.filter((one) => languagesOf(one).includes(language as Language)))
      it(`nodes/${folder}: help pages in ${language} have each name in brackets`, () => {
        const text = readFileSync(join(ROOT, 'nodes', folder, 'locales', `${language}.html`), 'utf8');
        deepEqual(
          found(text, /.?<em>[^<]*<\/em>.?/g).filter((name) => !name.startsWith(`${open}<em>`) || !name.endsWith(`</em>${close}`)),
          [],
        );
      });

    it(`ensemble-simulator: ${language} lists addresses with its own comma`, () => {
      const page = readFileSync(join(ROOT, 'dist/nodes/ensemble/locales', language, 'ensemble-simulator.html'), 'utf8');
      ok(page.includes('</code>'));
      equal(page.includes('</code>, '), false);
    });

    it(`ensemble-editor: ${language} has each label in brackets in what is wrong with it`, () => {
      const shared = catalogueIn(language)['ensemble-editor'];
      const texts = ['missing', 'invalid', 'invalidPart', 'invalidJson', 'untyped', 'neither', 'neitherOrBoth', 'both', 'test.seeField'];
      for (const text of texts.map((key) => textAt(shared, `form.${key}`)))
        equal(text.replaceAll(new RegExp(`${open}__(label|other)__${close}`, 'g'), '').match(/__(label|other)__/), null, text);
    });
  }

  for (const { type, description } of described)
    it(`${type}: a parameter means the same in every operation`, () => {
      const words = new Map<string, string>();
      for (const [name, { label, help }] of (description.operations ?? []).flatMap(({ parameters }) => Object.entries(parameters))) {
        const [said, before] = [`${label}: ${help}`, words.get(name)];
        equal(said, before ?? said, `the parameter ${name} of ${type} has two meanings: "${before}" and "${said}"`);
        words.set(name, said);
      }
    });
});

import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { codeOfStatus } from '../../src/core/http/error-response';
import type { Parameters } from '../../src/core/schema/parameters';
import { type Editor, openEditor } from '../kit/editor';
import { PACKAGE } from '../kit/embedded';
import { LANGUAGES, type Language } from '../kit/languages';
import { type NodeRed, startNodeRed, VERSION } from '../kit/node-red';
import { catalogueIn, described, type NodeDescription, textAt, translationsOf } from './catalogues';
import { withoutLogin } from './variants';

// What the functions given to `evaluate` find in the page.
declare const RED: { nodes: { getNodeHelp(type: string): string | undefined } };

/** A node that no test of this file uses otherwise. */
const LATE = 'thing-alerts';
const TYPES = [...described.map(({ type }) => type), 'ensemble-simulator'];

/** Of an event node: of its settings, of its connections, and of every status that a peer can answer with. */
const STREAM_CODES = [
  ...new Set(['NOT_CONFIGURED', 'UNREACHABLE', ...Array.from({ length: 500 }, (_, index) => codeOfStatus(100 + index))]),
];

/** Of a help page: its parts, its links, and what no language translates. */
const bones = (page: string) => [
  found(page, /<(?:p|h3|dl|dt|dd|li|code)\b/g),
  found(page, /href="[^"]*"/g),
  found(page, /<code>[A-Z_]{4,}<\/code>|property-type">[\w-]+</g),
];
const found = (text: string, pattern: RegExp): string[] => (text.match(pattern) ?? []).sort();
/** What a page says in words; a name or a code is none, and an example has its English name. */
const saidIn = (page: string): string[] => found(page, /(?<!<em>)(?<=>)[^<>]*\b[a-z]+ [a-z]+ [a-z]+\b[^<>]*(?=<)/g);
const firstParagraph = (page: string): string => /^\s*<p>([^<]{20,160})<\/p>/.exec(page)?.[1] ?? '';

/** The first tag that closes no other, and the first entry outside of a list. */
function misplacedIn(page: string): string | undefined {
  const open: string[] = [];
  for (const [, slash, name = ''] of page.matchAll(/<(\/?)(\w+)[^>]*>/g)) {
    if (slash ? open.pop() !== name : /^d[td]$/.test(name) && open.at(-1) !== 'dl') return name;
    if (!slash) open.push(name);
  }
  return open.at(-1);
}

/** The lowest and the highest value of each parameter that has both. */
function rangesOf({ operations = [], settings, credentials }: NodeDescription): string[][] {
  const all: Parameters = Object.assign({}, settings, credentials, ...operations.map(({ parameters }) => parameters));
  return Object.values(all).flatMap(({ min, max }) => (min !== undefined && max !== undefined ? [[String(min), String(max)]] : []));
}

describe(`the help pages as the editor fills them in, in Chromium on Node-RED ${VERSION}`, () => {
  let red: NodeRed;
  let editor: Editor | undefined;
  const pages = new Map<string, Readonly<Record<string, string>>>();

  before(async () => {
    red = await startNodeRed(withoutLogin);
    for (const language of [...LANGUAGES, 'es-ES', 'de-AT']) pages.set(language, await readIn(language));
  });
  after(() => red.stop());

  async function readIn(language: string): Promise<Readonly<Record<string, string>>> {
    await editor?.close();
    editor = await openEditor(red, { language: language as Language });
    const read = await editor.page.evaluate((types) => types.map((type) => [type, RED.nodes.getNodeHelp(type) ?? '']), TYPES);
    deepEqual(editor.errors, []);
    return Object.fromEntries(read) as Record<string, string>;
  }
  const page = (language: string, type: string): string => pages.get(language)?.[type] ?? '';

  for (const language of LANGUAGES)
    for (const type of TYPES)
      it(`begins with what the palette shows, and has no gap: ${type} in ${language}`, () => {
        ok(firstParagraph(page(language, type)), page(language, type).slice(0, 200));
        equal(/<!--|__\w+__|ensemble-editor/.exec(page(language, type))?.[0], undefined);
      });

  for (const language of LANGUAGES)
    for (const { type, description } of described)
      it(`lists every parameter, with its limits: ${type} in ${language}`, () => {
        const { [type]: texts, 'ensemble-editor': shared } = catalogueIn(language);
        const help = page(language, type);
        for (const [name, words] of Object.entries((texts?.parameters ?? {}) as Record<string, { help: string }>))
          ok(help.includes(words.help), `the help of ${type} in ${language} does not list ${name}: "${words.help}"`);
        const range = textAt(shared, 'constraints.range');
        for (const [min = '', max = ''] of rangesOf(description))
          ok(help.includes(range.replace('__min__', min).replace(/__max__ ?__unit__/, max)), `${min}, ${max}`);
      });

  for (const language of LANGUAGES)
    for (const { type, description } of described)
      if (!description.operations && !description.credentials)
        it(`names every code that errors can have: ${type} in ${language}`, () =>
          deepEqual(
            STREAM_CODES.filter((code) => !page(language, type).includes(`<code>${code}</code>`)),
            [],
          ));

  for (const type of TYPES)
    for (const language of translationsOf(type))
      it(`says in each language the same, in other words: ${type} in ${language}`, () => {
        const [translated, english] = [page(language, type), page('en-US', type)];
        deepEqual(bones(translated), bones(english));
        const same = saidIn(english);
        deepEqual(
          saidIn(translated).filter((text) => same.includes(text)),
          [],
        );
      });

  for (const language of LANGUAGES)
    it(`are files, too, which Node-RED serves and which can be read as they are: ${language}`, async () => {
      const headers = { accept: 'text/html', 'accept-language': language };
      const served = await (await red.admin('/nodes', { headers })).text();
      for (const type of TYPES) {
        const file = new RegExp(`<script type="text/html" data-help-name="${type}">([^]*?)</script>`).exec(served)?.[1] ?? '';
        equal(firstParagraph(file), firstParagraph(page(language, type)), type);
        equal(misplacedIn(file), undefined, type);
      }
    });

  it('are English in a language that there is none of, and German in Austria', () => {
    deepEqual(pages.get('es-ES'), pages.get('en-US'));
    deepEqual(pages.get('de-AT'), pages.get('de'));
  });

  it('are there of a node that is enabled while the editor is open', async () => {
    const enable = (enabled: boolean) => red.admin(`/nodes/${PACKAGE}/${LATE}`, { method: 'PUT', body: { enabled } });
    await enable(false);
    try {
      equal((await readIn('de'))[LATE], '');
    } finally {
      await enable(true);
    }
    const browser = (editor as Editor).page;
    await browser.locator(`.red-ui-palette-node[data-palette-type="${LATE}"]`).waitFor();
    equal(await browser.evaluate((type) => RED.nodes.getNodeHelp(type), LATE), page('de', LATE));
    deepEqual((editor as Editor).errors, []);
  });

  it('are what the sidebar and the palette show', async () => {
    await readIn('de');
    const browser = (editor as Editor).page;
    const [type, paragraph] = ['turn-channel', firstParagraph(page('de', 'turn-channel'))];
    const entry = browser.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
    await entry.hover();
    const tooltip = browser.locator('.red-ui-popover');
    await tooltip.getByText(paragraph).waitFor();
    await tooltip.locator('.fa-book').click();
    const help = browser.locator('.red-ui-help > .red-ui-help');
    await help.getByText(paragraph).waitFor();
    match(await help.innerText(), /Maximale Anzahl eingereihter Nachrichten/);
    deepEqual((editor as Editor).errors, []);
    await editor?.close();
  });
});

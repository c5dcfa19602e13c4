// Makes the catalogue of each language, in Node-RED's layout: one file for all nodes, with the texts of each node type below its
// name; and the file of each help page. They are written in one file for each vendor, `locales/<language>.json`, and one `.html`.
// Texts about parameters come from the descriptions of the nodes: the English ones are written there; other languages translate
// them under the same keys.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(fileURLToPath(import.meta.url), '../..');
const require = createRequire(import.meta.url);

const mapValues = (object, change) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
const parametersOf = ({ operations = [], settings, credentials }) =>
  Object.assign({}, settings, credentials, ...operations.map((operation) => operation.parameters));

const formFieldsOf = ({ forms = [] }) => Object.assign({}, ...forms.map(({ fields }) => fields));
const labelled = (list) => Object.fromEntries(list.map(({ id, label, help, more }) => [id, { label, help, ...(more && { more }) }]));

/** What stands between words, where it is no comma with a space. */
const COMMAS = { ja: '、', 'zh-CN': '，' };

/** The lists that the editor makes in place of these comments of a help page (`src/editor/help.ts`). */
const LISTS = ['operations', 'parameters', 'forms', 'common'];

/** The catalogues by their languages. What has no text in one is English: Node-RED looks there for each missing key. */
export function cataloguesOf(descriptions) {
  const vendors = readdirSync(join(root, 'nodes'));
  const languages = readdirSync(join(root, 'nodes/ensemble/locales')).filter((file) => file.endsWith('.json'));
  return Object.fromEntries(
    languages.map((file) => {
      const language = file.slice(0, -'.json'.length);
      const translated = vendors.filter((vendor) => existsSync(join(root, `nodes/${vendor}/locales/${file}`)));
      return [language, Object.assign({}, ...translated.map((vendor) => catalogueOf(vendor, language, descriptions)))];
    }),
  );
}

/** The texts of a vendor's nodes, or of the plugin and the simulator, with the parts of help pages. */
function catalogueOf(vendor, language, descriptions) {
  const catalogue = completeCatalogue(vendor, language, descriptions);
  for (const type of Object.keys(completeCatalogue(vendor, 'en-US', descriptions))) {
    const missing = descriptions[type] ? missingIn(catalogue[type], englishTexts(descriptions[type]), type) : [];
    if (missing.length > 0)
      console.warn(`nodes/${vendor}/locales/${language}.json has no text for ${missing.join(', ')}: English stands there`);
  }
  if (vendor === 'ensemble') {
    const { parts } = helpIn(vendor, language);
    catalogue['ensemble-editor'].helpParts = mapValues(parts, fillingParts(`nodes/${vendor}/locales/${language}.html`, {}, parts));
  }
  return catalogue;
}

/** The help pages by the paths of their files, beside the file of their node, where Node-RED reads them. */
export function helpPages(descriptions) {
  const pages = readdirSync(join(root, 'nodes')).flatMap((vendor) => {
    const files = readdirSync(join(root, `nodes/${vendor}/locales`)).filter((file) => file.endsWith('.json'));
    return files.flatMap((file) => helpOf(vendor, file.slice(0, -'.json'.length), descriptions));
  });
  return Object.fromEntries(pages);
}

function helpOf(vendor, language, descriptions) {
  const { pages, parts } = helpIn(vendor, language);
  const isShared = vendor === 'ensemble';
  const shared = isShared ? parts : helpIn('ensemble', language).parts;
  const withParts = fillingParts(`nodes/${vendor}/locales/${language}.html`, isShared ? {} : parts, shared);
  return Object.entries(pages).map(([type, page]) => {
    const filled = withParts(page.replace('<!-- simulated -->', () => connectionList(language, descriptions)));
    return [`${vendor}/locales/${language}/${type}.html`, `<script type="text/html" data-help-name="${type}">\n${filled}</script>\n`];
  });
}

const COMMENT = /<!-- (\w+) -->/g;

/** Puts a vendor's parts into its help pages, and the shared parts that contain one of them. The editor fills in the others, and the lists. */
function fillingParts(where, own, shared) {
  const isOwn = (name) => name in own || (name in shared && [...shared[name].matchAll(COMMENT)].some(([, inner]) => isOwn(inner)));
  const filled = (text) =>
    text.replace(COMMENT, (comment, name) => {
      if (isOwn(name)) return filled(own[name] ?? shared[name]);
      if (!(name in shared) && !LISTS.includes(name)) throw new Error(`${where}: there is no part ${comment}`);
      return comment;
    });
  return filled;
}

/** The English texts of a description, under the keys that a translation uses. */
function englishTexts(description) {
  const { plainText } = require(join(root, 'dist/src/core/diagnostics/assumption.js'));
  const { operations = [], forms = [], signIn, texts, assumptions = [] } = description;
  return {
    ...(texts && { told: texts }),
    ...(assumptions.length > 0 && { assumptions: Object.fromEntries(assumptions.map(({ id, text }) => [id, plainText(text)])) }),
    ...(signIn && { signIn: { label: signIn.label, help: signIn.help } }),
    ...(operations.length > 0 && { operations: labelled(operations) }),
    ...(forms.length > 0 && { forms: labelled(forms) }),
    parameters: mapValues(
      { ...parametersOf(description), ...formFieldsOf(description) },
      ({ label, help, more, expected, optionLabels }) => ({
        label,
        help,
        ...(more && { more }),
        ...(expected && { expected }),
        ...(optionLabels && { options: optionLabels }),
      }),
    ),
  };
}

/** The shared catalogue has the texts of the runtime (src/node-red/texts.ts), what panels say of errors (src/core/error-texts.ts), and of the settings of all nodes (src/core/node-settings.ts). */
function sharedTexts() {
  const { texts, toldTexts } = require(join(root, 'dist/src/node-red/texts.js'));
  const { errorTexts } = require(join(root, 'dist/src/core/error-texts.js'));
  const { connectionSettings, actionSettings } = require(join(root, 'dist/src/core/node-settings.js'));
  return { ...texts, told: { ...errorTexts, ...toldTexts }, ...englishTexts({ settings: { ...connectionSettings, ...actionSettings } }) };
}

/** The catalogue of a vendor's nodes, in English with the texts of the descriptions. */
function completeCatalogue(vendor, language, descriptions) {
  const catalogue = JSON.parse(readFileSync(join(root, `nodes/${vendor}/locales/${language}.json`), 'utf8'));
  if (language !== 'en-US') return catalogue;
  const { simulatorTexts } = require(join(root, 'dist/src/node-red/texts.js'));
  const english = { ...mapValues(descriptions, englishTexts), 'ensemble-editor': sharedTexts(), 'ensemble-simulator': simulatorTexts };
  return Object.fromEntries(Object.entries(catalogue).map(([type, texts]) => [type, { ...texts, ...english[type] }]));
}

/** The help pages in a vendor's file by their node types, and the parts before them, each below the comment `<!-- part name -->`. */
function helpIn(vendor, language) {
  const text = readFileSync(join(root, `nodes/${vendor}/locales/${language}.html`), 'utf8');
  const pages = [...text.matchAll(/^<script type="text\/html" data-help-name="([\w-]+)">\n([\s\S]*?)^<\/script>\n/gm)];
  const [, ...split] = text.slice(0, pages[0]?.index).split(/^<!-- part (\w+) -->\n/m);
  return {
    pages: Object.fromEntries(pages.map(([, type, page]) => [type, page])),
    parts: Object.fromEntries(split.flatMap((name, index) => (index % 2 === 0 ? [[name, split[index + 1].trimEnd()]] : []))),
  };
}

/** What each configuration node takes for the simulated devices, by the labels of its panel. */
function connectionList(language, descriptions) {
  const vendors = readdirSync(join(root, 'nodes'));
  const isTranslated = (vendor) => existsSync(join(root, `nodes/${vendor}/locales/${language}.json`));
  const textsOf = (some, name) => Object.assign({}, ...some.map((vendor) => completeCatalogue(vendor, name, descriptions)));
  const catalogues = [textsOf(vendors.filter(isTranslated), language), textsOf(vendors, 'en-US')];
  const textOf = (type, find) => catalogues.map((catalogue) => find(catalogue[type])).find((text) => text !== undefined);
  const entries = Object.entries(descriptions).flatMap(([type, { simulated }]) => {
    if (!simulated) return [];
    const label = textOf(type, (texts) => texts?.label);
    const values = Object.entries({ ...simulated.settings, ...simulated.credentials }).filter(([, value]) => value !== '');
    const told = values.map(([name, value]) => {
      const option = textOf(type, (texts) => texts?.parameters?.[name]?.options?.[value]);
      const shown = option ?? value.replace('{port}', '18800').replace('{mqttPort}', '18830');
      const parameter = textOf(type, (texts) => texts?.parameters?.[name]?.label);
      return `${escapeHtml(parameter)} <code>${escapeHtml(shown)}</code>`;
    });
    return [`  <dt>${escapeHtml(label)}</dt>\n  <dd>${told.join(COMMAS[language] ?? ', ')}</dd>`];
  });
  return `<dl class="message-properties">\n${entries.join('\n')}\n</dl>`;
}

/** The keys of the English texts that a translation lacks. */
function missingIn(texts, english, key) {
  if (texts === undefined) return [key];
  return typeof english === 'string'
    ? []
    : Object.entries(english).flatMap(([name, text]) => missingIn(texts[name], text, `${key}.${name}`));
}

const escapeHtml = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

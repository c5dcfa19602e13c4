// Makes the catalogues and help pages of the nodes, in Node-RED's layout, from the texts of each vendor: one file
// `locales/<language>.json` with the texts of all its nodes, and one `.html` with their help pages. Texts about parameters
// come from the descriptions of the nodes: the English ones are written there; other languages translate them under the same keys.
import { readdirSync, readFileSync } from 'node:fs';
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

/** The texts of the folder `nodes/<vendor>` in each language, by the path below it: objects and help pages. */
export function localesOf(vendor, descriptions) {
  const languages = readdirSync(join(root, 'nodes', vendor, 'locales')).filter((file) => file.endsWith('.json'));
  return Object.fromEntries(languages.flatMap((file) => localeOf(vendor, file.slice(0, -'.json'.length), descriptions)));
}

function localeOf(vendor, language, descriptions) {
  const catalogue = completeCatalogue(vendor, language, descriptions);
  const { pages, parts } = helpIn(vendor, language);
  const shared = completeCatalogue('ensemble', language, descriptions)['ensemble-editor'];
  const context = {
    where: `nodes/${vendor}/locales/${language}`,
    catalogue,
    shared,
    parts: { ...helpIn('ensemble', language).parts, ...parts },
  };
  return [
    ...Object.entries(catalogue).map(([type, texts]) => [`locales/${language}/${type}.json`, { [type]: texts }]),
    ...Object.entries(pages).map(([type, page]) => [
      `locales/${language}/${type}.html`,
      descriptions[type]
        ? completeHelp(page, type, descriptions[type], context)
        : page.replace('<!-- simulated -->', () => connectionList(language, descriptions)),
    ]),
  ];
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
  const english = { ...mapValues(descriptions, englishTexts), 'ensemble-editor': sharedTexts() };
  return Object.fromEntries(Object.entries(catalogue).map(([type, texts]) => [type, { ...texts, ...english[type] }]));
}

/** The help pages in a vendor's file by their node types, and the parts before them, each below the comment `<!-- part name -->`. */
function helpIn(vendor, language) {
  const text = readFileSync(join(root, `nodes/${vendor}/locales/${language}.html`), 'utf8');
  const pages = [...text.matchAll(/^<script type="text\/html" data-help-name="([\w-]+)">\n[\s\S]*?^<\/script>\n/gm)];
  const [, ...split] = text.slice(0, pages[0]?.index).split(/^<!-- part (\w+) -->\n/m);
  return {
    pages: Object.fromEntries(pages.map(([page, type]) => [type, page])),
    parts: Object.fromEntries(split.flatMap((name, index) => (index % 2 === 0 ? [[name, split[index + 1].trimEnd()]] : []))),
  };
}

/**
 * Replaces each comment `<!-- part -->` of a help page: by a list made from the node's description, or by the part of that
 * name of the vendor or of all nodes. Parts may contain parts.
 */
function completeHelp(help, type, description, { where, catalogue, shared, parts }) {
  const own = catalogue[type];
  const missing = missingIn(own, englishTexts(description), type);
  if (missing.length > 0) throw new Error(`${where}.json has no text for ${missing.join(', ')}`);
  const texts = { own, shared, constraint: (key, values) => constraintText(shared, key, values) };
  const lists = { operations: operationList, parameters: parameterList, forms: formList, common: commonList };
  const fill = (text) =>
    text.replace(/<!-- (\w+) -->/g, (comment, name) => {
      if (name in lists) return lists[name](description, texts);
      if (!(name in parts)) throw new Error(`${where}.html: there is no part ${comment}, which ${type} wants`);
      return fill(parts[name]);
    });
  return fill(help);
}

/** What each configuration node takes for the simulated devices, by the labels of its panel. */
function connectionList(language, descriptions) {
  const vendors = readdirSync(join(root, 'nodes'));
  const catalogues = Object.assign({}, ...vendors.map((vendor) => completeCatalogue(vendor, language, descriptions)));
  const entries = Object.entries(descriptions).flatMap(([type, { simulated }]) => {
    if (!simulated) return [];
    const { label, parameters } = catalogues[type];
    const values = Object.entries({ ...simulated.settings, ...simulated.credentials }).filter(([, value]) => value !== '');
    const told = values.map(([name, value]) => {
      const shown = parameters[name].options?.[value] ?? value.replace('{port}', '18800').replace('{mqttPort}', '18830');
      return `${escapeHtml(parameters[name].label)} <code>${escapeHtml(shown)}</code>`;
    });
    return [`  <dt>${escapeHtml(label)}</dt>\n  <dd>${told.join(', ')}</dd>`];
  });
  return list(entries);
}

function constraintText({ constraints }, key, values = {}) {
  const text = key.split('.').reduce((texts, part) => texts[part], constraints);
  return text.replace(/__(\w+)__/g, (_, name) => values[name]);
}

/** The keys of the English texts that a translation lacks. */
const missingIn = (texts, english, key) =>
  typeof english === 'string'
    ? texts === undefined
      ? [key]
      : []
    : Object.entries(english).flatMap(([name, text]) => missingIn(texts?.[name], text, `${key}.${name}`));

const TYPES = {
  integer: 'number',
  port: 'number',
  number: 'number',
  boolean: 'boolean',
  list: 'array',
  grid: 'array',
  object: 'object',
  objects: 'array',
  scalar: 'any',
  color: 'any',
};
const escapeHtml = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function entry({ title, type, text, optional = false }) {
  const kind = type ? ` <span class="property-type">${type}</span>` : '';
  return `  <dt${optional ? ' class="optional"' : ''}>${escapeHtml(title)}${kind}</dt>\n  <dd>${escapeHtml(text)}</dd>`;
}
const list = (entries) => `<dl class="message-properties">\n${entries.join('\n')}\n</dl>`;

/** What the panel shows, and what it has no room for. */
const wholeHelp = ({ help, more }) => [help, more].filter(Boolean).join(' ');

const operationList = ({ operations }, { own }) =>
  list(operations.map(({ id }) => entry({ title: own.operations[id].label, type: id, text: wholeHelp(own.operations[id]) })));

/** Parameters by their names in `msg.parameters`; settings by their labels in the panel. */
function parameterList(description, { own, constraint }) {
  const { operations = [] } = description;
  const all = parametersOf(description);
  const labelOf = (id) => own.operations[id].label;
  return list(
    Object.entries(all).map(([name, parameter]) => {
      const texts = own.parameters[name];
      const users = operations.filter(({ parameters }) => name in parameters).map(({ id }) => id);
      const forSome = users.length > 0 && users.length < operations.length && constraint('only', { names: users.map(labelOf).join(', ') });
      const conditions = Object.entries(parameter.when ?? {}).map(([setting, value]) => {
        if (setting === 'operation') return constraint('only', { names: [value].flat().filter(Boolean).map(labelOf).join(', ') });
        const { label, options } = own.parameters[setting];
        const values = [value].flat().map((one) => options?.[one] ?? one);
        return constraint('onlyWith', { setting: label, value: values.join(', ') });
      });
      const isSetting = name in { ...description.settings, ...description.credentials };
      return entry({
        title: isSetting ? texts.label : name,
        type: TYPES[parameter.kind] ?? 'string',
        text: explain(isSetting ? wholeHelp(texts) : `${texts.label}: ${wholeHelp(texts)}`, [
          forSome,
          ...conditions,
          ...limitsOf(parameter, texts, constraint),
        ]),
        optional: !parameter.required && !parameter.needed,
      });
    }),
  );
}

/** The object forms, each with its fields. */
function formList({ forms = [] }, { own, constraint }) {
  return forms
    .map(({ id, fixed, fields }) => {
      const entries = Object.entries(fields).map(([name, field]) => {
        const { label, help, ...texts } = own.parameters[name];
        return entry({
          title: name,
          type: 'number',
          text: explain(`${label}: ${help}`, limitsOf(field, texts, constraint)),
          optional: true,
        });
      });
      const { label, help } = own.forms[id];
      return `<p>${escapeHtml(label)} (<code>${Object.values(fixed)[0]}</code>): ${escapeHtml(help)}</p>\n${list(entries)}`;
    })
    .join('\n');
}

/** The settings that all nodes of a kind have. */
function commonList({ operations }, { shared, constraint }) {
  const common = require(join(root, 'dist/src/core/node-settings.js'));
  const settings = Object.entries(operations ? common.actionSettings : common.connectionSettings);
  return list(
    settings.map(([name, parameter]) => {
      const texts = shared.parameters[name];
      return entry({ title: texts.label, text: explain(texts.help, limitsOf(parameter, texts, constraint)) });
    }),
  );
}

function limitsOf(parameter, { options = {} }, constraint) {
  const { constraintsOf } = require(join(root, 'dist/src/core/schema/constraints.js'));
  return constraintsOf({ ...parameter, default: options[parameter.default] ?? parameter.default }, constraint);
}

function explain(help, limits) {
  const said = limits.filter(Boolean);
  return said.length === 0 ? help : `${help} (${said.join('; ')})`;
}

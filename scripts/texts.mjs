// Catalogues and help pages get the texts about parameters from the descriptions of the nodes. The English texts are
// written there; other languages translate them under the same keys.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);

const typeOf = (file) => basename(file).replace(/\.(json|html)$/, '');
const languageOf = (file) => basename(dirname(file));

const mapValues = (object, change) => Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
const parametersOf = ({ operations = [], settings, credentials }) =>
  Object.assign({}, settings, credentials, ...operations.map((operation) => operation.parameters));

const formFieldsOf = ({ forms = [] }) => Object.assign({}, ...forms.map(({ fields }) => fields));
const labelled = (list) => Object.fromEntries(list.map(({ id, label, help }) => [id, { label, help }]));

/** The English texts of a description, under the keys that a translation uses. */
export function englishTexts(description) {
  const { operations = [], forms = [], signIn } = description;
  return {
    ...(signIn && { signIn: { label: signIn.label, help: signIn.help } }),
    ...(operations.length > 0 && { operations: labelled(operations) }),
    ...(forms.length > 0 && { forms: labelled(forms) }),
    parameters: mapValues({ ...parametersOf(description), ...formFieldsOf(description) }, ({ label, help, expected, optionLabels }) => ({
      label,
      help,
      ...(expected && { expected }),
      ...(optionLabels && { options: optionLabels }),
    })),
  };
}

/** The shared catalogue has the texts of the runtime (src/node-red/texts.ts) and of the settings of all nodes (src/core/node-settings.ts). */
function sharedTexts() {
  const { texts } = require(join(root, 'dist/src/node-red/texts.js'));
  const { connectionSettings, actionSettings } = require(join(root, 'dist/src/core/node-settings.js'));
  return { ...texts, ...englishTexts({ settings: { ...connectionSettings, ...actionSettings } }) };
}

export function completeCatalogue(catalogue, file, descriptions) {
  const type = typeOf(file);
  if (languageOf(file) !== 'en-US') return catalogue;
  if (type === 'ensemble-editor') return { ...catalogue, ...sharedTexts() };
  return descriptions[type] ? { ...catalogue, [type]: { ...catalogue[type], ...englishTexts(descriptions[type]) } } : catalogue;
}

/**
 * Replaces each comment `<!-- part -->` of a help page: by a list made from the node's description, or by the part of that
 * name in the help folder of the vendor or of all nodes. Parts may contain parts.
 */
export function completeHelp(help, file, descriptions) {
  const description = descriptions[typeOf(file)];
  if (!description) return help;
  const texts = textsFor(file, description);
  const lists = { operations: operationList, parameters: parameterList, forms: formList, common: commonList };
  const parts = { ...partsOf('ensemble', file), ...partsOf(basename(dirname(dirname(dirname(file)))), file) };
  const fill = (text) =>
    text.replace(/<!-- (\w+) -->/g, (comment, name) => {
      if (name in lists) return lists[name](description, texts);
      if (!(name in parts)) throw new Error(`${file}: there is no part ${comment}`);
      return fill(parts[name]);
    });
  return fill(help);
}

/** The parts of help pages in a folder of `nodes`, each below the comment `<!-- part name -->`. */
function partsOf(folder, file) {
  const path = join(root, 'nodes', folder, 'help', `${languageOf(file)}.html`);
  if (!existsSync(path)) return {};
  const [, ...split] = readFileSync(path, 'utf8').split(/^<!-- part (\w+) -->\n/m);
  return Object.fromEntries(split.flatMap((name, index) => (index % 2 === 0 ? [[name, split[index + 1].trimEnd()]] : [])));
}

/** The texts of one language: the node's own, the shared ones, and those for unit, range and default. */
function textsFor(file, description) {
  const language = languageOf(file);
  const read = (path) => JSON.parse(readFileSync(path, 'utf8'));
  const isEnglish = language === 'en-US';
  const shared = { ...read(join(root, `nodes/ensemble/locales/${language}/ensemble-editor.json`)), ...(isEnglish && sharedTexts()) };
  const english = englishTexts(description);
  const catalogue = file.replace(/html$/, 'json');
  const own = isEnglish ? english : read(catalogue)[typeOf(file)];
  const missing = missingIn(own, english, typeOf(file));
  if (missing.length > 0) throw new Error(`${catalogue} has no text for ${missing.join(', ')}`);
  const constraint = (key, values = {}) => {
    const text = key.split('.').reduce((texts, part) => texts[part], shared.constraints);
    return text.replace(/__(\w+)__/g, (_, name) => values[name]);
  };
  return { own, shared, constraint };
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

const operationList = ({ operations }, { own }) =>
  list(operations.map(({ id }) => entry({ title: own.operations[id].label, type: id, text: own.operations[id].help })));

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
        text: explain(isSetting ? texts.help : `${texts.label}: ${texts.help}`, [
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

// What the catalogues and the help say of parameters comes from the descriptions of the nodes: the
// English words stand there once, other languages translate them under the same keys.
import { readFileSync } from 'node:fs';
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

/** The English words of a description, under the keys that a translation uses. */
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

/** The shared catalogue has the words of the runtime (src/node-red/texts.ts) and of the settings of all nodes (src/core/node-settings.ts). */
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

/** Puts the lists of operations and parameters in the place of their comments. */
export function completeHelp(help, file, descriptions) {
  const description = descriptions[typeOf(file)];
  if (!description) return help;
  const words = wordsOf(file, description);
  return withCommonParts(help, languageOf(file))
    .replace('<!-- operations -->', () => operationList(description, words))
    .replace('<!-- parameters -->', () => parameterList(description, words))
    .replace('<!-- forms -->', () => formList(description, words))
    .replace('<!-- common -->', () => commonList(description, words));
}

/** What the help of every node that sends says alike stands once for each language, each part under the comment in whose place it is put. */
function withCommonParts(help, language) {
  const [, ...parts] = readFileSync(join(root, `nodes/ensemble/help/${language}.html`), 'utf8').split(/^(<!-- \w+ -->)\n/m);
  return parts.reduce((text, comment, index) => (index % 2 === 0 ? text.replace(comment, () => parts[index + 1].trimEnd()) : text), help);
}

/** The words of one language: the node's own, the shared ones, and those for unit, range and default. */
function wordsOf(file, description) {
  const language = languageOf(file);
  const read = (catalogue) => JSON.parse(readFileSync(catalogue, 'utf8'));
  const isEnglish = language === 'en-US';
  const shared = { ...read(join(root, `nodes/ensemble/locales/${language}/ensemble-editor.json`)), ...(isEnglish && sharedTexts()) };
  const own = isEnglish ? englishTexts(description) : read(file.replace(/html$/, 'json'))[typeOf(file)];
  const fact = (key, values = {}) => {
    const text = key.split('.').reduce((words, part) => words[part], shared.facts);
    return text.replace(/__(\w+)__/g, (_, name) => values[name]);
  };
  return { own, shared, fact };
}

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

/** Parameters under the names that `msg.parameters` uses; settings under the labels of the panel. */
function parameterList(description, { own, fact }) {
  const { operations = [] } = description;
  const all = parametersOf(description);
  const labelOf = (id) => own.operations[id].label;
  return list(
    Object.entries(all).map(([name, parameter]) => {
      const words = own.parameters[name];
      const users = operations.filter(({ parameters }) => name in parameters).map(({ id }) => id);
      const forSome = users.length > 0 && users.length < operations.length && fact('only', { names: users.map(labelOf).join(', ') });
      const conditions = Object.entries(parameter.when ?? {}).map(([setting, value]) => {
        if (setting === 'operation') return fact('only', { names: [value].flat().filter(Boolean).map(labelOf).join(', ') });
        const { label, options } = own.parameters[setting];
        const values = [value].flat().map((one) => options?.[one] ?? one);
        return fact('onlyWith', { setting: label, value: values.join(', ') });
      });
      const isSetting = name in { ...description.settings, ...description.credentials };
      return entry({
        title: isSetting ? words.label : name,
        type: TYPES[parameter.kind] ?? 'string',
        text: explain(isSetting ? words.help : `${words.label}: ${words.help}`, [
          forSome,
          ...conditions,
          ...limitsOf(parameter, words, fact),
        ]),
        optional: !parameter.required && !parameter.needed,
      });
    }),
  );
}

/** The ready-made objects, each with its fields. */
function formList({ forms = [] }, { own, fact }) {
  return forms
    .map(({ id, fixed, fields }) => {
      const entries = Object.entries(fields).map(([name, field]) => {
        const { label, help, ...words } = own.parameters[name];
        return entry({ title: name, type: 'number', text: explain(`${label}: ${help}`, limitsOf(field, words, fact)), optional: true });
      });
      const { label, help } = own.forms[id];
      return `<p>${escapeHtml(label)} (<code>${Object.values(fixed)[0]}</code>): ${escapeHtml(help)}</p>\n${list(entries)}`;
    })
    .join('\n');
}

/** The settings that all nodes of a kind have. */
function commonList({ operations }, { shared, fact }) {
  const common = require(join(root, 'dist/src/core/node-settings.js'));
  const settings = Object.entries(operations ? common.actionSettings : common.connectionSettings);
  return list(
    settings.map(([name, parameter]) => {
      const words = shared.parameters[name];
      return entry({ title: words.label, text: explain(words.help, limitsOf(parameter, words, fact)) });
    }),
  );
}

function limitsOf(parameter, { options = {} }, fact) {
  const { constraintsOf } = require(join(root, 'dist/src/core/schema/constraints.js'));
  return constraintsOf({ ...parameter, default: options[parameter.default] ?? parameter.default }, fact);
}

function explain(help, limits) {
  const said = limits.filter(Boolean);
  return said.length === 0 ? help : `${help} (${said.join('; ')})`;
}

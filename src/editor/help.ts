import { actionSettings, connectionSettings } from '../core/node-settings';
import { inSequence } from '../core/sentence';
import { constraintText, descriptionOf, type Field, fieldsOf, partOfHelp, typeText } from './fields';
import { listed, named, remarks, withAside } from './language';

/**
 * Completes the help page of a node type, which Node-RED has put into the page with the HTML of the node. The palette takes the
 * first paragraph as its tooltip while the type is registered, so it is done before.
 */
export function addHelp(type: string): void {
  const all = $(`script[data-help-name="${type}"]`);
  // Of a node that is installed again, there is one more.
  const newest = all.last();
  all.not(newest).remove();
  newest.text(filled(newest.text(), type));
}

/** Replaces each comment `<!-- name -->`: by a list made of the description of the type, or by a part that all nodes share. Parts may contain parts. */
const filled = (page: string, type: string): string =>
  page.replace(/<!-- (\w+) -->/g, (_, name: string) => LISTS[name]?.(type) ?? filled(partOfHelp(name), type));

const LISTS: Readonly<Record<string, (type: string) => string>> = {
  operations: operationList,
  parameters: parameterList,
  forms: formList,
  common: commonList,
};

const TYPES: Readonly<Record<string, string>> = {
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

interface Entry {
  readonly title: string;
  readonly type?: string;
  readonly text: string;
  readonly isOptional?: boolean;
}

const escaped = (text: string): string => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

function list(entries: readonly Entry[]): string {
  const lines = entries.map(({ title, type, text, isOptional }) => {
    const kind = type ? ` <span class="property-type">${type}</span>` : '';
    return `  <dt${isOptional ? ' class="optional"' : ''}>${escaped(title)}${kind}</dt>\n  <dd>${escaped(text)}</dd>\n`;
  });
  return `<dl class="message-properties">\n${lines.join('')}</dl>`;
}

/** What the panel shows, and what it has no room for. */
const whole = (help: string, more: string): string => inSequence([help, more].filter(Boolean));

function explained(help: string, limits: readonly string[]): string {
  return limits.length === 0 ? help : withAside(help, remarks(limits));
}

const operationText = (type: string, id: string, key: string): string => typeText(type, `operations.${id}.${key}`, '');

function operationList(type: string): string {
  const { operations = [] } = descriptionOf(type);
  return list(
    operations.map(({ id }) => ({
      title: operationText(type, id, 'label'),
      type: id,
      text: whole(operationText(type, id, 'help'), operationText(type, id, 'more')),
    })),
  );
}

/** Parameters by their names in `msg.parameters`; settings by their labels in the panel. */
function parameterList(type: string): string {
  const { operations = [], settings, credentials } = descriptionOf(type);
  const own = { ...settings, ...credentials };
  const fields = fieldsOf(type, Object.assign({}, own, ...operations.map(({ parameters }) => parameters)));
  return list(
    fields.map((field) => {
      const help = whole(field.help, field.more);
      return {
        title: field.name in own ? field.label : field.name,
        type: TYPES[field.parameter.kind] ?? 'string',
        text: explained(field.name in own ? help : named(field.label, help), [...conditionsOf(type, field, fields), ...field.limits]),
        isOptional: !field.required,
      };
    }),
  );
}

/** For which operations it is, and with which settings. */
function conditionsOf(type: string, { name, parameter }: Field, fields: readonly Field[]): string[] {
  const { operations = [] } = descriptionOf(type);
  const only = (ids: readonly unknown[]) =>
    constraintText('only', { names: listed(ids.map((id) => operationText(type, String(id), 'label'))) });
  const users = operations.filter(({ parameters }) => name in parameters).map(({ id }) => id);
  const isForSome = users.length > 0 && users.length < operations.length;
  const conditions = Object.entries(parameter.when ?? {}).map(([setting, value]) => {
    const values = [value].flat();
    if (setting === 'operation') return only(values.filter(Boolean));
    const field = fields.find((one) => one.name === setting);
    const words = values.map((one) => field?.options.find((option) => option.value === one)?.label ?? String(one));
    return constraintText('onlyWith', { setting: field?.label ?? setting, value: listed(words) });
  });
  return [...(isForSome ? [only(users)] : []), ...conditions];
}

/** The object forms, each with its fields. */
function formList(type: string): string {
  const { forms = [] } = descriptionOf(type);
  const text = (id: string, key: string) => escaped(typeText(type, `forms.${id}.${key}`));
  return forms
    .map(({ id, fixed, fields }) => {
      const entries = fieldsOf(type, fields).map(({ name, label, help, limits }) => ({
        ...{ title: name, type: 'number', isOptional: true },
        text: explained(named(label, help), limits),
      }));
      return `<p>${named(withAside(text(id, 'label'), `<code>${Object.values(fixed)[0]}</code>`), text(id, 'help'))}</p>\n${list(entries)}`;
    })
    .join('\n');
}

/** The settings that all nodes of a kind have. */
function commonList(type: string): string {
  const fields = fieldsOf(type, descriptionOf(type).operations ? actionSettings : connectionSettings);
  return list(fields.map(({ label, help, limits }) => ({ title: label, text: explained(help, limits) })));
}

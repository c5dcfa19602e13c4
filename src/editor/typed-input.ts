import { type Field, sharedText } from './fields';
import { readCells } from './painter';
import { verdictOnInput } from './validation';

const ICONS: Readonly<Record<string, string>> = { str: 'az', num: '09', bool: 'bool', json: 'json' };

/** The types under which a TypedInput takes a constant for a field. `saved` is kept as an option, whatever it is. */
export function constantTypes(field: Field, saved: string): (string | TypedInputType)[] {
  const constant = (type: string, more: Partial<TypedInputType> = {}): TypedInputType => ({
    value: type,
    label: RED._(`typedInput.type.${type}`),
    icon: `red/images/typedInput/${ICONS[type]}.svg`,
    validate: (value) => verdictOnInput(field, { type, value }),
    ...more,
  });
  const { kind, buffers } = field.parameter;
  if (kind === 'choice') return [constant('str', { options: optionsOf(field, field.options, saved) })];
  if (kind === 'boolean') {
    const options = ['true', 'false'].map((value) => ({ value, label: sharedText(value) }));
    return [constant('bool', { options: optionsOf(field, options, saved) })];
  }
  if (kind === 'list' || kind === 'color') return [constant('str'), constant('json')];
  if (kind === 'grid') {
    const valueLabel = (place: JQuery, value: string) => void place.text(gridSummary(field, value));
    return [constant('json', { label: sharedText('painted'), icon: 'fa fa-th', valueLabel })];
  }
  if (kind === 'object' || kind === 'objects') return [jsonType(field)];
  if (kind === 'scalar') return [...['str', 'num', 'bool'].map((type) => constant(type)), ...(buffers ? ['bin'] : [])];
  return [constant(field.isNumber ? 'num' : 'str')];
}

export const variableType = (): TypedInputType => ({
  value: 'variable',
  label: sharedText('variable'),
  icon: 'red/images/typedInput/env.svg',
});

/** Without a default, nothing is selected at first. A saved value that is not an option (any more) stays. */
function optionsOf({ parameter }: Field, known: readonly Option[], saved: string): Option[] {
  const isKnown = saved === '' || known.some(({ value }) => value === saved);
  const kept = isKnown ? [] : [{ value: saved, label: sharedText('kept', { value: saved }) }];
  return [...(parameter.default === undefined ? [{ value: '', label: '–' }] : []), ...known, ...kept];
}

interface Option {
  readonly value: string;
  readonly label: string;
}

function gridSummary(field: Field, value: string): string {
  const cells = readCells(field, value);
  if (!cells) return value === '' ? sharedText('painter.nothing') : value;
  return sharedText('painter.lit', { count: cells.filter((level) => level > 0).length });
}

/** JSON as in Node-RED's own type, but it may be empty where nothing is required, and the panel says what is wrong with it. */
const jsonType = (field: Field): TypedInputType => ({
  value: 'json',
  label: RED._('typedInput.type.json'),
  icon: 'red/images/typedInput/json.svg',
  validate: (value) => verdictOnInput(field, { type: 'json', value }),
  expand(this: TypedInputWidget) {
    RED.editor.editJSON({ value: pretty(this.value()), focus: true, complete: (value) => void this.value(value) });
  },
});

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 4);
  } catch {
    // Text that is not valid JSON yet is edited as it is.
    return json;
  }
}

/** The label of a row belongs to the visible part of a TypedInput, which replaces the labelled input. */
export function labelTypedInput(input: JQuery, label: string, types: readonly (string | TypedInputType)[]): void {
  const id = String(input.attr('id'));
  const shown = input.next('.red-ui-typedInput-container');
  shown.find('.red-ui-typedInput-input').attr({ id: `${id}-value`, 'aria-describedby': `${id}-hint ${id}-note` });
  shown.find('.red-ui-typedInput-option-label').attr('id', `${id}-option`);
  shown.find('.red-ui-typedInput-option-trigger').attr({ 'aria-labelledby': `${id}-label ${id}-option`, 'aria-describedby': `${id}-hint` });
  $(`#${id}-label`).attr('for', `${id}-value`);
  shown.find('.red-ui-typedInput-option-expand').attr('aria-label', sharedText('typed.expand', { label }));
  const nameOf = (value: string) => types.find((type): type is TypedInputType => typeof type !== 'string' && type.value === value)?.label;
  // Most types are shown by an icon alone.
  const nameType = () => {
    const value = input.typedInput('type');
    const type = nameOf(value) ?? RED._(`typedInput.type.${value}`, { defaultValue: value });
    shown.find('.red-ui-typedInput-type-select').attr('aria-label', sharedText('typed.type', { label, type }));
  };
  input.on('typedinputtypechange', nameType);
  nameType();
  // Node-RED does not remove the mark of the focus from a value that is shown as a label.
  shown.on('focusout', () => shown.removeClass('red-ui-typedInput-focus'));
}

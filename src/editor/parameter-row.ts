import type { ConfigState } from './dialog';
import { type Field, word } from './fields';
import { complain, hintParts, labelTypedInput, row, textInput, wordsOf } from './form';
import { type Handle, handleFor } from './handles';
import { jsonType } from './json-type';
import { Lookup } from './lookup';
import { ObjectForms, remark } from './object-forms';
import { Painter, readCells } from './painter';
import { isConstant, type TypedValue, verdictOnInput } from './validation';

export interface Surroundings {
  /** The node whose panel it is. */
  readonly node: string;
  readonly connection: () => ConfigState | undefined;
  /** Constant values of the panel's rows. */
  readonly constants: () => Readonly<Record<string, unknown>>;
}

const DYNAMIC = ['msg', 'flow', 'global', 'env', 'jsonata'];
const ICONS: Readonly<Record<string, string>> = { str: 'az', num: '09', bool: 'bool', json: 'json' };

type ConstantType = string | TypedInputType;
const nameOf = (type: ConstantType): string => (typeof type === 'string' ? type : type.value);

const asString = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The row of one parameter: a constant in the form that suits its kind, or taken from message, context, environment or JSONata. */
export class ParameterRow {
  readonly lookup: Lookup | undefined;
  private readonly element: JQuery;
  private readonly input: JQuery;
  private readonly painter: Painter | undefined;
  private readonly forms: ObjectForms | undefined;
  private readonly handle: Handle | undefined;
  /** What each type held before another one was tried. */
  private readonly remembered: Record<string, string> = {};
  private last: { readonly type: string; readonly value: string };

  constructor(
    private readonly field: Field,
    private readonly saved: TypedValue | undefined,
    surroundings: Surroundings,
    container: JQuery,
  ) {
    const id = `ensemble-parameter-${field.name}`;
    const { parameter } = field;
    this.element = row(id, wordsOf(field), textInput(id)).appendTo(container);
    this.input = this.element.find(`#${id}`);
    const types = this.types();
    this.last = { type: saved?.type ?? nameOf(types[0] ?? 'str'), value: asString(saved?.value ?? parameter.default ?? '') };
    this.input.val(this.last.value).typedInput({ types: [...types, ...this.otherTypes(types)], default: this.last.type });
    labelTypedInput(this.input);
    this.lookup = parameter.lookup === undefined ? undefined : this.attachLookup(parameter.lookup, surroundings);
    this.painter = parameter.kind === 'grid' ? this.attachPainter() : undefined;
    this.forms = field.forms.length > 0 ? this.attachForms() : undefined;
    this.handle = handleFor(field, this.element, (value) => void this.input.typedInput('value', value));
    this.input.on('typedinputtypechange', () => this.typeChanged());
    this.input.on('change keyup', () => this.changed());
    this.element.on('input', '.red-ui-typedInput-input', () => this.changed());
    this.changed();
  }

  get name(): string {
    return this.field.name;
  }

  /** What is to be saved: nothing where the row is empty, or shows a default that nobody chose. */
  get value(): TypedValue | undefined {
    const { type, value } = this.present;
    const { parameter } = this.field;
    if (this.saved?.type === type && asString(this.saved.value) === value) return this.saved;
    if (value === '' && !(type === 'str' && parameter.allowEmpty)) return undefined;
    if (!this.saved && isConstant(type) && value === asString(parameter.default ?? '')) return undefined;
    // Chosen from a list, it is what it is there.
    const isNumber = parameter.kind === 'scalar' && type === 'str' && this.lookup?.isNumeric(value);
    return { type: isNumber ? 'num' : type, value };
  }

  private get present(): { readonly type: string; readonly value: string } {
    return { type: this.input.typedInput('type'), value: this.input.typedInput('value') };
  }

  private types(): ConstantType[] {
    const { kind, buffers } = this.field.parameter;
    if (kind === 'grid')
      return [
        this.constant('json', { label: word('painted'), icon: 'fa fa-th', valueLabel: (place, value) => place.text(this.summary(value)) }),
      ];
    if (kind === 'choice') return [this.constant('str', { options: this.options(this.field.options) })];
    if (kind === 'boolean')
      return [this.constant('bool', { options: this.options(['true', 'false'].map((value) => ({ value, label: word(value) }))) })];
    if (kind === 'list') return [this.constant('str'), this.constant('json')];
    if (kind === 'object' || kind === 'objects') return [jsonType((value) => verdictOnInput(this.field, { type: 'json', value }))];
    if (kind === 'color') return [this.constant('str'), this.constant('json')];
    if (kind === 'scalar') return [...['str', 'num', 'bool'].map((type) => this.constant(type)), ...(buffers ? ['bin'] : [])];
    return [this.constant(this.field.isNumber ? 'num' : 'str')];
  }

  private constant(type: string, more: Partial<TypedInputType> = {}): TypedInputType {
    return {
      value: type,
      label: RED._(`typedInput.type.${type}`),
      icon: `red/images/typedInput/${ICONS[type]}.svg`,
      validate: (value) => verdictOnInput(this.field, { type, value }),
      ...(this.field.parameter.lookup && { autoComplete: (typed) => this.lookup?.search(typed) ?? [] }),
      ...more,
    };
  }

  /** Without a default, nothing is chosen at first; a saved value that is no option (any more) stays. */
  private options(known: readonly { value: string; label: string }[]): { value: string; label: string }[] {
    const value = isConstant(this.saved?.type ?? '') ? asString(this.saved?.value ?? '') : '';
    const kept = value === '' || known.some((option) => option.value === value) ? [] : [{ value, label: word('kept', { value }) }];
    return [...(this.field.parameter.default === undefined ? [{ value: '', label: '–' }] : []), ...known, ...kept];
  }

  /** A flow that was not made here may hold a constant of another type. */
  private otherTypes(constants: readonly ConstantType[]): string[] {
    const type = this.saved?.type;
    const known = [...constants.map(nameOf), ...DYNAMIC];
    return type === undefined || known.includes(type) ? DYNAMIC : [type, ...DYNAMIC];
  }

  private attachLookup(lookup: string, { node, connection, constants }: Surroundings): Lookup {
    return new Lookup({
      row: this.element,
      lookup,
      narrowedBy: this.field.parameter.narrowedBy ?? [],
      many: this.field.parameter.kind === 'list',
      node,
      connection,
      parameters: constants,
      value: () => this.present.value,
      verdict: () => verdictOnInput(this.field, this.present),
      choose: (value) => void this.input.typedInput('value', value),
      isConstant: () => isConstant(this.present.type),
    });
  }

  private attachForms(): ObjectForms {
    const forms = new ObjectForms(this.field, (json) => this.input.typedInput('value', json));
    forms.element.insertAfter(this.element.find('.ensemble-control'));
    return forms;
  }

  private attachPainter(): Painter {
    const painter = new Painter(this.field, (cells) => this.input.typedInput('value', JSON.stringify(cells)));
    return painter.appendTo(this.element);
  }

  private summary(value: string): string {
    const cells = readCells(this.field, value);
    if (!cells) return value === '' ? word('painter.nothing') : value;
    return word('painter.lit', { count: cells.filter((level) => level > 0).length });
  }

  private typeChanged(): void {
    const { type, value } = this.last;
    const next = this.input.typedInput('type');
    if (next === type) return;
    this.remembered[type] = value;
    this.last = { type: next, value: this.remembered[next] ?? this.firstOf(next) };
    this.input.typedInput('value', this.last.value);
  }

  private firstOf(type: string): string {
    const { kind, default: preset = '' } = this.field.parameter;
    if (type === 'msg') return kind === 'grid' ? 'payload' : this.name;
    return isConstant(type) ? asString(preset) : '';
  }

  private changed(): void {
    this.last = this.present;
    const { type, value } = this.last;
    if (this.lookup) this.lookup.show();
    else if (!complain(this.element, verdictOnInput(this.field, this.last), value === '') && type === 'json')
      remark(this.element, this.forms?.show(value) ?? '');
    this.forms?.element.toggle(type === 'json');
    this.handle?.toggle(isConstant(type) && type !== 'json');
    this.handle?.show(value);
    if (!this.painter) return;
    this.painter.toggle(type === 'json');
    const hint = type === 'json' ? { help: word('painter.help') } : this.field;
    this.element
      .find('.ensemble-hint')
      .empty()
      .append(...hintParts(hint));
    const cells = value === '' ? [] : readCells(this.field, value);
    if (cells) this.painter.show(cells);
  }
}

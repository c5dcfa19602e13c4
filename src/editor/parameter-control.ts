import type { Control, Held } from './control';
import type { Field } from './fields';
import type { LookupControl } from './lookup';
import { constantTypes, labelTypedInput } from './typed-input';
import { isConstant, type TypedValue } from './validation';

const DYNAMIC = ['msg', 'flow', 'global', 'env', 'jsonata'];

const nameOf = (type: string | TypedInputType): string => (typeof type === 'string' ? type : type.value);
const asString = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** The TypedInput of a parameter: a constant, or a value from the message, a context, the environment or JSONata. */
export class ParameterControl implements Control {
  /** The value under each type before another type was selected. */
  private readonly remembered: Record<string, string> = {};
  private last: Held;

  constructor(
    private readonly field: Field,
    readonly input: JQuery,
    private readonly saved: TypedValue | undefined,
  ) {
    const constant = saved && isConstant(saved.type) ? asString(saved.value ?? '') : '';
    const types = constantTypes(field, constant);
    const first = nameOf(types[0] ?? 'str');
    this.last = { type: saved?.type ?? first, value: asString(saved?.value ?? field.parameter.default ?? '') };
    const all = [...types, ...this.otherTypes(types)];
    input.val(this.last.value).typedInput({ types: all, default: this.last.type });
    labelTypedInput(input, field.label, all);
    input.on('typedinputtypechange', () => this.changeType());
  }

  get typed(): JQuery {
    return this.input.next('.red-ui-typedInput-container').find('.red-ui-typedInput-input');
  }

  get held(): Held {
    return { type: this.input.typedInput('type'), value: this.input.typedInput('value') };
  }

  get differs(): boolean {
    const { type, value } = this.held;
    return value !== '' && (!isConstant(type) || value !== asString(this.field.parameter.default ?? ''));
  }

  put(value: string): void {
    this.input.typedInput('value', value);
  }

  listen(changed: () => void): void {
    const remember = () => {
      this.last = this.held;
      changed();
    };
    this.input.on('change keyup', remember);
    this.input.next('.red-ui-typedInput-container').on('input', '.red-ui-typedInput-input', remember);
  }

  /** The value to save: none if the row is empty, or shows a default that was not selected. */
  toSave(lookup: LookupControl | undefined): TypedValue | undefined {
    const { type, value } = this.held;
    const { parameter } = this.field;
    if (this.saved?.type === type && asString(this.saved.value) === value) return this.saved;
    if (value === '' && !(type === 'str' && parameter.allowEmpty)) return undefined;
    if (!this.saved && isConstant(type) && value === asString(parameter.default ?? '')) return undefined;
    // Selected from a list, it has the type that it has there.
    const isNumber = parameter.kind === 'scalar' && type === 'str' && lookup?.isNumeric(value);
    return { type: isNumber ? 'num' : type, value };
  }

  /** A flow from elsewhere may hold a constant of another type. */
  private otherTypes(constants: readonly (string | TypedInputType)[]): string[] {
    const type = this.saved?.type;
    const known = [...constants.map(nameOf), ...DYNAMIC];
    return type === undefined || known.includes(type) ? DYNAMIC : [type, ...DYNAMIC];
  }

  private changeType(): void {
    const { type, value } = this.last;
    const next = this.input.typedInput('type');
    if (next === type) return;
    this.remembered[type] = value;
    this.last = { type: next, value: this.remembered[next] ?? this.firstOf(next) };
    this.put(this.last.value);
  }

  private firstOf(type: string): string {
    const { kind, default: preset = '' } = this.field.parameter;
    if (type === 'msg') return kind === 'grid' ? 'payload' : this.field.name;
    return isConstant(type) ? asString(preset) : '';
  }
}

import { isObject } from '../core/objects';
import { asBoolean } from '../core/schema/parsers';
import type { Control, Held } from './control';
import type { Field } from './fields';
import { constantTypes, labelTypedInput, variableType } from './typed-input';

/** The input of a setting: Node-RED fills it and saves what it holds, a constant or `${VARIABLE}`. */
export class SettingControl implements Control {
  constructor(
    private readonly field: Field,
    readonly input: JQuery,
    saved: unknown,
  ) {
    const { kind, default: preset } = field.parameter;
    if (kind === 'choice') this.makeChoice();
    else if (kind === 'object') this.makeJson(saved);
    else if (kind === 'boolean') this.makeSwitch(saved ?? preset);
    else if (preset !== undefined) {
      input.attr('placeholder', String(preset));
      if (saved === undefined) input.val(String(preset));
    }
  }

  get typed(): JQuery {
    return this.input;
  }

  get held(): Held {
    const value = this.input.attr('type') === 'checkbox' ? this.input.prop('checked') : this.input.val();
    return { type: this.field.parameter.kind === 'object' ? 'json' : 'str', value: String(value ?? '') };
  }

  get differs(): boolean {
    const { default: preset } = this.field.parameter;
    if (this.input.attr('type') === 'checkbox') return this.input.prop('checked') !== (preset === true);
    const value = this.held.value.trim();
    return value !== '' && value !== String(preset ?? '');
  }

  put(value: string): void {
    this.input.val(value).trigger('change');
  }

  /** At once, not when the input is left: a note that disappears then would move a button away from the pointer. */
  listen(changed: () => void): void {
    this.input.on('change keyup input', changed);
  }

  /** Saves numbers as numbers. Node-RED, which saves afterwards, compares loosely and so keeps them. */
  save(node: EditorNode): void {
    const { name, isNumber } = this.field;
    const typed = this.input.val();
    if (isNumber && typeof typed === 'string' && typed.trim() !== '' && Number.isFinite(Number(typed))) node[name] = Number(typed);
  }

  private makeChoice(): void {
    const value = String(this.input.val() || this.field.parameter.default || '');
    const isVariable = value.startsWith('${');
    const [options = 'str'] = constantTypes(this.field, isVariable ? '' : value);
    const choice = { ...(options as TypedInputType), value: 'choice', label: this.field.label, icon: 'fa fa-list' };
    const types = [choice, variableType()];
    this.input.val(value).typedInput({ types, default: isVariable ? 'variable' : 'choice' });
    labelTypedInput(this.input, this.field.label, types);
  }

  /** Node-RED puts an object into an input as "[object Object]". */
  private makeJson(saved: unknown): void {
    if (isObject(saved)) this.input.val(JSON.stringify(saved));
    const types = constantTypes(this.field, '');
    this.input.typedInput({ types, default: 'json' });
    labelTypedInput(this.input, this.field.label, types);
  }

  /** A switch that holds something else than on and off becomes a text input: opening the dialog must not lose a variable, or hide a mistake. */
  private makeSwitch(value: unknown): void {
    if (['string', 'number'].includes(typeof value) && value !== '' && asBoolean(value) === undefined)
      this.input.attr('type', 'text').val(String(value)).closest('.ensemble-row').removeClass('ensemble-switch');
    else this.input.prop('checked', asBoolean(value) ?? false);
  }
}

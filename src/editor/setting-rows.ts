import { configNodeState } from './dialog';
import { credentialsOf, type Field, settingsOf, word } from './fields';
import { complain, labelTypedInput, prefixOf } from './form';
import { jsonType } from './json-type';
import { Lookup } from './lookup';
import { applies, verdict } from './validation';

/** The rows of plain properties: Node-RED has filled them already. */
export class SettingRows {
  private readonly fields: readonly Field[];
  private readonly lookups: readonly Lookup[];

  constructor(private readonly node: EditorNode) {
    this.fields = settingsOf(node.type);
    for (const field of this.fields) this.prepare(field);
    this.lookups = this.fields.flatMap((field) =>
      field.parameter.lookup === undefined ? [] : [this.attachLookup(field, field.parameter.lookup)],
    );
    this.follow([...this.fields, ...credentialsOf(node.type)]);
    const narrowing = this.fields.flatMap(({ parameter: { narrowedBy = [] } }) => narrowedBy.map((name) => this.input(name)));
    for (const input of [$('#node-input-connection'), ...narrowing])
      input.on('change', () => {
        for (const lookup of this.lookups) void lookup.refresh();
      });
  }

  /** Numbers are saved as numbers. Node-RED compares loosely afterwards, and so leaves them. */
  save(): void {
    for (const { name, isNumber: takesNumber } of this.fields) {
      const typed = this.input(name).val();
      const isNumber = takesNumber && typeof typed === 'string' && typed.trim() !== '';
      if (isNumber && Number.isFinite(Number(typed))) this.node[name] = Number(typed);
    }
  }

  private input(name: string): JQuery {
    return $(`#${prefixOf(this.node.type)}-${name}`);
  }

  /** What it holds now; a switch, whether it is on. */
  private read(name: string): unknown {
    const input = this.input(name);
    return input.attr('type') === 'checkbox' ? input.prop('checked') : input.val();
  }

  private prepare(field: Field): void {
    const { kind, default: preset, lookup } = field.parameter;
    const input = this.input(field.name);
    if (lookup === undefined && kind !== 'boolean') {
      const row = input.closest('.ensemble-row');
      // At once, and not when the input is left: a line that goes then would move a button from under a click.
      input.on('change keyup input', () => complain(row, verdict(field, input.val()), input.val() === ''));
    }
    if (kind === 'choice') prepareChoice(input, field);
    else if (kind === 'object') prepareObject(input, field);
    else if (kind === 'boolean') prepareSwitch(input, this.node[field.name] ?? preset);
    else if (preset !== undefined) {
      input.attr('placeholder', String(preset));
      if (this.node[field.name] === undefined) input.val(String(preset));
    }
  }

  private attachLookup(field: Field, lookup: string): Lookup {
    const input = this.input(field.name);
    const made = new Lookup({
      row: input.closest('.ensemble-row'),
      lookup,
      narrowedBy: field.parameter.narrowedBy ?? [],
      many: field.parameter.kind === 'list',
      node: this.node.id,
      connection: () => configNodeState(String($('#node-input-connection').val())),
      parameters: () => Object.fromEntries(this.fields.map(({ name }) => [name, this.input(name).val()])),
      value: () => String(input.val() ?? ''),
      verdict: () => verdict(field, input.val()),
      choose: (value) => void input.val(value).trigger('change'),
      isConstant: () => true,
    });
    input.autoComplete({ search: made.search, minLength: 0 }).on('change keyup input', () => made.show());
    return made;
  }

  /** Shows the rows that apply as the others stand, now and after every change. */
  private follow(fields: readonly Field[]): void {
    const show = () => {
      for (const field of fields)
        this.input(field.name)
          .closest('.ensemble-row')
          .toggle(applies(field, (name) => this.read(name)));
    };
    const watched = new Set(fields.flatMap(({ parameter: { when = {} } }) => Object.keys(when)));
    for (const name of watched) this.input(name).on('change', show);
    show();
  }
}

/** A list to choose from, or a variable of the environment. What is saved and not in the list stays. */
function prepareChoice(input: JQuery, field: Field): void {
  const value = String(input.val() || field.parameter.default || '');
  const none = field.parameter.default === undefined ? [{ value: '', label: '–' }] : [];
  const known = [...none, ...field.options];
  const isKnown = value.startsWith('${') || known.some((option) => option.value === value);
  const options = isKnown ? known : [...known, { value, label: word('kept', { value }) }];
  const choice = { value: 'choice', label: field.label, icon: 'fa fa-list', options };
  const variable = { value: 'variable', label: word('variable'), icon: 'red/images/typedInput/env.svg' };
  input.val(value).typedInput({ types: [choice, variable], default: value.startsWith('${') ? 'variable' : 'choice' });
  labelTypedInput(input);
}

/** JSON, with Node-RED's editor for it. */
function prepareObject(input: JQuery, field: Field): void {
  const value = input.val();
  if (typeof value === 'object') input.val(JSON.stringify(value));
  input.typedInput({ types: [jsonType((typed) => verdict(field, typed))], default: 'json' });
  labelTypedInput(input);
}

/** A switch that the environment decides becomes a line of text, so that opening the dialog does not lose the variable. */
function prepareSwitch(input: JQuery, value: unknown): void {
  if (typeof value === 'string' && value.startsWith('${'))
    input.attr('type', 'text').val(value).closest('.ensemble-row').removeClass('ensemble-switch');
  else input.prop('checked', value === true || value === 'true');
}

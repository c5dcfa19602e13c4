import { type Field, type FormChoice, word } from './fields';
import { complain, fieldRow, note } from './form';
import { verdict } from './validation';

type Entry = Record<string, unknown>;

/** Rows for one of a node's ready-made objects, beside its JSON: each follows the other. */
export class ObjectForms {
  readonly element = $('<div>', { class: 'ensemble-forms' });
  private readonly forms: readonly FormChoice[];
  private readonly select: JQuery;
  private readonly rows = $('<div>');
  private shown: FormChoice | undefined;
  private entry: Entry = {};

  constructor(
    field: Field,
    private readonly onFill: (json: string) => void,
  ) {
    this.forms = field.forms;
    this.select = $('<select>', { 'aria-label': word('forms.label'), id: `ensemble-parameter-${field.name}-form` });
    this.select.append($('<option>', { value: '', text: word('forms.json') }));
    for (const { id, label, kind } of this.forms) this.select.append($('<option>', { value: id, text: `${label} (${kind})` }));
    this.select.on('change', () => this.choose());
    this.element.append(this.select, this.rows);
  }

  /** Takes over the JSON as it stands; returns what to remark on it. */
  show(json: string): string {
    const entries = read(json);
    const forms = entries.map((entry) => this.forms.find(({ key, kind }) => entry[key] === kind));
    this.entry = (entries.length === 1 && entries[0]) || {};
    this.open(entries.length === 1 ? forms[0] : undefined);
    return forms.includes(undefined) ? word('forms.other') : '';
  }

  private choose(): void {
    const form = this.forms.find(({ id }) => id === this.select.val());
    if (form) this.entry = { ...form.fixed };
    this.open(form);
    if (form) this.write();
  }

  private open(form: FormChoice | undefined): void {
    this.select.val(form?.id ?? '');
    if (form !== this.shown) {
      this.shown = form;
      this.rows.empty();
      if (form) this.rows.append($('<div>', { class: 'ensemble-hint', text: form.help }), ...form.fields.map((field) => this.row(field)));
    }
    for (const { name } of form?.fields ?? []) {
      const input = this.rows.find(`#${inputId(name)}`);
      // Not under the user's fingers.
      if (!input.is(':focus')) input.val(String(this.entry[name] ?? ''));
    }
  }

  private row(field: Field): JQuery {
    const id = inputId(field.name);
    const row = fieldRow(id, field);
    const input = row.find(`#${id}`);
    input.on('input', () => {
      const value = String(input.val());
      if (complain(row, verdict(field, value), value === '')) return;
      if (value === '') delete this.entry[field.name];
      else this.entry[field.name] = Number(value);
      this.write();
    });
    return row;
  }

  private write(): void {
    this.onFill(JSON.stringify(this.entry));
  }
}

const inputId = (name: string): string => `ensemble-form-${name}`;

/** The objects in a JSON text; none where it has no form that fits. */
function read(json: string): Entry[] {
  try {
    const value: unknown = JSON.parse(json);
    const entries = Array.isArray(value) ? value : [value];
    return entries.every((entry) => typeof entry === 'object' && entry !== null) ? (entries as Entry[]) : [];
  } catch {
    return [];
  }
}

/** Puts a remark under the row of the objects. */
export const remark = (row: JQuery, text: string): void => note(row, text === '' ? 'none' : 'warning', text);

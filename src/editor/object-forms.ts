import type { SideControl } from './control';
import { type Field, type FormChoice, sharedText } from './fields';
import { fieldRow } from './form';
import { Row } from './row';
import { SettingControl } from './setting-control';
import { verdictOnInput } from './validation';

type FormObject = Record<string, unknown>;

/** Rows for the fields of an object, beside its JSON: each follows the other. */
export class ObjectForms implements SideControl {
  readonly isForJson = true;
  private readonly element = $('<div>', { class: 'ensemble-forms' });
  private readonly forms: readonly FormChoice[];
  private readonly select: JQuery;
  private readonly rows = $('<div>');
  private shown: FormChoice | undefined;
  private entry: FormObject = {};

  constructor(
    private readonly field: Field,
    private readonly onFill: (json: string) => void,
  ) {
    this.forms = field.forms;
    this.select = $('<select>', { 'aria-label': sharedText('forms.label'), id: `ensemble-parameter-${field.name}-form` });
    this.select.append($('<option>', { value: '', text: sharedText('forms.json') }));
    for (const { id, label, kind } of this.forms) this.select.append($('<option>', { value: id, text: `${label} (${kind})` }));
    this.select.on('change', () => this.choose());
    this.element.append(this.select, this.rows);
  }

  insertInto(row: JQuery): this {
    this.element.insertAfter(row.find('.ensemble-control'));
    return this;
  }

  toggle(visible: boolean): void {
    this.element.toggle(visible);
  }

  /** Shows the object that a JSON text holds in its form; leaves a text that does not fit. */
  show(json: string): string | undefined {
    if (json !== '' && verdictOnInput(this.field, { type: 'json', value: json }) !== true) return undefined;
    const entries = read(json);
    const forms = entries.map((entry) => this.forms.find(({ key, kind }) => entry[key] === kind));
    this.entry = (entries.length === 1 && entries[0]) || {};
    this.open(entries.length === 1 ? forms[0] : undefined);
    return forms.includes(undefined) ? sharedText('forms.other') : undefined;
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
      // The user may be typing in it.
      if (!input.is(':focus')) input.val(String(this.entry[name] ?? ''));
    }
  }

  private row(field: Field): JQuery {
    const id = inputId(field.name);
    const element = fieldRow(id, field);
    const row = new Row(field, element, new SettingControl(field, element.find(`#${id}`), ''));
    row.control.listen(() => {
      const { value } = row;
      if (value === String(this.entry[field.name] ?? '') || (value !== '' && row.verdict !== true)) return;
      if (value === '') delete this.entry[field.name];
      else this.entry[field.name] = Number(value);
      this.write();
    });
    return element;
  }

  private write(): void {
    this.onFill(JSON.stringify(this.entry));
  }
}

const inputId = (name: string): string => `ensemble-form-${name}`;

/** The objects in a JSON text; none if it contains anything else. */
function read(json: string): FormObject[] {
  try {
    const value: unknown = JSON.parse(json);
    const entries = Array.isArray(value) ? value : [value];
    return entries.every((entry) => typeof entry === 'object' && entry !== null) ? (entries as FormObject[]) : [];
  } catch {
    return [];
  }
}

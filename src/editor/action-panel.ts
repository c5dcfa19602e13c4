import { isRecord } from '../core/objects';
import { joinChoices } from './choices';
import { configNodeState } from './dialog';
import { descriptionOf, type Field, parametersOf, sharedText, typeText } from './fields';
import { Folds } from './folds';
import { complain, formOf } from './form';
import { isNamingDue, savedNames, saveNames } from './names';
import type { ParameterControl } from './parameter-control';
import type { Row } from './row';
import { parameterRow } from './rows';
import { SettingRows } from './setting-rows';
import { type Trial, TryIt } from './try-it';
import { choicesIn, inputsOf, isConstant, type TypedValue, verdictOnOperation } from './validation';

type Inputs = Record<string, TypedValue>;

/** The open dialog of an action node. */
export class ActionPanel {
  private rows: Row<ParameterControl>[] = [];
  /** The operation whose parameters are shown. */
  private shown: string | undefined;
  /** The inputs of all operations, kept while the dialog is open: the user may select an operation again. */
  private readonly drafts: Inputs;
  private readonly select = $('#node-input-operation');
  private readonly settings: SettingRows;
  private readonly folds: Folds;
  /** What the dialog held when it was opened. */
  private readonly opened: string;

  constructor(private readonly node: EditorNode) {
    this.drafts = { ...inputsOf(node) };
    this.settings = new SettingRows(node);
    this.keepUnknownOperation();
    $('#node-input-result').typedInput({ types: ['msg'], default: 'msg' });
    this.showOperation();
    new TryIt(() => this.trial());
    this.folds = new Folds(formOf(node.type), () => [...this.rows, ...this.settings.parts]);
    this.select.on('change', () => this.changeOperation());
    // A lookup may depend on the values of other rows.
    $('#node-input-connection, .ensemble-parameters').on('change', () => this.refresh());
    this.opened = this.state();
  }

  save(): void {
    const { node } = this;
    const rows = [...this.rows, ...this.settings.rows];
    const isChanged = this.opened !== this.state();
    const hasNames = isNamingDue(rows, isChanged);
    this.settings.save(isChanged);
    const inputs = this.inputs();
    if (isChanged || node.parameters !== undefined || Object.keys(inputs).length > 0) node.parameters = inputs;
    if (hasNames) saveNames(node, rows, (field) => isRecord(node.parameters) && field in node.parameters);
  }

  /** The node as it stands in the dialog. */
  private trial(): Trial {
    const { node, operation, rows } = this;
    const name = String($('#node-input-name').val() ?? '');
    const connection = configNodeState(String($('#node-input-connection').val()));
    const draft = { ...node, ...this.settings.values(), name, connection: connection?.id, operation, parameters: this.inputs() };
    return { draft, connection, rows };
  }

  private state(): string {
    return JSON.stringify([this.settings.state(), this.operation, this.inputs()]);
  }

  /** The inputs to save. */
  private inputs(): Inputs {
    this.keepDrafts();
    const { type } = this.node;
    const saved = inputsOf(this.node);
    const asked = new Set(parametersOf(type, this.operation).map(({ name }) => name));
    // If the message sets the operation, parameters that the panel does not show may still be used.
    const isUsed = (name: string) => name in this.drafts && (asked.has(name) || (!this.isFixed && name in saved));
    const names = [...new Set([...Object.keys(saved), ...asked])].filter(isUsed);
    return Object.fromEntries(names.flatMap((name) => (this.drafts[name] ? [[name, this.drafts[name]]] : [])));
  }

  private get operation(): string {
    return String(this.select.val() ?? '');
  }

  private get isFixed(): boolean {
    return descriptionOf(this.node.type).operations?.some(({ id }) => id === this.operation) ?? false;
  }

  /** An operation of another release, or from the environment, is kept as an option. */
  private keepUnknownOperation(): void {
    const value = String(this.node.operation ?? '');
    const options = this.select.find('option').toArray() as HTMLOptionElement[];
    if (!options.some((option) => option.value === value))
      this.select.append($('<option>', { value, text: sharedText('kept', { value }) }));
    this.select.val(value);
  }

  private changeOperation(): void {
    if (this.operation === this.shown) return;
    this.keepDrafts();
    this.showOperation();
    this.folds.update();
    this.refresh();
  }

  private showOperation(): void {
    this.shown = this.operation;
    const { id, type } = this.node;
    // Rows trigger changes while they are created; the old ones must not react.
    this.rows = [];
    $('.ensemble-parameters').empty();
    const place = ({ isAdvanced }: Field) => $(isAdvanced ? '.ensemble-parameters-advanced' : '.ensemble-parameters').first();
    const surroundings = {
      node: id,
      connection: () => configNodeState(String($('#node-input-connection').val())),
      fields: () => parametersOf(type, this.operation),
      names: savedNames(this.node),
      constants: () => this.constants(),
    };
    this.rows = parametersOf(type, this.operation).map((field) => parameterRow(field, this.drafts[field.name], surroundings, place(field)));
    joinChoices(this.rows, choicesIn(type, this.operation));
    const line = this.select.closest('.ensemble-row');
    line.find('.ensemble-hint').text(this.isFixed ? typeText(type, `operations.${this.operation}.help`) : sharedText('operation.help'));
    complain(line, verdictOnOperation(type, this.operation), false);
  }

  private refresh(): void {
    for (const { lookup } of this.rows) void lookup?.refresh();
  }

  private keepDrafts(): void {
    for (const { name, control, lookup } of this.rows) {
      const value = control.toSave(lookup);
      if (value) this.drafts[name] = value;
      else delete this.drafts[name];
    }
  }

  private constants(): Record<string, unknown> {
    const saved = this.rows.map(({ name, control, lookup }) => [name, control.toSave(lookup)] as const);
    return Object.fromEntries(saved.flatMap(([name, input]) => (input && isConstant(input.type) ? [[name, input.value]] : [])));
  }
}

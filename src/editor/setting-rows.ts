import { isObject } from '../core/objects';
import { configNodeState } from './dialog';
import { credentialsOf, descriptionOf, type Field, settingsOf } from './fields';
import type { Part } from './folds';
import { markRequired, prefixOf } from './form';
import { isNamingDue, savedNames, saveNames } from './names';
import type { Row } from './row';
import { settingRow } from './rows';
import type { SettingControl } from './setting-control';
import { applies, verdictOnEither } from './validation';

/** Settings of each config node that name one of Node-RED's own. */
const REFERENCES: readonly string[] = ['tls', 'proxy'];

/** The rows of a node's settings. */
export class SettingRows {
  readonly rows: readonly Row<SettingControl>[];
  /** What the dialog held when it was opened. */
  private readonly opened: string;

  constructor(private readonly node: EditorNode) {
    const fields = settingsOf(node.type);
    const surroundings = {
      node: node.id,
      connection: () => configNodeState(String($('#node-input-connection').val())),
      fields: () => fields,
      names: savedNames(node),
      constants: () => Object.fromEntries(this.rows.map(({ name }) => [name, this.input(name).val()])),
    };
    this.rows = fields.map((field) => settingRow(field, this.input(field.name), node[field.name], surroundings));
    this.follow([...fields, ...credentialsOf(node.type)]);
    this.joinEither(fields);
    const narrowing = fields.flatMap(({ parameter: { narrowedBy = [] } }) => narrowedBy.map((name) => this.input(name)));
    for (const input of [$('#node-input-connection'), ...narrowing])
      input.on('change', () => {
        for (const { lookup } of this.rows) void lookup?.refresh();
      });
    this.opened = this.state();
  }

  /** All rows but those of the operation. */
  get parts(): readonly Part[] {
    const others = [
      ...credentialsOf(this.node.type).map(({ name }) => name),
      ...REFERENCES.filter((name) => name in this.node._def.defaults),
    ];
    return [...this.rows, ...others.map((name) => this.part(name))];
  }

  /** @param isChanged whether anything of the node is changed: its defaults are written then, too */
  save(isChanged = this.opened !== this.state()): void {
    const hasNames = descriptionOf(this.node.type).operations === undefined && isNamingDue(this.rows, isChanged);
    const absent = RED.nodes.node(this.node.id) && !isChanged ? this.absent() : [];
    // Node-RED saves inputs by their ids.
    for (const name of absent) this.input(name).removeAttr('id');
    for (const { name, control } of this.rows) if (!absent.includes(name)) control.save(this.node);
    if (hasNames) saveNames(this.node, this.rows);
  }

  /** What a node of an earlier release does not have: written, it would mark a node as changed that nobody has changed. */
  private absent(): readonly string[] {
    const { type, credentials = {} } = this.node;
    const settings = this.rows.filter(({ name }) => this.node[name] === undefined);
    const isMissing = (name: string) => !credentials[name] && !credentials[`has_${name}`] && this.input(name).val() === '';
    return [...settings, ...credentialsOf(type).filter(({ name }) => isMissing(name))].map(({ name }) => name);
  }

  /** By their names, as they stand in the form. */
  values(): Record<string, unknown> {
    return Object.fromEntries(this.rows.map(({ name }) => [name, this.read(name)]));
  }

  /** The settings, the name and the connection, to be compared. */
  state(): string {
    return JSON.stringify([this.values(), this.input('name').val(), this.input('connection').val()]);
  }

  /**
   * Enters a value as if it were typed; of an object, the parts that are given. Returns whether it could: what is no JSON object, such
   * as a variable of the environment, is somebody's and stays.
   */
  put(name: string, value: unknown): boolean {
    const input = this.input(name);
    const present = String(input.val() ?? '').trim();
    const whole = present === '' ? {} : parsed(present);
    if (isObject(value) && (!isObject(whole) || Array.isArray(whole))) return false;
    const text = isObject(value) ? JSON.stringify(withParts(whole, value)) : String(value);
    if (input.data('noderedTypedInput')) input.typedInput('value', text);
    else input.val(text);
    input.trigger('change');
    return true;
  }

  /** Of two rows of which one must be filled, the first is missing where both are empty. */
  private joinEither(fields: readonly Field[]): void {
    for (const row of this.rows.filter(({ field }) => field.parameter.orElse !== undefined)) {
      const update = () => {
        row.update();
        markRequired(row.element, row.verdict !== true);
      };
      row.verdictAmongRows = () => verdictOnEither(row.field, fields, ({ name }) => this.input(name).val());
      this.input(row.field.parameter.orElse ?? '').on('change keyup input', update);
      row.control.listen(update);
      update();
    }
  }

  /** A row that Node-RED alone fills. */
  private part(name: string): Part {
    const input = this.input(name);
    // Node-RED shows no config node that is not there any more.
    const isLost = REFERENCES.includes(name) && Boolean(this.node[name]) && !RED.nodes.node(String(this.node[name]));
    const isChosen = !['', '_ADD_'].includes(String(input.val() ?? ''));
    return { element: input.closest('.ensemble-row'), differs: isChosen || isLost, isWrong: input.hasClass('input-error') };
  }

  private input(name: string): JQuery {
    return $(`#${prefixOf(this.node.type)}-${name}`);
  }

  /** The current value of an input; of a checkbox, whether it is checked. */
  private read(name: string): unknown {
    const input = this.input(name);
    return input.attr('type') === 'checkbox' ? input.prop('checked') : input.val();
  }

  /** Shows the rows that apply with the current values of the others, now and after every change. */
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

/** Undefined where it is no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** An object with parts of another one, in all depth. */
function withParts(whole: unknown, parts: Readonly<Record<string, unknown>>): object {
  const all: Readonly<Record<string, unknown>> = isObject(whole) ? whole : {};
  const changed = Object.entries(parts).map(([name, part]) => [name, isObject(part) ? withParts(all[name], part) : part]);
  return { ...all, ...Object.fromEntries(changed) };
}

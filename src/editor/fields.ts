import { actionSettings, connectionSettings } from '../core/node-settings';
import { constraintsOf } from '../core/schema/constraints';
import type { ObjectForm } from '../core/schema/object-form';
import type { OneOf, Parameter, Parameters } from '../core/schema/parameters';
import { clauses, language, listed } from './language';

/** A node's description as the build inserts it: plain data, without functions. */
export interface NodeDescription {
  readonly operations?: readonly PanelOperation[];
  readonly settings?: Parameters;
  readonly credentials?: Parameters;
  readonly forms?: readonly ObjectForm[];
  /** What a configuration node takes to use the simulated devices; `{port}` and `{mqttPort}` stand for their ports. */
  readonly simulated?: { readonly settings: Readonly<Record<string, string>>; readonly credentials: Readonly<Record<string, string>> };
  /** The vendor has a sign-in page. */
  readonly signIn?: { readonly when?: Readonly<Record<string, string>> };
}

/** An object form, with its texts in the editor's language. */
export interface FormChoice extends Pick<ObjectForm, 'id' | 'label' | 'help' | 'fixed'> {
  /** The property that identifies the form (the first of the fixed ones), and its value. */
  readonly key: string;
  readonly kind: unknown;
  readonly fields: readonly Field[];
}

export interface PanelOperation {
  readonly id: string;
  readonly label: string;
  readonly help: string;
  readonly parameters: Parameters;
  readonly oneOf?: OneOf;
  /** Changes nothing at the vendor. */
  readonly reads?: true;
}

/** All texts are in the catalogue of the plugin, which is there before any node: those of a node type below its name, those of all nodes below the plugin's. */
const CATALOGUE = '@ensemble-flows/node-red-ensemble/ensemble-editor';
const SHARED = `${CATALOGUE}:ensemble-editor`;

/** Of the text that says what the palette's category is. */
export const categoryKey = `${SHARED}.category`;

/** A text that all panels share. */
export const sharedText = (key: string, values?: Readonly<Record<string, unknown>>): string => RED._(`${SHARED}.form.${key}`, values);

export const constraintText = (key: string, values?: Readonly<Record<string, unknown>>): string =>
  RED._(`${SHARED}.constraints.${key}`, values);

/** The same, with numbers as they are written in the editor's language. */
const constraintInLanguage = (key: string, values: Readonly<Record<string, unknown>> = {}): string =>
  constraintText(key, inLanguage(values));

/** A part that the help pages of several nodes have in common. */
export const partOfHelp = (name: string): string => RED._(`${SHARED}.helpParts.${name}`);

/** Values of a text: its numbers as they are written in the editor's language. */
export const inLanguage = (values: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? amount(value) : value]));

/** A text of a node type, or of all. */
export const catalogueText = (owner: string, key: string, values?: Readonly<Record<string, unknown>>): string =>
  RED._(`${CATALOGUE}:${owner}.${key}`, values);

/** A text of one node type. @param defaultValue where it has none of this key */
export const typeText = (type: string, key: string, defaultValue?: string): string =>
  RED._(`${CATALOGUE}:${type}.${key}`, { ...(defaultValue !== undefined && { defaultValue }) });

/** A number as it is written in the editor's language. */
export const amount = (value: number): string => value.toLocaleString(language());

/** The parts of a colour, by where they stand. */
const COLOR_PARTS: Readonly<Record<string, string>> = {
  ...{ '[0]': 'red', '[1]': 'green', '[2]': 'blue', '.r': 'red', '.g': 'green', '.b': 'blue' },
  ...{ '.h': 'hue', '.s': 'saturation', '.v': 'value' },
};

/** What is wrong with a part of a value. */
export function partText({ label, parameter, expected }: Field, place: string): string {
  const part = parameter.kind === 'color' ? COLOR_PARTS[place] : undefined;
  return part ? sharedText(`color.${part}`, { label }) : sharedText('invalidPart', { label, place, expected });
}

/** Several, in the editor's language. */
export const enumeration = (words: readonly string[]): string => new Intl.ListFormat(language(), { type: 'conjunction' }).format(words);

/** Several of which one is meant, in the editor's language. */
export const alternatively = (words: readonly string[]): string => new Intl.ListFormat(language(), { type: 'disjunction' }).format(words);

/** Several, of which the first few are named. */
export function listedShortly(words: readonly string[], most = 3): string {
  const shown = words.length > most ? [...words.slice(0, most), '…'] : words;
  return listed(shown);
}

/** A parameter or setting of a node type, with its texts in the editor's language. */
export class Field {
  constructor(
    private readonly type: string,
    readonly name: string,
    readonly parameter: Parameter<unknown>,
  ) {}

  get label(): string {
    return this.text('label');
  }

  get help(): string {
    return this.text('help');
  }

  /** What the panel has no room for. */
  get more(): string {
    return isShared(this.type, this.name) ? '' : typeText(this.type, `parameters.${this.name}.more`, '');
  }

  get required(): boolean {
    return this.parameter.required || this.parameter.needed === true;
  }

  /** Never sent back to the browser, and masked while it is typed. */
  get secret(): boolean {
    return this.parameter.kind === 'secret';
  }

  /** Stands in a fold of the panel. */
  get isAdvanced(): boolean {
    return this.parameter.advanced === true;
  }

  /** Saved as a number. */
  get isNumber(): boolean {
    return ['integer', 'number', 'port'].includes(this.parameter.kind);
  }

  /** Unit, range and default. A default that is text is shown in the input itself. */
  get constraints(): string {
    const { default: preset } = this.parameter;
    return clauses(constraintsOf({ ...this.parameter, default: typeof preset === 'number' ? preset : undefined }, this.constraint));
  }

  /** The same as the help says it: any default, and numbers as they are typed. */
  get limits(): string[] {
    const { default: preset } = this.parameter;
    const label = this.options.find(({ value }) => value === preset)?.label;
    return constraintsOf({ ...this.parameter, default: label ?? preset }, constraintText);
  }

  /** What a value must be. */
  get expected(): string {
    const { min, max, unit, columns = 1, rows = 1, expected, options, buffers, ipv6, inHeader } = this.parameter;
    const kind = this.parameter.kind === 'port' ? 'integer' : this.parameter.kind;
    if (expected !== undefined) return this.text('expected');
    if (kind === 'secret') return sharedText(inHeader ? 'expected.header' : 'expected.text');
    if (kind === 'host') return sharedText(ipv6 === false ? 'expected.hostIpv4' : 'expected.host');
    if (kind === 'choice') return sharedText('expected.choice', { options: listed(this.options.map(({ label }) => label)) });
    if (kind === 'address')
      return sharedText('expected.address', { protocols: alternatively((options ?? []).map((protocol) => `${protocol}//`)) });
    const range = constraintsOf({ ...this.parameter, kind: 'number', default: undefined } as Parameter<unknown>, this.constraint).join();
    if (kind === 'grid') return sharedText('expected.grid', { count: columns * rows, rows, columns, range });
    if (kind === 'scalar' && buffers) return sharedText('expected.bytes');
    const limited = min !== undefined || max !== undefined || unit !== undefined;
    return sharedText(`expected.${kind}${limited ? 'Range' : ''}`, { range });
  }

  get options(): { readonly value: string; readonly label: string }[] {
    const { options = [], optionLabels = {} } = this.parameter;
    return options.map((value) => ({ value, label: value in optionLabels ? this.text(`options.${value}`) : value }));
  }

  get forms(): FormChoice[] {
    const { type, parameter } = this;
    const forms = parameter.forms ? (descriptionOf(type).forms ?? []) : [];
    return forms.map(({ id, fixed, fields }) => {
      const [key = '', kind] = Object.entries(fixed)[0] ?? [];
      const [label, help] = [typeText(type, `forms.${id}.label`), typeText(type, `forms.${id}.help`)];
      return { id, label, help, fixed, key, kind, fields: fieldsOf(type, fields) };
    });
  }

  /** A port or an ID is no amount: 55555, not 55,555. */
  private get constraint(): typeof constraintText {
    return this.parameter.kind === 'port' || this.name.endsWith('Id') ? constraintText : constraintInLanguage;
  }

  private text(key: string): string {
    if (isShared(this.type, this.name)) return RED._(`${SHARED}.parameters.${this.name}.${key}`);
    return typeText(this.type, `parameters.${this.name}.${key}`);
  }
}

const shared: Parameters = { ...connectionSettings, ...actionSettings };
/** Unless the node has a setting or a parameter of the same name. */
const isShared = (type: string, name: string): boolean => {
  const { settings = {}, operations = [] } = descriptionOf(type);
  return name in shared && !(name in settings) && operations.every(({ parameters }) => !(name in parameters));
};

export const descriptionOf = (type: string): NodeDescription => DESCRIPTIONS[type] ?? {};

export const fieldsOf = (type: string, parameters: Parameters = {}): Field[] =>
  Object.entries(parameters).map(([name, parameter]) => new Field(type, name, parameter));

/** The settings of a node: its own, and those of all nodes of its kind. */
export function settingsOf(type: string): Field[] {
  const { operations, settings, credentials } = descriptionOf(type);
  return fieldsOf(type, { ...settings, ...(operations && actionSettings), ...(credentials && connectionSettings) });
}

export const credentialsOf = (type: string): Field[] => fieldsOf(type, descriptionOf(type).credentials);

/** The parameters of all operations. */
export const allParametersOf = (type: string): Field[] =>
  fieldsOf(type, Object.assign({}, ...(descriptionOf(type).operations ?? []).map(({ parameters }) => parameters)));

/** The parameters that the panel shows. If the message sets the operation: those that all operations have in common. */
export function parametersOf(type: string, operation: string): Field[] {
  const { operations = [] } = descriptionOf(type);
  const chosen = operations.find(({ id }) => id === operation);
  if (chosen) return fieldsOf(type, chosen.parameters);
  const [first, ...others] = operations;
  const common = Object.entries(first?.parameters ?? {}).filter(([name]) => others.every(({ parameters }) => name in parameters));
  return fieldsOf(type, Object.fromEntries(common.map(([name, parameter]) => [name, { ...parameter, required: false }])));
}

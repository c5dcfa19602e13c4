import { inSequence } from '../core/sentence';
import { credentialsOf, type NodeDescription, settingsOf, sharedText } from './fields';
import { formOf, note, reveal } from './form';
import { listed } from './language';

export type Simulated = NonNullable<NodeDescription['simulated']>;
export interface Ports {
  readonly port: string;
  readonly mqttPort: string;
}

const SIMULATOR = 'ensemble-simulator';
/** Those of a new node. */
export const PORTS: Ports = { port: '18800', mqttPort: '18830' };

/** *Use the simulated devices* in a config panel: fills in where they are, and what they take. */
export class SimulatedDevices {
  private readonly row = $('#ensemble-simulated').closest('.ensemble-row');

  constructor(
    private readonly type: string,
    private readonly simulated: Simulated,
    private readonly put: (name: string, value: string) => boolean,
  ) {
    $('#ensemble-simulated').on('click', () => this.fill());
  }

  private fill(): void {
    const node = simulatorNode();
    const values = valuesOf(this.simulated, portsOf(node));
    // What was stored for the vendor itself must not go elsewhere, and neither must what leads there.
    for (const { name } of credentialsOf(this.type)) this.put(name, values[name] ?? '');
    for (const { name } of settingsOf(this.type)) if (name in values) this.put(name, values[name] ?? '');
    for (const name of ['tls', 'proxy']) chooseNone(formOf(this.type).find(`#node-config-input-${name}`));
    const filled = sharedText('simulated.filled', { values: this.inWords(values) });
    const missing = node ? (node.changed ? sharedText('simulated.deploy') : '') : sharedText('simulated.none');
    note(this.row, missing ? 'warning' : 'good', inSequence([filled, missing].filter(Boolean)));
    reveal(this.row);
  }

  /** What was filled in, by the labels of its rows. */
  private inWords(values: Readonly<Record<string, string>>): string {
    const fields = [...settingsOf(this.type), ...credentialsOf(this.type)];
    return listed(labelled(fields, values).map(({ label, value }) => `${label} ${value}`));
  }
}

/** The values by the labels of their rows; of a choice, its word. */
export function labelled(
  fields: ReturnType<typeof settingsOf>,
  values: Readonly<Record<string, string>>,
): { readonly label: string; readonly value: string }[] {
  return fields.flatMap(({ name, label, options }) => {
    const value = values[name] ?? '';
    return value === '' ? [] : [{ label, value: options.find((option) => option.value === value)?.label ?? value }];
  });
}

/** What a config node takes, for simulated devices at these ports. */
export function valuesOf({ settings, credentials }: Simulated, ports: Ports): Readonly<Record<string, string>> {
  const filled = Object.entries({ ...settings, ...credentials }).map(([name, value]) => [name, atPorts(value, ports)]);
  return Object.fromEntries(filled);
}

const atPorts = (value: string, { port, mqttPort }: Ports): string => value.replace('{port}', port).replace('{mqttPort}', mqttPort);

/** The nodes of the editor that are not disabled, deployed or not. */
function simulatorNodes(): EditorNode[] {
  const isDisabled = ({ d, z }: EditorNode) => d === true || RED.nodes.workspace(z ?? '')?.disabled === true;
  return RED.nodes.filterNodes({ type: SIMULATOR }).filter((node) => !isDisabled(node));
}

/** Those beside one of them. */
export const otherSimulators = (node: EditorNode): EditorNode[] => simulatorNodes().filter(({ id }) => id !== node.id);

/** The first that says of no trouble, as of a port that is taken. */
function simulatorNode(): EditorNode | undefined {
  const all = simulatorNodes();
  return all.find(({ status }) => (status as { fill?: string } | undefined)?.fill !== 'red') ?? all[0];
}

/** A port that comes from the environment is not known here. */
export function portsOf(node: Readonly<Record<string, unknown>> | undefined): Ports {
  const given = (name: keyof Ports) => (/^[1-9]\d*$/.test(String(node?.[name] ?? '')) ? String(node?.[name]) : PORTS[name]);
  return { port: given('port'), mqttPort: given('mqttPort') };
}

/** No config node: where Node-RED has no option for that, the one that adds one counts as none. */
function chooseNone(select: JQuery): void {
  const values = select
    .find('option')
    .toArray()
    .map((option) => (option as HTMLOptionElement).value);
  select.val(values.includes('') ? '' : '_ADD_').trigger('change');
}

import { listedShortly, typeText } from './fields';
import { otherSimulators, PORTS, type Ports, portsOf, type Simulated, valuesOf } from './simulated-devices';

/** A connection to simulated devices at ports that they leave. */
export interface LeftBehind {
  readonly connection: EditorNode;
  /** Its settings for the ports where they are now. */
  readonly settings: Readonly<Record<string, string>>;
}

/**
 * The connections of the editor that take the devices of a node where they are no longer: at the ports that it had, or at those of
 * the examples. Where another node serves these, nothing is left behind.
 */
export function leftBehind(node: EditorNode, now: Ports): readonly LeftBehind[] {
  const others = otherSimulators(node).map(portsOf);
  const left = [portsOf(node), PORTS].filter(
    (ports) => !others.some(({ port, mqttPort }) => port === ports.port && mqttPort === ports.mqttPort),
  );
  const found: LeftBehind[] = [];
  RED.nodes.eachConfig((connection) => {
    const { simulated } = DESCRIPTIONS[connection.type] ?? {};
    const settings = simulated ? moved(connection, simulated, left, now) : {};
    if (Object.keys(settings).length > 0) found.push({ connection, settings });
  });
  return found;
}

/** The settings that are those for one of these ports, as they are for the ports now. */
function moved(connection: EditorNode, simulated: Simulated, left: readonly Ports[], now: Ports): LeftBehind['settings'] {
  // A port alone says nothing.
  const { host } = simulated.settings;
  if (host !== undefined && connection.host !== host) return {};
  const wanted = valuesOf(simulated, now);
  const old = left.map((ports) => valuesOf(simulated, ports));
  const entries = Object.keys(simulated.settings).flatMap((name) => {
    const held = String(connection[name] ?? '').replace(/\/+$/, '');
    const value = wanted[name] ?? '';
    return value !== held && old.some((values) => values[name] === held) ? [[name, value]] : [];
  });
  return Object.fromEntries(entries);
}

/** What they are called. */
export const namesOf = (all: readonly LeftBehind[]): string =>
  listedShortly(
    all.map(({ connection }) => RED.utils.getNodeLabel(connection, typeText(connection.type, 'label'))),
    6,
  );

/** Changes them. Returns what undoes that, as Node-RED's history takes it. */
export const follow = (all: readonly LeftBehind[]): readonly object[] =>
  all.map(({ connection, settings }) => {
    const changes = Object.fromEntries(Object.keys(settings).map((name) => [name, connection[name]]));
    const event = { t: 'edit', node: connection, changes, changed: connection.changed === true, dirty: RED.nodes.dirty() };
    Object.assign(connection, settings, { changed: true, dirty: true });
    RED.editor.validateNode(connection);
    RED.events.emit('nodes:change', connection);
    return event;
  });

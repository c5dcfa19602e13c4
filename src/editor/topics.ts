import { hostOf } from '../core/schema/host';
import { inputsOf, isConstant } from './validation';

/** Offers the topics of the Sonata gateways in the editor to Node-RED's own `mqtt in` nodes, which ask for them while one types. */
export function completeTopics(): void {
  RED.plugins.registerPlugin('ensemble-sonata-topics', {
    type: 'node-red-mqtt-topic-autocomplete-source',
    getCompletions: (typed, { node }) => {
      // A matrix publishes its topics itself.
      if (node.type === 'mqtt out') return [];
      const broker = RED.nodes.node(String($('#node-input-broker').val() || node.broker));
      const isMeant = (gateway: EditorNode) => isOf(gateway, broker) || typed.startsWith('v2/');
      return [...new Set(gateways().filter(isMeant).flatMap(topicsOf))];
    },
  });
}

function gateways(): EditorNode[] {
  const found: EditorNode[] = [];
  RED.nodes.eachConfig((node) => {
    if (node.type === 'sonata-gateway') found.push(node);
  });
  return found;
}

/** Whether a gateway's events come by the broker, as far as its host tells. */
const isOf = ({ mqttUrl }: EditorNode, broker: EditorNode | null): boolean => {
  const host = String(broker?.broker ?? '').toLowerCase();
  return host !== '' && hostOf(String(mqttUrl)).toLowerCase() === (hostOf(host) || host);
};

/** As the vendor's document has them: v2/<installation>/rx/<device>/context/<model> and v2/<installation>/rx/<device>/alive. */
function topicsOf(gateway: EditorNode): string[] {
  const installation = idIn(gateway.installationId) ?? '+';
  const all = ['+', ...devicesOf(gateway)].map((device) => `v2/${installation}/rx/${device}`);
  return all.flatMap((device) => [`${device}/context/+`, `${device}/alive`]);
}

/** The matrices that the nodes of a gateway are set to. */
function devicesOf(gateway: EditorNode): Set<string> {
  const devices = new Set<string>();
  RED.nodes.eachNode((node) => {
    if (node.connection !== gateway.id) return;
    const { deviceId: input, installationId } = inputsOf(node);
    const device = idIn(node.type === 'sonata-events' ? node.deviceId : input && isConstant(input.type) && input.value);
    // A matrix of another installation has other topics.
    if (device !== undefined && (installationId?.value ?? '') === '') devices.add(device);
  });
  return devices;
}

/** An id as a topic has it. */
const idIn = (value: unknown): string | undefined => (/^\d{1,10}$/.test(String(value)) ? String(Number(value)) : undefined);

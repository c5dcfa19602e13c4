import { isGiven, misfit, parseParameters } from '../core/schema/parse';
import { Scope } from '../core/scope';
import { type SimulatedDevices, serveDevicePage } from './device-page';
import type { NodeConfig, Red, RuntimeNode } from './red';
import { simulatorSettings as settings } from './simulator-settings';
import { type SimulatorText, simulatorText } from './texts';

/** The simulated devices of this process, as far as their page and their nodes need them. */
export interface Simulators extends SimulatedDevices {
  lease(ports: { readonly port: number; readonly mqttPort: number }, name?: string): Lease;
  readonly PortTaken: new (port: number) => Error & { readonly port: number };
}

interface Lease {
  readonly ready: Promise<{ readonly address: string }>;
  release(soon: boolean): Promise<void>;
}

/**
 * Registers the node that serves simulated devices while it is deployed; nodes with the same ports share them.
 * @param load called when a node is deployed, or at the first request for the page
 */
export function registerSimulatorNode(RED: Red, load: () => Simulators): void {
  serveDevicePage(RED, load);
  RED.nodes.registerType('ensemble-simulator', function (this: RuntimeNode, config: NodeConfig) {
    RED.nodes.createNode(this, config);
    const fail = (key: SimulatorText, values: Readonly<Record<string, unknown>>) => {
      this.status({ fill: 'red', shape: 'ring', text: simulatorText(RED, 'status', key, values) });
      this.error(simulatorText(RED, 'error', key, values), {});
    };
    const wrong = (['port', 'mqttPort'] as const).find(
      (name) => isGiven(settings[name], config[name]) && misfit(settings[name], config[name]),
    );
    if (wrong) return fail('notAPort', { field: wrong, value: config[wrong] });

    const { lease, PortTaken } = load();
    const scope = new Scope();
    const leased = lease(parseParameters(settings, config), this.name);
    scope.race(leased.ready).then(
      ({ address }) => this.status({ fill: 'green', shape: 'dot', text: address.replace('http://', '') }),
      (error: Error) => {
        if (scope.ended) return;
        if (error instanceof PortTaken) fail('portTaken', { port: error.port });
        else fail('failed', { message: error.message });
      },
    );
    this.on('close', (removed, done) => {
      void scope.end();
      if (!removed) onChange(RED, () => void leased.release(false));
      void leased.release(!removed).finally(done);
    });
  });
}

/** What is to be done at the next change, by the events of a Node-RED. */
const waiting = new WeakMap<object, (() => void)[]>();

/** Acts when no other node can follow: when the flows run again, or when they have ended and are not about to be deployed. */
function onChange({ events }: Red, act: () => void): void {
  const acts = waiting.get(events);
  if (acts) {
    acts.push(act);
    return;
  }
  waiting.set(events, [act]);
  const listener = ({ id, payload }: { id: string; payload?: { state?: string; deploy?: boolean } }) => {
    if (id !== 'runtime-state' || (payload?.state === 'stop' && payload.deploy)) return;
    events.off('runtime-event', listener);
    const due = waiting.get(events) ?? [];
    waiting.delete(events);
    for (const one of due) one();
  };
  events.on('runtime-event', listener);
}

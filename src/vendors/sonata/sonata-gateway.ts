import type { Lookup } from '../../core/connection';
import { asEnsembleError, EnsembleError } from '../../core/errors';
import { address, boolean, choice, integer, optional, secret, text } from '../../core/schema/parameters';
import type { Scope } from '../../core/scope';
import { SonataClient, type SonataOptions } from './client';

export { assumptions } from './assumptions';

/** The vendor's document, "Board identification": 4 bytes and 2 bytes. */
export const installationId = integer({
  label: 'Installation ID',
  help: 'Number of the installation, as printed on the gateway.',
  min: 0,
  max: 0xffffffff,
  addressing: false,
  personal: true,
});

export const settings = {
  baseUrl: address({
    label: 'Server URL',
    help: 'URL of the Sonata REST server.',
    options: ['https:', 'http:'],
    default: 'https://sonata.twist-innovation.com',
  }),
  installationId: optional(installationId),
  patternKey: choice({
    label: 'Pattern key',
    advanced: true,
    help: 'Property in which a pattern is sent. The vendor’s document uses both names; with both of them, any server works.',
    options: ['both', 'values', 'pattern'],
    optionLabels: { both: 'both' },
    default: 'both',
    addressing: false,
  }),
  mqttUrl: address({
    label: 'MQTT broker',
    help: 'URL of the broker, for events over MQTT.',
    options: ['mqtt:', 'mqtts:'],
    default: 'mqtt://sonata.twist-innovation.com:1883',
  }),
  restoreOnAlive: boolean({
    label: 'Restore the pattern of a matrix that has started',
    advanced: true,
    help: 'A matrix loses its pattern with its power. When it reports that it has started (alive), it gets again what it showed last. Events come over MQTT; without it, from sonata-events nodes of this gateway.',
    default: false,
    addressing: false,
  }),
};

/** The vendor gives out broker credentials to its customers; its REST server asks for none. */
export const credentials = {
  mqttUsername: optional(text({ label: 'MQTT username', help: 'Username for the broker, provided by the vendor.', sentTo: ['mqttUrl'] })),
  mqttPassword: optional(secret({ label: 'MQTT password', help: 'Password for the broker, provided by the vendor.', sentTo: ['mqttUrl'] })),
};
export const connect = (options: SonataOptions): SonataClient => new SonataClient(options);

/** Tests the REST server and, with or without a user, the broker; says what came of both, also where one of them fails. */
export async function test(gateway: SonataClient, scope: Scope): Promise<string> {
  const failureOf = (error: unknown) => asEnsembleError(error);
  const [server, broker] = await Promise.all([tryServer(gateway, scope).catch(failureOf), tryBroker(gateway, scope).catch(failureOf)]);
  if (server)
    throw server.withMessage(typeof broker === 'string' ? `${server.message}. ${broker}` : `${server.message}; ${broker.message}`);
  if (typeof broker !== 'string') throw broker.withMessage(`the Sonata server answers, but ${broker.message}`);
  return `The Sonata server answers. ${broker}`;
}

/** Connects and subscribes for a moment, as the nodes do. Returns what the broker makes of it. */
async function tryBroker(gateway: SonataClient, scope: Scope): Promise<string> {
  try {
    await gateway.tryBroker(scope);
    return gateway.hasLogin ? 'The broker accepts the MQTT user.' : 'The broker accepts clients without an MQTT user.';
  } catch (thrown) {
    const error = asEnsembleError(thrown);
    // Patterns need the REST server alone, and not everybody has a user at the vendor's broker.
    if (gateway.hasLogin || !['UNAUTHORIZED', 'FORBIDDEN'].includes(error.code)) throw error;
    const without = gateway.settings.restoreOnAlive ? ' Until then restoreOnAlive hears only what sonata-events nodes hear.' : '';
    return `Events over MQTT need an MQTT user: ${error.message}.${without}`;
  }
}

/** Subscribes without a URL: the document has an error for that, and nothing changes at the vendor. */
async function tryServer(gateway: SonataClient, scope: Scope): Promise<void> {
  try {
    await gateway.send({ method: 'POST', path: '/subscribe', json: {} }, { repeatable: true, scope });
  } catch (error) {
    // A proxy may respond with 400 too; only the server itself has these words.
    const { statusCode, vendorMessage } = asEnsembleError(error).cause;
    if (statusCode === 400 && vendorMessage === 'URL is required') return;
    if (statusCode !== 400) throw error;
  }
  throw new EnsembleError('BAD_RESPONSE', 'a server responds at this address, but not as a Sonata server does');
}

export const lookups: Record<string, Lookup<SonataClient>> = {
  /** The vendor has no list of devices: it holds those from which the deployed gateway has had events, and those it has sent to. */
  async devices({ settings }, { deployed }) {
    const known = deployed?.devices.list(settings.installationId) ?? [];
    return known.map(([installation, device]) => ({ value: String(device), label: `${installation}/${device}` }));
  },
};

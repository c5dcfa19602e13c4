import type { Lookup } from '../../core/connection';
import { told } from '../../core/error-texts';
import { asEnsembleError, EnsembleError } from '../../core/errors';
import { isPage } from '../../core/http/error-response';
import { address, boolean, choice, integer, optional, secret, text } from '../../core/schema/parameters';
import type { Scope } from '../../core/scope';
import { inEnglish, type Sentence } from '../../core/sentence';
import { sentencesOf } from '../../core/told-error';
import { SonataClient, type SonataOptions } from './client';
import { say } from './texts';

export { assumptions } from './assumptions';
export { texts } from './texts';

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
    help: '',
    more: 'URL of the Sonata REST server.',
    options: ['https:', 'http:'],
    default: 'https://sonata.twist-innovation.com',
  }),
  installationId: optional(installationId),
  patternKey: choice({
    label: 'Pattern key',
    advanced: true,
    help: 'Property in which a pattern is sent.',
    more: 'The vendor’s document uses both names; with both of them, any server works.',
    options: ['both', 'values', 'pattern'],
    optionLabels: { both: 'both' },
    default: 'both',
    addressing: false,
  }),
  mqttUrl: address({
    label: 'MQTT broker',
    help: 'For events over MQTT.',
    options: ['mqtt:', 'mqtts:'],
    default: 'mqtt://sonata.twist-innovation.com:1883',
  }),
  restoreOnAlive: boolean({
    label: 'Restore the pattern of a matrix that has started',
    advanced: true,
    help: 'When a matrix reports that it has started (alive), it gets again what it showed last.',
    more: 'A matrix loses its pattern with its power. Events come over MQTT; without it, from sonata-events nodes of this gateway.',
    default: false,
    addressing: false,
  }),
};

/** The vendor gives out broker credentials to its customers; its REST server asks for none. */
export const credentials = {
  mqttUsername: optional(text({ label: 'MQTT username', help: 'From the vendor. Only events over MQTT need it.', sentTo: ['mqttUrl'] })),
  mqttPassword: optional(
    secret({ label: 'MQTT password', help: '', more: 'Password for the broker, provided by the vendor.', sentTo: ['mqttUrl'] }),
  ),
};
export const connect = (options: SonataOptions): SonataClient => new SonataClient(options);

/** Tests the REST server and, with or without a user, the broker; says what came of both, also where one of them fails. */
export async function test(gateway: SonataClient, scope: Scope): Promise<Sentence[]> {
  const failureOf = (error: unknown) => asEnsembleError(error);
  const [server, broker] = await Promise.all([tryServer(gateway, scope).catch(failureOf), tryBroker(gateway, scope).catch(failureOf)]);
  const isRefused = broker instanceof EnsembleError;
  const ofBroker = isRefused ? sentencesOf(broker) : broker;
  if (server)
    throw isRefused
      ? server.withMessage(`${server.message}; ${broker.message}`).telling(...sentencesOf(server), ...ofBroker)
      : server.withMessage(`${server.message}. ${inEnglish(broker)}`).telling(...sentencesOf(server), ...broker);
  if (isRefused) throw broker.withMessage(`the Sonata server answers, but ${broker.message}`).telling(...ofBroker, say('test.server'));
  return [say('test.server'), ...ofBroker];
}

/** Connects and subscribes for a moment, as the nodes do. Returns what the broker makes of it. */
async function tryBroker(gateway: SonataClient, scope: Scope): Promise<Sentence[]> {
  try {
    await gateway.tryBroker(scope);
    return [say(gateway.hasLogin ? 'test.user' : 'test.anonymous')];
  } catch (thrown) {
    const error = asEnsembleError(thrown);
    // Patterns need the REST server alone, and not everybody has a user at the vendor's broker.
    if (gateway.hasLogin || !['UNAUTHORIZED', 'FORBIDDEN'].includes(error.code)) throw error;
    return [say('test.needsUser'), ...(gateway.settings.restoreOnAlive ? [say('test.restoreNeedsUser')] : [])];
  }
}

/** Subscribes without a URL: the document has an error for that, and nothing changes at the vendor. */
async function tryServer(gateway: SonataClient, scope: Scope): Promise<void> {
  let said = say('test.otherServer', {}, ['baseUrl']);
  try {
    const response = await gateway.send({ method: 'POST', path: '/subscribe', json: {} }, { repeatable: true, scope });
    if (isPage(response)) said = told('page', { status: response.statusCode });
  } catch (thrown) {
    // A proxy may respond with 400 too; only the server itself has these words.
    const error = asEnsembleError(thrown);
    const { statusCode, vendorMessage } = error.cause;
    if (statusCode === 400 && vendorMessage === 'URL is required') return;
    if (statusCode !== 400) throw error;
    if (error.isPage) said = told('page', { status: statusCode });
  }
  throw new EnsembleError('BAD_RESPONSE', 'a server responds at this address, but not as a Sonata server does', said);
}

export const lookups: Record<string, Lookup<SonataClient>> = {
  /** The vendor has no list of devices: it holds those from which the deployed gateway has had events, and those it has sent to. */
  async devices({ settings }, { deployed }) {
    const known = deployed?.devices.list(settings.installationId) ?? [];
    return known.map(([installation, device]) => ({ value: String(device), label: String(device), detail: `${installation}/${device}` }));
  },
};

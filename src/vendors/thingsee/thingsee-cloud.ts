import { asEnsembleError, EnsembleError } from '../../core/errors';
import { address, optional, secret, text } from '../../core/schema/parameters';
import type { Scope } from '../../core/scope';
import type { Sentence } from '../../core/sentence';
import { sentencesOf } from '../../core/told-error';
import { ThingseeClient, type ThingseeOptions } from './client';
import { groupList } from './lookups';
import { filterOf, pathOf } from './stream-topics';
import { say } from './texts';

export { assumptions } from './assumptions';
export { lookups } from './lookups';
export { texts } from './texts';

export const settings = {
  /** Every deployment has an address of its own. */
  baseUrl: address({
    label: 'Base URL',
    help: 'URL of your deployment’s Open Services API, for example https://abc123.execute-api.eu-west-1.amazonaws.com/prod/v1.',
    more: 'Provided by Haltian. http:// is accepted only for this machine.',
    options: ['https:', 'http:'],
  }),
  mqttUrl: optional(
    address({
      label: 'MQTT broker',
      advanced: true,
      help: 'URL of your deployment’s data stream, for example mqtts://abc123.iot.eu-west-1.amazonaws.com:8883.',
      more: 'Provided by Haltian, with a client certificate, which belongs in the TLS configuration below. Only for messages over MQTT.',
      options: ['mqtts:', 'mqtt:'],
    }),
  ),
};

const broker = { sentTo: ['mqttUrl'] };
export const credentials = {
  clientId: text({ label: 'Client ID', help: 'Provided by Haltian, with the base URL.', sentTo: ['baseUrl'] }),
  clientSecret: secret({ label: 'Client secret', help: 'Provided by Haltian, with the client ID.', sentTo: ['baseUrl'] }),
  mqttUsername: optional(
    text({ label: 'MQTT username', advanced: true, help: 'Empty where the client certificate is the login.', ...broker }),
  ),
  mqttPassword: optional(
    secret({ label: 'MQTT password', advanced: true, help: 'Empty where the client certificate is the login.', ...broker }),
  ),
};
export const connect = (options: ThingseeOptions): ThingseeClient => new ThingseeClient(options);

/** Fetches a token, and reads what it gives access to; tries the broker of the stream, too. Says what came of both, also where one of them fails. */
export async function test(client: ThingseeClient, scope: Scope): Promise<Sentence[]> {
  const listed = await groupList(client, scope).catch((error: unknown) => asEnsembleError(error));
  const isRefused = listed instanceof EnsembleError;
  if (client.settings.mqttUrl === undefined) {
    if (isRefused) throw listed;
    return [say('test.api', { groups: listed.length })];
  }
  const groups = isRefused ? [] : listed.map(({ group_id }) => group_id);
  const broker = await tryBroker(client, groups, scope).catch((error: unknown) => asEnsembleError(error));
  const ofBroker = broker instanceof EnsembleError ? sentencesOf(broker) : [broker];
  if (isRefused)
    throw broker instanceof EnsembleError
      ? listed.withMessage(`${listed.message}; ${broker.message}`).telling(...sentencesOf(listed), ...ofBroker)
      : listed.withMessage(`${listed.message}. ${broker.text}`).telling(...sentencesOf(listed), broker);
  const ofApi = say('test.api', { groups: listed.length });
  if (broker instanceof EnsembleError)
    throw broker.withMessage(`the API lets the client in, but ${broker.message}`).telling(...ofBroker, ofApi);
  return [ofApi, broker];
}

/** Connects and subscribes for a moment, as `thing-messages` does. @throws EnsembleError */
async function tryBroker(client: ThingseeClient, groups: readonly string[], scope: Scope): Promise<Sentence> {
  const path = pathOf(client.settings.mqttUrl ?? '');
  const filters = new Set([undefined, ...groups].flatMap((group) => filterOf(path, group) ?? []));
  const refused = await client.tryBroker([...filters], scope);
  if (refused.length === 0) return say('test.broker');
  const topics = refused.join(', ');
  // A certificate may be for some groups only.
  if (refused.length < filters.size) return say('test.someRefused', { topics });
  throw new EnsembleError(
    'FORBIDDEN',
    `the broker accepts the client, but refuses subscriptions to ${topics}`,
    say('test.allRefused', { topics }),
  );
}

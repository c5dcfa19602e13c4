import { address, secret, text } from '../../core/schema/parameters';
import type { Scope } from '../../core/scope';
import { ThingseeClient, type ThingseeOptions } from './client';
import { groupList } from './lookups';

export { lookups } from './lookups';

export const settings = {
  /** Every deployment has an address of its own. */
  baseUrl: address({
    label: 'Base URL',
    help: 'URL of your deployment’s Open Services API, for example https://abc123.execute-api.eu-west-1.amazonaws.com/prod/v1. Provided by Haltian. http:// is accepted only for this machine.',
    options: ['https:', 'http:'],
  }),
};

export const credentials = {
  clientId: text({ label: 'Client ID', help: 'Provided by Haltian, with the base URL.' }),
  clientSecret: secret({ label: 'Client secret', help: 'Provided by Haltian, with the client ID.' }),
};
export const connect = (options: ThingseeOptions): ThingseeClient => new ThingseeClient(options);

/** Fetches a token, and reads what it gives access to. */
export async function test(client: ThingseeClient, scope: Scope): Promise<string> {
  const groups = await groupList(client, scope);
  return `The client is let in. Deployment groups: ${groups.length}.`;
}

import type { SignIn } from '../../core/connection';
import { address, choice, object, optional, secret, text } from '../../core/schema/parameters';
import type { Scope } from '../../core/scope';
import type { Sentence } from '../../core/sentence';
import { TwinklyClient, type TwinklyOptions } from './client';
import { say } from './texts';

export const settings = {
  environment: choice({
    label: 'Environment',
    help: '',
    more: 'Twinkly cloud that the account belongs to.',
    options: ['production', 'staging', 'custom'],
    optionLabels: { production: 'production', staging: 'staging', custom: 'other server' },
    default: 'production',
  }),
  baseUrl: optional(
    address({
      label: 'Server URL',
      help: 'URL of another server, for example of the simulated devices.',
      options: ['https:', 'http:'],
      when: { environment: 'custom' },
      needed: true,
    }),
  ),
  authentication: choice({
    label: 'Authentication',
    help: 'OAuth: the user signs in on Twinkly’s own page, and Node-RED never receives the password.',
    options: ['password', 'oauth'],
    optionLabels: { password: 'e-mail and password', oauth: 'OAuth' },
    default: 'password',
    addressing: false,
  }),
  clientId: optional(
    text({
      label: 'Client ID',
      help: 'Provided by Twinkly, together with the client secret.',
      when: { authentication: 'oauth' },
      needed: true,
      addressing: false,
    }),
  ),
  scope: optional(
    text({
      label: 'Scope',
      advanced: true,
      help: 'Permissions to request. Empty: the default of Twinkly.',
      when: { authentication: 'oauth' },
      addressing: false,
    }),
  ),
  overrides: optional(
    object({
      label: 'Corrections',
      advanced: true,
      help: 'Corrects assumptions of this package about the Twinkly API, as JSON; the section “Corrections” of the help lists the entries. Empty: no corrections.',
    }),
  ),
};

export const credentials = {
  username: optional(
    text({
      label: 'E-mail',
      help: '',
      more: 'E-mail address of the Twinkly account.',
      when: { authentication: 'password' },
      needed: true,
    }),
  ),
  password: optional(
    secret({ label: 'Password', help: '', more: 'Password of the Twinkly account.', when: { authentication: 'password' }, needed: true }),
  ),
  clientSecret: optional(
    secret({
      label: 'Client secret',
      help: 'Provided by Twinkly, together with the client ID.',
      when: { authentication: 'oauth' },
      needed: true,
    }),
  ),
};
export const connect = (options: TwinklyOptions): TwinklyClient => new TwinklyClient(options);

/** Logs in, and lists the objects. */
export async function test(client: TwinklyClient, scope: Scope): Promise<Sentence[]> {
  const objects = await client.objects(scope);
  const installations = new Set(objects.flatMap(({ installation }) => installation?.id ?? []));
  return [say('test.objects', { objects: objects.length, installations: installations.size })];
}

export const signIn: SignIn<TwinklyClient> = {
  label: 'Sign in with Twinkly',
  help: 'Opens Twinkly’s own page. The tokens are stored on the server, outside the flow, and need no deploy.',
  when: { authentication: 'oauth' },
  page: (client, state, callback) => client.signInPage(state, callback),
  finish: (client, code, callback, scope) => client.finishSignIn(code, callback, scope),
};

export { assumptions } from './assumptions';
export { lookups } from './lookups';
export { texts } from './texts';

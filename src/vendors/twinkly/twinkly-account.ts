import type { SignIn } from '../../core/connection';
import { address, choice, object, optional, secret, text } from '../../core/schema/parameters';
import type { Scope } from '../../core/scope';
import { TwinklyClient, type TwinklyOptions } from './client';

export const settings = {
  environment: choice({
    label: 'Environment',
    help: 'The Twinkly cloud that the account belongs to.',
    options: ['production', 'staging', 'custom'],
    optionLabels: { production: 'production', staging: 'staging', custom: 'another server' },
    default: 'production',
  }),
  baseUrl: optional(
    address({
      label: 'Server',
      help: 'Address of another server, for example of the simulated devices.',
      options: ['https:', 'http:'],
      when: { environment: 'custom' },
      needed: true,
    }),
  ),
  authentication: choice({
    label: 'Sign in by',
    help: 'Password: Node-RED logs in with e-mail and password. OAuth: a person signs in on Twinkly’s own page, and Node-RED never sees the password.',
    options: ['password', 'oauth'],
    optionLabels: { password: 'e-mail and password', oauth: 'OAuth' },
    default: 'password',
    addressing: false,
  }),
  clientId: optional(
    text({
      label: 'Client ID',
      help: 'Given out by Twinkly, together with the client secret.',
      when: { authentication: 'oauth' },
      needed: true,
      addressing: false,
    }),
  ),
  scope: optional(
    text({
      label: 'Scope',
      help: 'What Node-RED asks to be allowed. Empty: what Twinkly takes for it.',
      when: { authentication: 'oauth' },
      addressing: false,
    }),
  ),
  overrides: optional(
    object({
      label: 'Corrections',
      help: 'Corrects what this package guesses of the Twinkly API, as JSON; the help lists the rows. Empty: nothing is corrected.',
    }),
  ),
};

export const credentials = {
  username: optional(
    text({
      label: 'E-mail',
      help: 'The user name of the Twinkly account.',
      when: { authentication: 'password' },
      needed: true,
    }),
  ),
  password: optional(
    secret({ label: 'Password', help: 'The password of the Twinkly account.', when: { authentication: 'password' }, needed: true }),
  ),
  clientSecret: optional(
    secret({
      label: 'Client secret',
      help: 'Given out by Twinkly, together with the client ID.',
      when: { authentication: 'oauth' },
      needed: true,
    }),
  ),
};
export const connect = (options: TwinklyOptions): TwinklyClient => new TwinklyClient(options);

/** Logs in, and looks for what there is. */
export async function test(account: TwinklyClient, scope: Scope): Promise<string> {
  const objects = await account.objects(scope);
  const installations = new Set(objects.flatMap(({ installation }) => installation?.id ?? []));
  return `Signed in. Objects: ${objects.length}, installations: ${installations.size}.`;
}

export const signIn: SignIn<TwinklyClient> = {
  label: 'Sign in with Twinkly',
  help: 'Opens Twinkly’s own page. What it gives is kept on the server, outside the flow, and needs no deploy.',
  when: { authentication: 'oauth' },
  page: (account, state, callback) => account.signInPage(state, callback),
  finish: (account, code, callback, scope) => account.finishSignIn(code, callback, scope),
};

export { lookups } from './lookups';

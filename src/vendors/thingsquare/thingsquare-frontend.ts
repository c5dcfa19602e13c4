import { address, boolean, choice, host, optional, secret, text } from '../../core/schema/parameters';
import type { Scope } from '../../core/scope';
import type { Sentence } from '../../core/sentence';
import { ThingsquareClient, type ThingsquareOptions } from './client';
import { readDevices } from './devices';
import { say } from './texts';
import { readUser } from './user-data';

export { assumptions } from './assumptions';
export { lookups } from './lookups';
export { texts } from './texts';

export const settings = {
  baseUrl: address({
    label: 'Frontend URL',
    help: 'URL of your frontend: its ID and its server, for example https://01234567-89ab-cdef-0123-456789abcdef.developer.thingsquare.com.',
    options: ['https:', 'http:'],
  }),
  authentication: choice({
    label: 'Authentication',
    help: '',
    more: 'As a user with login and password, as a user with an API token, or as a new anonymous user.',
    options: ['login', 'token', 'anonymous'],
    optionLabels: { login: 'login and password', token: 'API token', anonymous: 'anonymous' },
    default: 'login',
  }),
  announce: boolean({
    label: 'Announce user',
    advanced: true,
    help: 'Tells the backend which devices are in the local network.',
    more: 'The authcode of the user is sent to UDP port 590 every 5 seconds.',
    default: false,
    addressing: false,
  }),
  announceTo: host({
    label: 'Announce to',
    advanced: true,
    help: 'IPv4 address or name to which the packets are sent.',
    more: 'The whole local network, the broadcast address of one of several networks, or a multicast group.',
    ipv6: false,
    default: '255.255.255.255',
    when: { announce: 'true' },
    addressing: false,
  }),
};

export const credentials = {
  login: optional(
    text({
      label: 'Login',
      help: 'An e-mail address.',
      when: { authentication: 'login' },
      needed: true,
    }),
  ),
  password: optional(
    secret({ label: 'Password', help: '', more: 'Password of the user.', when: { authentication: 'login' }, needed: true }),
  ),
  token: optional(
    secret({ label: 'API token', help: 'Token that the user has created for programs.', when: { authentication: 'token' }, needed: true }),
  ),
};
export const connect = (options: ThingsquareOptions): ThingsquareClient => new ThingsquareClient(options);

/** Opens a session, and says whose it is and what it can see. */
export async function test(client: ThingsquareClient, scope: Scope): Promise<Sentence[]> {
  const { login } = readUser(await client.read('/0/user/', { scope }));
  const { length } = Object.keys(readDevices(await client.read('/0/devices/', { scope })));
  return [login === '' ? say('test.anonymous', { devices: length }) : say('test.user', { login, devices: length })];
}

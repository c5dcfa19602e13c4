import { asEnsembleError } from '../../core/errors';
import { host, optional, port, text } from '../../core/schema/parameters';
import type { Scope } from '../../core/scope';
import { readVersion } from './channels';
import { TurnClient, type TurnOptions } from './client';

export { assumptions } from './assumptions';
export { lookups } from './lookups';

/** Facts: the vendor's "Turn 2 Public API Documentation" 1.4.4; what it leaves open is marked [G] where it is guessed. */
export const settings = {
  host: host({ label: 'Host', help: 'Name or IP address of the Turn in the local network.' }),
  port: port({ label: 'Port', help: 'Port of the public API.', default: 55555 }),
  senderId: optional(
    text({
      label: 'Sender ID',
      advanced: true,
      help: 'Identifies the changes that are sent through this configuration. Empty: an ID is generated.',
      pattern: '^[!-~]([ -~]*[!-~])?$',
      expected: 'plain characters, without spaces around them',
      addressing: false,
    }),
  ),
};

/** The Turn has no login: every client in its network may use it. */
export const credentials = {};
export const connect = (options: TurnOptions): TurnClient => new TurnClient(options);

/** Reads the channels, and the version; the document says little of the version, so that the test does not depend on it. */
export async function test(device: TurnClient, scope: Scope): Promise<string> {
  const version = device.read('/config/version', { scope }).then(readVersion);
  const [read, channels] = await Promise.all([
    version.catch((thrown: unknown) => `unknown (${asEnsembleError(thrown).message})`),
    device.readChannels({ scope }),
  ]);
  return `The Turn answers: configuration version ${read}, ${channels.length} channels.`;
}

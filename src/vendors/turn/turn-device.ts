import { asEnsembleError, EnsembleError } from '../../core/errors';
import { host, optional, port, text } from '../../core/schema/parameters';
import type { Scope } from '../../core/scope';
import type { Sentence } from '../../core/sentence';
import { sentencesOf } from '../../core/told-error';
import { readVersion } from './channels';
import { TurnClient, type TurnOptions } from './client';
import { say } from './texts';

export { assumptions } from './assumptions';
export { lookups } from './lookups';
export { texts } from './texts';

/** Facts: the vendor's "Turn 2 Public API Documentation" 1.4.4; what it leaves open is marked [G] where it is guessed. */
export const settings = {
  host: host({ label: 'Host', help: 'Name or IP address of the Turn in the local network.' }),
  port: port({ label: 'Port', help: '', more: 'Port of the public API.', default: 55555 }),
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
export async function test(device: TurnClient, scope: Scope): Promise<Sentence[]> {
  const version = device.read('/config/version', { scope }).then(readVersion);
  const [read, { length: channels }] = await Promise.all([version.catch(asEnsembleError), device.readChannels({ scope })]);
  if (read instanceof EnsembleError) return [say('test.noVersion', { channels }), ...sentencesOf(read)];
  return [say('test.version', { version: read, channels })];
}

import type { Lookup } from '../../core/connection';
import { host, optional, port, secret } from '../../core/schema/parameters';
import type { Scope } from '../../core/scope';
import { type Sentence, teller } from '../../core/sentence';
import { LampClient, type LampOptions } from './client';
import { readDevices } from './devices';

export const settings = {
  host: host({ label: 'Host', help: 'Name or IP address in the local network.' }),
  port: port({ label: 'Port', help: 'Port of the API.', default: 80 }),
};

export const credentials = {
  token: optional(secret({ label: 'Token', help: 'The token for the API. Empty: none is sent.', inHeader: true })),
};

export const connect = (options: LampOptions): LampClient => new LampClient(options);

/** What panels say. */
export const texts = { test: { devices: 'The API answers. Devices: __devices__.' } } as const;
const say = teller('lamp-bridge', texts);

/** What the Test button does. */
export async function test(client: LampClient, scope: Scope): Promise<Sentence[]> {
  const { length } = await readDevices(client, { scope });
  return [say('test.devices', { devices: length })];
}

/** What fills the dropdowns of the panels. */
export const lookups: Record<string, Lookup<LampClient>> = {
  devices: async (client, { scope }) => (await readDevices(client, { scope })).map(({ id, name }) => ({ value: id, label: name ?? id })),
};

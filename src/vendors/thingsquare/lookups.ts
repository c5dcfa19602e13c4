import type { Lookup, LookupContext } from '../../core/connection';
import type { LookupItem } from '../../core/lookup-item';
import { largest } from '../../core/numbers';
import type { ThingsquareClient } from './client';
import { type Device, inWords, KINDS, readDevice, readDevices } from './devices';
import { readImages } from './firmware-images';
import { devicePath } from './parameters';

/** The device that the panel names; undefined where it names none. */
async function chosenDevice(
  client: ThingsquareClient,
  { parameters, scope }: LookupContext<ThingsquareClient>,
): Promise<Device | undefined> {
  const id = typeof parameters.device === 'string' ? parameters.device.trim() : '';
  return id === '' ? undefined : readDevice(await client.read(devicePath(id), { scope }));
}

export const lookups: Record<string, Lookup<ThingsquareClient>> = {
  async devices(client, { scope }) {
    const devices = Object.entries(readDevices(await client.read('/0/devices/', { scope })));
    const items = devices.map(([value, device]) => ({
      value,
      label: nameOf(device) || platformOf(device) || value,
      detail: nameOf(device) && platformOf(device),
      ...timed(lastContact(device)),
    }));
    return items.sort((a, b) => a.label.localeCompare(b.label));
  },
  /** Of the device and the kind that the panel's other rows name; of all kinds where a row leaves them open. */
  async variables(client, context) {
    const { kind: wanted = 'd' } = context.parameters;
    const variables = (await chosenDevice(client, context)) ?? {};
    const kinds = KINDS.filter((kind) => wanted === '' || wanted === kind);
    return kinds.flatMap((kind) =>
      Object.entries(variables[kind] ?? {}).map(([name, { value }]): LookupItem => {
        const shown = inWords(value);
        return { value: name, label: name, detail: wanted === '' ? `${kind} · ${shown}` : shown };
      }),
    );
  },
  /** Those that fit the platform of the device that the panel names; all where it names none. */
  async firmware(client, context) {
    const images = readImages(await client.read('/0/firmware/', { scope: context.scope }));
    const platform = (await chosenDevice(client, context))?.s?.platform?.value;
    const fitting = images.filter(({ info }) => typeof platform !== 'string' || info?.platforms?.from?.includes(platform));
    return fitting.map(({ name, info, version = 0 }) => ({
      value: name,
      label: name,
      detail: info?.platforms?.to?.name ?? '',
      ...timed(version * 1000),
    }));
  },
};

/** [G] A device's own name is a variable of that name, which a frontend may keep on either side. */
const nameOf = ({ s, d }: Device): string => textOf(s?.name?.value ?? d?.name?.value);

const platformOf = ({ s }: Device): string => textOf(s?.platform?.value);

const textOf = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');

/** The last time that anything came from the device; 0 where nothing did. */
function lastContact({ s = {}, d = {} }: Device): number {
  const reported = Object.values(s).map(({ time = 0 }) => time);
  const acknowledged = Object.values(d).flatMap(({ acked = 0, syncacked = 0 }) => [acked, syncacked]);
  return largest([...reported, ...acknowledged], 0);
}

const timed = (time: number): Pick<LookupItem, 'time'> => (time > 0 ? { time } : {});

import type { Lookup, LookupContext, LookupItem } from '../../core/connection';
import { largest } from '../../core/numbers';
import type { ThingsquareClient } from './client';
import { type Device, inWords, KINDS, readDevice, readDevices } from './devices';
import { readImages } from './firmware-images';
import { devicePath } from './parameters';

type Context = LookupContext<ThingsquareClient>;

const get = (frontend: ThingsquareClient, path: string, { scope }: Context) =>
  frontend.send({ method: 'GET', path }, { repeatable: true, scope });

const chosen = (value: unknown): string => (typeof value === 'string' ? value.trim() : '');
const device = (frontend: ThingsquareClient, id: string, context: Context): Promise<Device> =>
  get(frontend, devicePath(id), context).then(readDevice);

export const lookups: Record<string, Lookup<ThingsquareClient>> = {
  async devices(frontend, context) {
    const devices = Object.entries(readDevices(await get(frontend, '/0/devices/', context)));
    const items = devices.map(([value, device]) => ({ value, label: nameOf(device) ?? value, detail: lastContact(device) }));
    return items.sort((a, b) => a.label.localeCompare(b.label));
  },
  /** Of the device and the kind that the panel's other rows name; of all kinds where a row leaves them open. */
  async variables(frontend, context) {
    const { kind: wanted = 'd' } = context.parameters;
    const id = chosen(context.parameters.device);
    if (id === '') return [];
    const variables = await device(frontend, id, context);
    const kinds = KINDS.filter((kind) => wanted === '' || wanted === kind);
    return kinds.flatMap((kind) =>
      Object.entries(variables[kind] ?? {}).map(([name, { value }]): LookupItem => {
        const shown = inWords(value);
        return { value: name, label: name, detail: wanted === '' ? `${kind} · ${shown}` : shown };
      }),
    );
  },
  /** Those that fit the platform of the device that the panel names; all where it names none. */
  async firmware(frontend, context) {
    const images = readImages(await get(frontend, '/0/firmware/', context));
    const id = chosen(context.parameters.device);
    const platform = id === '' ? undefined : (await device(frontend, id, context)).s?.platform?.value;
    const fitting = images.filter(({ info }) => typeof platform !== 'string' || info?.platforms?.from?.includes(platform));
    return fitting.map(({ name, info, version }) => {
      const detail = [info?.platforms?.to?.name, version !== undefined && moment(version * 1000)].filter(Boolean).join(' · ');
      return { value: name, label: name, detail };
    });
  },
};

/** [G] A device's own name is a variable of that name, which a frontend may keep on either side. */
function nameOf({ s, d }: Device): string | undefined {
  const name = s?.name?.value ?? d?.name?.value;
  const platform = s?.platform?.value;
  return [name, platform].filter((part) => typeof part === 'string' && part !== '').join(' · ') || undefined;
}

/** The last time that anything came from the device. */
function lastContact({ s = {}, d = {} }: Device): string {
  const reported = Object.values(s).map(({ time = 0 }) => time);
  const acknowledged = Object.values(d).flatMap(({ acked = 0, syncacked = 0 }) => [acked, syncacked]);
  const heard = largest([...reported, ...acknowledged], 0);
  return heard > 0 ? moment(heard) : '';
}

/** As everybody reads it, in the server's time zone: `2026-11-22 04:30`. */
const moment = (time: number): string => new Date(time).toLocaleString('sv-SE').slice(0, 16);

import type { Reply } from '../vendor';
import type { Device } from './device';
import { fits, IMAGES } from './firmware';
import type { Fleet } from './fleet';
import { answer, type Call, type Route, word } from './reply';
import { type Bytes, type Kind, textOf } from './variables';

const FAILED = word(400, 'device-fail');
const OK = word(200, 'device-ok');
/** [G] The document has no answer for what is not there. */
const ABSENT = word(404, 'not found');

type Serve = (device: Device, call: Call) => Reply;

/** The document's "Device methods", and the firmware methods of one device. */
export function deviceRoutes(fleet: Fleet): Route[] {
  const of =
    (serve: Serve, absent = FAILED) =>
    (call: Call): Reply => {
      const device = fleet.find(call.parts[0] ?? '');
      return device ? serve(device, call) : absent;
    };
  const claim = ({ form }: Call): Reply => {
    const id = fleet.claim(form.get('auth') ?? '');
    return id ? word(201, id) : word(400, 'claim-fail');
  };
  const remove = ({ parts: [id = ''] }: Call): Reply => (fleet.registered.delete(id) ? OK : FAILED);
  const list = () => answer(Object.fromEntries([...fleet.registered].map(([id, { variables }]) => [id, variables])));
  const variable = /^devices\/([^/]+)\/(d|s|meta)\/([^/]+)$/;
  return [
    ['GET', /^devices\/$/, list],
    ['POST', /^devices\/$/, claim],
    ['GET', /^devices\/([^/]+)$/, of(({ variables }) => answer(variables), ABSENT)],
    ['DELETE', /^devices\/([^/]+)$/, remove],
    ['POST', /^devices\/([^/]+)\/$/, of(command)],
    ['GET', variable, of(read, ABSENT)],
    ['POST', variable, of(write)],
    ['DELETE', variable, of((device, { parts: [, kind, name] }) => (device.remove(...at(kind, name)) ? OK : FAILED))],
    ['POST', /^devices\/([^/]+)\/fw\/(.+)$/, of(startUpdate)],
    // The document's list of answers says "firmware-ok", its example "device-ok".
    ['DELETE', /^devices\/([^/]+)\/fw$/, of((device) => (device.cancelUpdate() ? word(200, 'firmware-ok') : word(400, 'firmware-fail')))],
  ];
}

const at = (kind: string | undefined, name = ''): [Kind, string] => [kind as Kind, decodeURIComponent(name)];

function read(device: Device, { parts: [, type, encoded], query }: Call): Reply {
  const [kind, name] = at(type, encoded);
  const variable = device.variables[kind][name];
  if (!query.has('latest')) return variable ? answer(variable) : ABSENT;
  const number = (key: string): number | undefined => (query.has(key) ? Number(query.get(key)) : undefined);
  const latest = number('latest') ?? Number.NaN;
  if (!Number.isInteger(latest) || latest < 0) return FAILED;
  return answer(device.history.read(kind, name, latest, number('from'), number('startid')));
}

function write(device: Device, { parts: [, type, encoded], form }: Call): Reply {
  const [kind, name] = at(type, encoded);
  const value = given(form, 'value');
  if (kind === 'meta') return FAILED;
  if (value !== undefined) device.set(kind, name, value);
  else {
    // "If <type> is d and no value is given, the device will be synchronized with the current value"
    const variable = kind === 'd' ? device.variables.d[name] : undefined;
    if (!variable) return FAILED;
    device.sync(variable);
  }
  return OK;
}

function command(device: Device, { form }: Call): Reply {
  const text = given(form, 'command');
  const number = (key: string): number => Number(form.get(key) ?? 0);
  const [priority, lifetime] = [number('priority'), number('lifetime')];
  if (text === undefined || ![0, 1, 2].includes(priority) || !(lifetime >= 0)) return FAILED;
  return word(200, device.send(textOf(text), form.has('lifetime') ? lifetime : undefined));
}

function startUpdate(device: Device, { parts: [, name] }: Call): Reply {
  const image = IMAGES.find((candidate) => candidate.name === name);
  if (!image) return word(400, 'device-fwup-name-fail');
  // [G] An image for another platform is not started either.
  if (!device.isReadyForUpdate || !fits(image, textOf(device.variables.s.platform?.value))) return word(400, 'device-fwup-start-fail');
  device.startUpdate(image);
  return OK;
}

/** Text, or what is base64-encoded under the same name with `64`. */
function given(form: URLSearchParams, name: string): string | Bytes | undefined {
  const encoded = form.get(`${name}64`);
  return encoded === null ? (form.get(name) ?? undefined) : Buffer.from(encoded, 'base64').toJSON();
}

import { type DeviceResponse, ok } from '../http/response';
import { decoded } from '../http/routes';
import type { Account, Accounts } from './accounts';
import { type ThingsquareCall, type ThingsquareHandlers, textFor, textResponse } from './call';
import type { SimulatedDevice } from './device';
import { fits, IMAGES } from './firmware';
import type { Fleet } from './fleet';
import type { Push } from './push';
import { type Bytes, type VariableKind, valueText } from './variables';

const FAILED = textResponse(400, 'device-fail');
const OK = textResponse(200, 'device-ok');
/** [G] The document has no response for what is not there. */
const ABSENT = textResponse(404, 'not found');

type Serve = (device: SimulatedDevice, call: ThingsquareCall) => DeviceResponse;

/** The document's "Device methods", and the firmware methods of one device. */
export function deviceRoutes(fleet: Fleet, accounts: Accounts, push: Push): ThingsquareHandlers {
  const of =
    (serve: Serve, absent = FAILED) =>
    (call: ThingsquareCall): DeviceResponse => {
      const device = fleet.find(decoded(call.parts[0]), call.user);
      return device ? serve(device, call) : absent;
    };
  const list = ({ user }: ThingsquareCall) => ok(Object.fromEntries(fleet.of(user).map(([id, { variables }]) => [id, variables])));
  const variable = '/0/devices/:id/:kind(d|s|meta)/:name';
  return {
    ...registrationRoutes(fleet, accounts, push),
    'GET /0/devices/': list,
    'GET /0/devices/:id': of(({ variables }) => ok(variables), ABSENT),
    'POST /0/devices/:id/': of(command),
    [`GET ${variable}`]: of(read, ABSENT),
    [`POST ${variable}`]: of(write),
    [`DELETE ${variable}`]: of(removeVariable),
    // The first is the document's, the second the library's; [G] the third updates a network of devices in the same way.
    'POST /0/devices/:id/:way(fw|firmware|zwup)/:image*': of(startUpdate),
    'DELETE /0/devices/:id/:way(fw|firmware/)': of(cancelUpdate),
    // The library has the command in the path.
    'POST /0/devices/:id/:command': of(libraryCommand),
  };
}

/** Devices are claimed, shared and removed, of which their users' WebSockets tell. */
function registrationRoutes(fleet: Fleet, accounts: Accounts, push: Push): ThingsquareHandlers {
  const tellClaimed = (user: Account, id: string | undefined): void => {
    const device = id && fleet.find(id, user);
    if (id && device) push.claimed(user, id, device);
  };
  const claim = ({ form, user }: ThingsquareCall): DeviceResponse => {
    const [auth, name] = [form.get('auth') ?? '', form.get('user')];
    if (name === null) {
      const id = fleet.claim(auth, user);
      tellClaimed(user, id);
      return id ? textResponse(201, id) : textResponse(400, 'claim-fail');
    }
    // The document has no sharing; the vendor's library claims a device for another user.
    const other = accounts.find(name);
    const id = other && fleet.share(auth, user, other);
    if (other) tellClaimed(other, id);
    return id ? textResponse(200, 'add-user-ok') : textResponse(400, 'claim-fail');
  };
  const remove = (call: ThingsquareCall): DeviceResponse => {
    const id = decoded(call.parts[0]);
    if (!fleet.remove(id, call.user)) return textFor(call, 400, 'device-fail', 'delete-fail');
    push.removed(call.user, id);
    return textFor(call, 200, 'device-ok', 'delete-ok');
  };
  return { 'POST /0/devices/': claim, 'DELETE /0/devices/:id': remove };
}

const at = (kind: string | undefined, name = ''): [VariableKind, string] => [kind as VariableKind, decoded(name)];

function read(device: SimulatedDevice, { parts: [, type, encoded], query }: ThingsquareCall): DeviceResponse {
  const [kind, name] = at(type, encoded);
  const variable = device.variables[kind][name];
  if (!query.has('latest')) return variable ? ok(variable) : ABSENT;
  const number = (key: string): number | undefined => (query.has(key) ? Number(query.get(key)) : undefined);
  const latest = number('latest') ?? Number.NaN;
  if (!Number.isInteger(latest) || latest < 0) return FAILED;
  return ok(device.history.read(kind, name, latest, number('from'), number('startid')));
}

function write(device: SimulatedDevice, { parts: [, type, encoded], form }: ThingsquareCall): DeviceResponse {
  const [kind, name] = at(type, encoded);
  const value = given(form, 'value');
  if (kind === 'meta') return FAILED;
  if (value !== undefined) {
    // The document has no times; the vendor's library sends seconds.
    const timestamp = form.get('timestamp');
    const time = timestamp === null ? undefined : Number(timestamp) * 1000;
    if (time !== undefined && !Number.isSafeInteger(time)) return FAILED;
    device.set(kind, name, value, time);
  } else {
    // "If <type> is d and no value is given, the device will be synchronized with the current value"
    const variable = kind === 'd' ? device.variables.d[name] : undefined;
    if (!variable) return FAILED;
    device.sync(variable);
  }
  return OK;
}

function removeVariable(device: SimulatedDevice, call: ThingsquareCall): DeviceResponse {
  const [, kind, name] = call.parts;
  return device.remove(...at(kind, name)) ? textFor(call, 200, 'device-ok', 'delete-ok') : textFor(call, 400, 'device-fail', 'delete-fail');
}

function command(device: SimulatedDevice, { form }: ThingsquareCall): DeviceResponse {
  const sent = given(form, 'command');
  const number = (key: string): number => Number(form.get(key) ?? 0);
  const [priority, lifetime] = [number('priority'), number('lifetime')];
  if (sent === undefined || ![0, 1, 2].includes(priority) || !(lifetime >= 0)) return FAILED;
  return textResponse(200, device.send(valueText(sent), form.has('lifetime') ? lifetime : undefined));
}

function libraryCommand(device: SimulatedDevice, { parts: [, sent] }: ThingsquareCall): DeviceResponse {
  device.send(decoded(sent));
  return OK;
}

function startUpdate(device: SimulatedDevice, call: ThingsquareCall): DeviceResponse {
  const [, , name] = call.parts;
  const image = IMAGES.find((candidate) => candidate.name === name);
  if (!image) return textFor(call, 400, 'device-fwup-name-fail', 'firmware-fail');
  // [G] An image for another platform is not started either.
  if (!device.isReadyForUpdate || !fits(image, valueText(device.variables.s.platform?.value)))
    return textFor(call, 400, 'device-fwup-start-fail', 'firmware-fail');
  device.startUpdate(image);
  return OK;
}

/** The document's list of responses says "firmware-ok", its example "device-ok". */
const cancelUpdate = (device: SimulatedDevice, call: ThingsquareCall): DeviceResponse =>
  device.cancelUpdate() ? textFor(call, 200, 'firmware-ok', 'delete-ok') : textFor(call, 400, 'firmware-fail', 'delete-fail');

/** Text, or bytes in base64 under the same name with `64`. */
function given(form: URLSearchParams, name: string): string | Bytes | undefined {
  const encoded = form.get(`${name}64`);
  return encoded === null ? (form.get(name) ?? undefined) : Buffer.from(encoded, 'base64').toJSON();
}

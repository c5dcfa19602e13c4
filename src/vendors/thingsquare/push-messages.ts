import { z } from 'zod';
import type { StreamEvent } from '../../core/follow/stream';
import { isId } from '../../core/http/path';
import { lenientRecord, orAbsent, readLeniently } from '../../core/http/response';
import { isRecord, withoutUndefined } from '../../core/objects';
import { device } from './devices';
import type { Listing } from './missing-devices';

/** One message of the WebSocket. */
export interface PushEvent extends StreamEvent {
  /** Devices that were registered, with all their variables. */
  readonly claimed: Listing;
  /** Variables that were set or reported, of devices that are registered. */
  readonly changed: Listing;
  /** Ids of devices that are registered no more. */
  readonly removed: readonly string[];
}

/** [G] As the vendor's library of 2018 reads it; other fields, and events of other types, tell nothing of devices. */
const message = z.looseObject({
  devices: orAbsent(lenientRecord(device, isId)),
  delta: orAbsent(lenientRecord(device, isId)),
  events: orAbsent(lenientRecord(z.looseObject({ type: z.string(), device: orAbsent(device) }).transform(withoutUndefined), isId)),
});

export interface PushMessage {
  readonly event: PushEvent;
  /** It tells of a device that is not known, but not enough of it. */
  readonly isIncomplete: boolean;
}

/** What a message says; undefined where it is none. @param known whether a device is registered, as far as that is known */
export function readPush(value: unknown, known: (id: string) => boolean, warn: (text: string) => void): PushMessage | undefined {
  if (!isRecord(value)) return undefined;
  const { data } = readLeniently(message, value, warn);
  if (!data) return undefined;
  const { devices = {}, delta = {}, events = {} } = data;
  const ofType = (type: string) => Object.entries(events).filter(([, event]) => event.type === type);
  const claims = ofType('device-claimed');
  const claimed = { ...pick(devices, (id) => !known(id)), ...defined(claims.map(([id, event]) => [id, event.device])) };
  const isKnown = (id: string) => known(id) || Object.hasOwn(claimed, id);
  const changed = { ...pick(devices, known), ...pick(delta, isKnown) };
  const isIncomplete = Object.keys(delta).some((id) => !isKnown(id)) || claims.some(([, event]) => event.device === undefined);
  const removed = ofType('device-removed').map(([id]) => id);
  return { event: pushEvent({ claimed, changed, removed }), isIncomplete };
}

const pick = (listing: Listing, isWanted: (id: string) => boolean): Listing =>
  Object.fromEntries(Object.entries(listing).filter(([id]) => isWanted(id)));

const defined = (devices: readonly (readonly [string, Listing[string] | undefined])[]): Listing =>
  Object.fromEntries(devices.filter((one): one is [string, Listing[string]] => one[1] !== undefined));

const pushEvent = (parts: Pick<PushEvent, 'claimed' | 'changed' | 'removed'>): PushEvent => ({
  ...{ topic: '', payload: undefined, source: 'push', type: 'message', raw: undefined, details: undefined, isState: false },
  ...parts,
});

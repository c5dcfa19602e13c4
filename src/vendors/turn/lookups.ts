import { z } from 'zod';
import type { Lookup } from '../../core/connection';
import { segments } from '../../core/http/path';
import { json, lenientArray } from '../../core/http/response';
import type { LookupItem } from '../../core/lookup-item';
import type { Scope } from '../../core/scope';
import type { Channel } from './channels';
import { readState } from './channels';
import type { TurnClient } from './client';
import { normalId } from './ids';

interface Page {
  readonly id: string;
  readonly name: string;
}

/** Fills the dropdowns of the panels. */
export const lookups: Record<string, Lookup<TurnClient>> = {
  channels: (device, { scope }) => channelItems(device, scope),
  /** What a stream can be narrowed to. */
  selectors(device, { parameters: { stream }, scope }) {
    if (stream === 'channel-type') return typeItems(device, scope);
    if (stream === 'page') return pageItems(device, scope);
    return stream === 'control-state' ? stateItems(device, scope) : channelItems(device, scope);
  },
  states: (device, { scope }) => stateItems(device, scope),
  async actions(device, { parameters: { channel }, scope }) {
    if (typeof channel !== 'string' || channel === '') return [];
    const path = `/control/channels/${segments('channel', normalId(channel))}/action/`;
    const actions = json(lenientArray(z.string()))(await device.read(path, { scope }));
    return actions.map((action) => ({ value: action, label: action }));
  },
};

const page = z.looseObject({ id: z.string(), name: z.unknown().optional() });
const config = json(z.looseObject({ pages: lenientArray(page).nullish() }));

/** The pages with their names, in the order of the device. */
async function readPages(device: TurnClient, scope: Scope): Promise<Page[]> {
  const { pages } = config(await device.read('/config', { scope }));
  return (pages ?? []).map(({ id, name }) => ({ id: normalId(id), name: typeof name === 'string' && name !== '' ? name : id }));
}

/** The page that a channel stands on: the media channels belong to the sources page (table 1). */
const pageOf = (id: string): string => id.replace(/^media\//, 'source/').replace(/\/\d+$/, '');

/** Without a configuration that can be read only the names of the pages are missing. */
async function channelItems(device: TurnClient, scope: Scope): Promise<LookupItem[]> {
  const [pages, channels] = await Promise.all([readPages(device, scope).catch(() => []), device.readChannels({ scope })]);
  const rank = ({ id }: Channel) => {
    const place = pages.findIndex((page) => page.id === pageOf(normalId(id)));
    return place < 0 ? pages.length : place;
  };
  return [...channels].sort((one, other) => rank(one) - rank(other)).map((channel) => channelItem(channel, pages[rank(channel)]));
}

function channelItem({ id, description, dataType, state = {}, ...channel }: Channel, page: Page | undefined): LookupItem {
  const permission = channel.channel_permission ?? channel.channelPermission;
  const named = description && normalId(description) !== normalId(id) ? description : undefined;
  return {
    value: normalId(id),
    label: [page?.name, named].filter(Boolean).join(': ') || normalId(id),
    detail: [dataType, state.value ?? state.on]
      .filter((part) => part !== undefined && part !== '')
      .map(String)
      .join(' · '),
    ...(isPermission(permission) && { words: [permission] }),
  };
}

/** Seen from the Turn: it reads what is written to it, and writes what is turned at it. */
const isPermission = (permission: string | undefined): permission is string =>
  permission !== undefined && ['read', 'write', 'read_write'].includes(permission);

async function pageItems(device: TurnClient, scope: Scope): Promise<LookupItem[]> {
  return (await readPages(device, scope)).map(({ id, name }) => ({ value: id, label: name }));
}

async function typeItems(device: TurnClient, scope: Scope): Promise<LookupItem[]> {
  const channels = await device.readChannels({ scope });
  const pages = new Set(channels.map(({ id }) => normalId(id).split('/', 1)[0] ?? ''));
  const types = new Set(channels.flatMap(({ channelType }) => channelType ?? []));
  return [...new Set([...pages, ...types])].map((type) => ({ value: type, label: type }));
}

async function stateItems(device: TurnClient, scope: Scope): Promise<LookupItem[]> {
  const states = readState(await device.read('/control/state', { scope }));
  return Object.entries(states).map(([state, value]) => ({ value: state, label: state, detail: JSON.stringify(value) }));
}

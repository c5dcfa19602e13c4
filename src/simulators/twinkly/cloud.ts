import { Refused } from '../http/refused';
import { found, type Input } from '../input';
import { Light, type LightDescription } from './light';

const FRONT = { id: 701, name: 'House front' };
const GARDEN = { id: 702, name: 'Garden' };
const OBJECTS: readonly LightDescription[] = [
  { id: 48211, name: 'Eaves', ledCount: 250, ledProfile: 'RGB', installation: FRONT },
  { id: 48212, name: 'Window', ledCount: 105, ledProfile: 'RGBW', installation: FRONT },
  { id: 48213, name: 'Wreath', ledCount: 50, ledProfile: 'RGB', installation: FRONT },
  { id: 48221, name: 'Spruce', ledCount: 400, ledProfile: 'RGB', installation: GARDEN, playlists: true },
  { id: 48222, name: 'Hedge', ledCount: 190, ledProfile: 'AWW', installation: GARDEN },
  { id: 48230, name: 'Desk', ledCount: 60, ledProfile: 'RGB' },
];
/** [G] The list is paginated; how long a page is, and how to ask for the next, is not known. */
const PAGE_SIZE = 4;
/** [G] Characters of the longest query that reaches the cloud. */
const MAX_QUERY = 8000;

type LightStatus = { readonly runtime: object } | { readonly error: string };

/** The objects of the account, their installations and devices. */
export class Cloud {
  readonly lights: readonly Light[] = OBJECTS.map((about) => new Light(about));

  /** `GET /v3/objects?mine=true`, as it was seen in use. */
  list(query: URLSearchParams): object {
    const page = Number(query.get('page') ?? 1);
    const shown = this.lights.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
    return {
      objects: shown.map(({ about: { playlists, installation = null, ...about } }) => ({
        ...about,
        uuid: `00000000-0000-4000-8000-0000000${about.id}`,
        caps: ['power', 'movie', 'brightness', 'color', ...(playlists ? ['playlist'] : [])].map((name) => ({ name, properties: {} })),
        devices: [{ device: { id: deviceOf(about.id), led_profile: about.ledProfile } }],
        installation,
        meta: '{}',
      })),
      count: this.lights.length,
      next_page: page * PAGE_SIZE < this.lights.length ? page + 1 : null,
      prev_page: page > 1 ? page - 1 : null,
    };
  }

  /** "the (optional) objects and installations that a device belongs to". [G] Its keys. */
  device(id: string): object {
    const light = this.lights.find(({ about }) => deviceOf(about.id) === id);
    const { about } = found(light, `device ${id}`);
    return { deviceId: id, objects: [{ id: about.id, name: about.name }], installations: about.installation ? [about.installation] : [] };
  }

  /** The lights of one object. @throws Refused 404 */
  object(id: string): Light[] {
    return [found(this.find(id), `object ${id}`)];
  }

  /** The lights of an installation. @throws Refused 404 */
  installation(id: string): Light[] {
    const lights = this.lights.filter(({ about }) => String(about.installation?.id) === id);
    return found(lights.length > 0 ? lights : undefined, `installation ${id}`);
  }

  /** A dictionary by id. "The API will always return the complete list of objects". */
  objects(query: URLSearchParams): Record<string, LightStatus> {
    return this.group(query, 'objectIds', (id) => {
      const light = this.find(id);
      return light && [light];
    });
  }

  /** By `installationIds`, or in the legacy form by `objectIds`. [G] That one is by object. */
  installations(query: URLSearchParams): Record<string, LightStatus> {
    if (query.has('objectIds')) return this.objects(query);
    return this.group(query, 'installationIds', (id) => this.lights.filter(({ about }) => String(about.installation?.id) === id));
  }

  /** The light of an action of the page. @throws Refused */
  chosen({ id }: Input): Light {
    return found(this.find(String(id)), `object ${String(id)}`);
  }

  private find(id: string): Light | undefined {
    return this.lights.find(({ about }) => String(about.id) === id);
  }

  private group(query: URLSearchParams, key: string, find: (id: string) => Light[] | undefined): Record<string, LightStatus> {
    if (query.toString().length > MAX_QUERY) throw new Refused(414, 'the query is too long');
    const ids = query.get(key)?.split(',').filter(Boolean) ?? [];
    if (ids.length === 0) throw new Refused(400, `${key} is mandatory`);
    const withConfiguration = query.get('config') !== '0';
    return Object.fromEntries(ids.map((id) => [id, statusOf(find(id) ?? [], withConfiguration)]));
  }
}

/** The status of a group of lights. [G] The mode is that of the first, and the group is online if any of them is. */
function statusOf(lights: readonly Light[], withConfiguration: boolean): LightStatus {
  const [first] = lights;
  if (!first) return { error: 'not found, or not yours' };
  return { runtime: { ...first.runtime(withConfiguration), online: lights.some(({ online }) => online) } };
}

const deviceOf = (object: number): string => `D${object}`;

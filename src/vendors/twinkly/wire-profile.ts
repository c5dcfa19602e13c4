import { z } from 'zod';
import { EnsembleError } from '../../core/errors';
import { segment } from '../../core/http/path';
import type { HttpRequest } from '../../core/http/request';
import { isObject } from '../../core/objects';
import type { JsonObject } from '../../core/schema/parameters';
import type { Sentence, SentenceValues } from '../../core/sentence';
import { say, type texts } from './texts';

/**
 * What is not certain of the Twinkly API, all in one place. The samples of the vendor's "Runtime API Reference" are lost: it
 * says in sentences what there is, and not how it is written. Every row is a guess of ours, but where another origin is
 * noted: [S] the document says so; [C] seen in another client that works. The account's `overrides` replace any row.
 */
const PROFILE = {
  paths: {
    'list-objects': 'GET /v3/objects?mine=true', // [C]
    'get-device-configuration': 'GET /v2/devices/{deviceId}/configuration',
    'status.object': 'GET /v2/objects/runtime',
    'status.installation': 'GET /v2/installations/runtime',
    // The document's older form: an installation as a group of objects.
    'status.legacy': 'GET /v2/installations/runtime',
    'command.object': 'POST /v2/objects/{id}/runtime/command',
    'command.installation': 'POST /v2/installations/{id}/runtime/command',
    'get-command-status': 'GET /v2/{target}s/{id}/runtime/command/{commandId}',
  },
  /** The name of each command, and the names that our parameters have in its `params`. */
  commands: {
    'turn-on': { command: 'turnOn', params: {} },
    'turn-off': { command: 'turnOff', params: {} },
    'set-mode': { command: 'setMode', params: { mode: 'mode', effect: 'effect' } },
    'play-effect': { command: 'playEffect', params: { effect: 'effect' } },
    'set-brightness': { command: 'setBrightness', params: { brightness: 'value' } },
    'set-color': {
      command: 'setColor',
      params: { hue: 'hue', saturation: 'saturation', value: 'value', red: 'red', green: 'green', blue: 'blue' },
    },
    'play-playlist': { command: 'playPlaylist', params: { playlist: 'playlist' } },
  },
  /** What a full value is on the wire; of a hue, the whole circle. */
  scales: { brightness: 100, hue: 360, saturation: 255, value: 255, red: 255, green: 255, blue: 255 },
  /** `hsv`: a colour always goes out by hue. `given`: as it came in, also by red, green and blue, which only some strings take [S]. */
  colors: 'hsv',
  /** The words for the modes. */
  modes: { off: 'off', effect: 'effect', color: 'color', playlist: 'playlist', movie: 'movie' },
  /** The paths of fields in a response. */
  answers: {
    id: 'id', // [C] of an object in the list; `uuid` was seen beside it
    installationId: 'installation.id', // [C] of its installation
    commandId: 'commandId', // [S] in the status of a command
    online: 'online', // [S]
    effects: 'configuration.effects',
    playlists: 'configuration.playlists',
    color: 'color',
  },
  /** The query that asks for a later page of the objects, where the response names its number. */
  page: 'page',
};

export type Profile = typeof PROFILE;
export type CommandId = keyof Profile['commands'];
type ResponsePlace = keyof Profile['answers'];

export const MODES = Object.keys(PROFILE.modes) as (keyof Profile['modes'])[];

const words = <K extends string>(keys: readonly K[]) => z.partialRecord(z.enum(keys), z.string().min(1));
const keysOf = <T extends object>(rows: T): (keyof T & string)[] => Object.keys(rows) as (keyof T & string)[];

/** Have a path of their own only where `overrides` give one; `refresh` is the call that renews a login by password. */
const OTHERS = ['custom', 'get-object-status', 'get-installation-status', 'refresh'] as const;
const PATHS = [...keysOf(PROFILE.paths), ...keysOf(PROFILE.commands), ...OTHERS] as const;
/** They give the status of many at once, or of one that the path names. */
const STATUSES: readonly string[] = ['status.object', 'status.installation', 'get-object-status', 'get-installation-status'];

/** An object that has some of the keys, and no other; each has its own form. */
const rows = <K extends string, S extends z.ZodType>(keys: readonly K[], form: (key: K) => S) =>
  z.strictObject(Object.fromEntries(keys.map((key) => [key, form(key).optional()])) as Record<K, z.ZodOptional<S>>);

/** The parts of the table's paths that are the same for everybody. */
export const literalParts: readonly string[] = Object.values(PROFILE.paths)
  .flatMap((row) => row.split(' ')[1]?.split('?')[0]?.split('/') ?? [])
  .flatMap((part) => (part === '{target}s' ? ['objects', 'installations'] : part))
  .filter((part) => part !== '' && !part.includes('{'));

const placesIn = (path: string): readonly string[] => path.match(/\{\w+\}/g) ?? [];

/** A path that has no places but those for which its row has values. */
function pathOf(row: (typeof PATHS)[number]) {
  const paths: Readonly<Record<string, string>> = PROFILE.paths;
  const places = STATUSES.includes(row) ? ['{id}'] : row === 'refresh' ? [] : placesIn(paths[row] ?? PROFILE.paths['command.object']);
  return z
    .string()
    .regex(/^(GET|POST|PUT|DELETE) \/\S*$/, 'must be like "GET /path/{id}"')
    .refine((path) => placesIn(path).every((place) => places.includes(place)), {
      message: `takes ${places.length > 0 ? `only ${places.join(', ')}` : 'no {places}'}`,
      params: { places: places.join(', ') },
    });
}

const overridesSchema = z.strictObject({
  paths: rows(PATHS, pathOf).optional(),
  commands: rows(keysOf(PROFILE.commands), (id) =>
    z.strictObject({
      command: z.string().min(1).optional(),
      params: rows(Object.keys(PROFILE.commands[id].params), () => z.string().min(1)).optional(),
    }),
  ).optional(),
  scales: z.partialRecord(z.enum(keysOf(PROFILE.scales)), z.number().positive()).optional(),
  colors: z.enum(['given', 'hsv']).optional(),
  modes: words(keysOf(PROFILE.modes)).optional(),
  answers: words(keysOf(PROFILE.answers)).optional(),
  page: z.string().min(1).optional(),
});
type Overrides = z.infer<typeof overridesSchema>;

/** For a panel: what is wrong with a row, and which one. */
function toldOfRow(issue: z.core.$ZodIssue | undefined): Sentence {
  const key = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const place = [...(issue?.path ?? []), ...(key === undefined ? [] : [key])].join('.');
  const about = (name: keyof typeof texts.overrides, values: SentenceValues = {}) =>
    say(`overrides.${name}`, { place, ...values }, ['overrides']);
  switch (issue?.code) {
    case 'unrecognized_keys':
      return about('unknown');
    case 'invalid_format':
      return about('path');
    case 'custom':
      return issue.params?.places ? about('places', { places: String(issue.params.places) }) : about('noPlaces');
    case 'too_small':
      return about(issue.origin === 'string' ? 'text' : 'number');
    case 'invalid_type':
      return about(OVERRIDE_TYPES[issue.expected] ?? 'other');
    default:
      return about('other');
  }
}

const OVERRIDE_TYPES: Readonly<Record<string, 'text' | 'number' | 'object'>> = {
  string: 'text',
  number: 'number',
  object: 'object',
  record: 'object',
};

/** What an account says and understands: the table above, with the account's corrections. */
export class WireProfile {
  private readonly overrides: Overrides;

  /** @throws EnsembleError NOT_CONFIGURED naming the row that does not fit */
  constructor(overrides: JsonObject = {}) {
    const parsed = overridesSchema.safeParse(overrides);
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      const detail = issue?.message ?? '';
      throw new EnsembleError('NOT_CONFIGURED', `${['overrides', ...(issue?.path ?? [])].join('.')}: ${detail}`, toldOfRow(issue));
    }
    this.overrides = parsed.data;
  }

  /**
   * The first of the rows that the account corrects, else the first that the table has; with the values in its places.
   * @throws EnsembleError INVALID_INPUT where an ID would lead elsewhere
   */
  route(rows: readonly string[], values: Readonly<Record<string, string>> = {}): Pick<HttpRequest, 'method' | 'path'> {
    const [method, path = ''] = this.find(rows).split(' ');
    const filled = path.replace(/\{(\w+)\}/g, (_place, name: string) => segment(name, values[name] ?? ''));
    return { method: method as HttpRequest['method'], path: filled };
  }

  /** Whether the path of these rows names one thing by its id, and so stands for one thing alone. */
  namesId(rows: readonly string[]): boolean {
    return this.find(rows).includes('{id}');
  }

  /** The call that renews a login by password, where the account knows it. */
  get refresh(): Pick<HttpRequest, 'method' | 'path'> | undefined {
    return this.find(['refresh']) === '' ? undefined : this.route(['refresh']);
  }

  private find(rows: readonly string[]): string {
    const first = (paths: Readonly<Record<string, string | undefined>> = {}) => rows.map((row) => paths[row]).find(Boolean);
    return first(this.overrides.paths) ?? first(PROFILE.paths) ?? '';
  }

  /** `command` and `params` of the body; what is undefined is left out. */
  command(id: CommandId, values: Readonly<Record<string, unknown>>): { command: string; params?: JsonObject } {
    const row = this.overrides.commands?.[id];
    const names: Readonly<Record<string, string>> = { ...PROFILE.commands[id].params, ...row?.params };
    const given = Object.entries(values).filter(([, value]) => value !== undefined);
    const params = Object.fromEntries(given.map(([name, value]) => [names[name] ?? name, value]));
    return { command: row?.command ?? PROFILE.commands[id].command, ...(given.length > 0 && { params }) };
  }

  /** A part of the whole, as it is on the wire. */
  scaled(name: keyof Profile['scales'], part: number): number {
    return Math.round(part * { ...PROFILE.scales, ...this.overrides.scales }[name]);
  }

  mode(mode: keyof Profile['modes']): string {
    return { ...PROFILE.modes, ...this.overrides.modes }[mode];
  }

  /** The path of a field in a response. */
  place(name: ResponsePlace): string {
    return { ...PROFILE.answers, ...this.overrides.answers }[name];
  }

  /** Whether colours always go out by hue. */
  get byHue(): boolean {
    return (this.overrides.colors ?? PROFILE.colors) === 'hsv';
  }

  get page(): string {
    return this.overrides.page ?? PROFILE.page;
  }
}

/** The value in a response at a path such as `configuration.effects`. */
export const valueAt = (response: unknown, place: string): unknown =>
  place.split('.').reduce<unknown>((part, key) => (isObject(part) ? part[key] : undefined), response);

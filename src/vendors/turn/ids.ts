/** Ids are lower case in paths and events, but upper case in the document's tables; their slashes are path separators. */
export const normalId = (id: string): string => id.toLowerCase();

export const CHANNEL_ID = '^[\\w-]+/\\d+/\\d+$';
export const A_CHANNEL_ID = 'a channel id such as light/1/1';
/** A channel type, a page id or a channel id. */
export const SELECTOR = '^[\\w-]+(/\\d+){0,2}$';

export type DataType = 'percent' | 'temperature' | 'preset' | 'number' | 'switch' | 'string' | 'image' | 'action';

/** The document's table 4: what each channel of a page is; a question mark stands for the number of the page. */
const KNOWN: Readonly<Record<string, DataType>> = {
  'light/?/1': 'percent',
  'shade/?/1': 'percent',
  'light_scenes/?/1': 'preset',
  'shade_scenes/?/1': 'preset',
  'fan/?/1': 'preset',
  'modes/?/1': 'preset',
  'info/?/1': 'string',
  'temperature/?/1': 'temperature',
  'temperature/?/2': 'temperature',
  'humidity/?/1': 'percent',
  'humidity/?/2': 'percent',
  'media/?/1': 'percent',
  'media/?/2': 'switch',
  'media/?/3': 'switch',
  'media/?/4': 'switch',
  'media/?/5': 'action',
  'media/?/6': 'switch',
  'source/?/1': 'preset',
  'source/?/2': 'image',
  'source/?/3': 'string',
  'source/?/4': 'string',
};
const OTHER_NAMES: Readonly<Record<string, DataType>> = { percentage: 'percent' };
const TYPES: ReadonlySet<string> = new Set(Object.values(KNOWN)).add('number');

/** What a channel carries, by the document; undefined for a channel that it does not know. */
export const documentedType = (id: string): DataType | undefined => KNOWN[id.replace(/\/\d+\//, '/?/')];

/** Channels that the document knows, and that carry neither text nor an image. */
export const WITHOUT_TEXT = `^(${Object.entries(KNOWN)
  .filter(([, type]) => type !== 'string' && type !== 'image')
  .map(([id]) => id.replace('?', '\\d+'))
  .join('|')})$`;

/** The data type that a device names, in one spelling. */
export function dataTypeOf(name: unknown): DataType | undefined {
  const type = String(name).toLowerCase();
  return OTHER_NAMES[type] ?? (TYPES.has(type) ? (type as DataType) : undefined);
}

/** Table 6: the channels that have a state `on` beside their value. */
export const hasSwitch = (id: string): boolean => /^(light|shade|light_scenes|shade_scenes|fan|modes)\/\d+\/1$/.test(id);

/** Table 6: the state that takes a number and shows it with its unit, where a channel has one. */
export const UNIT_STATES: Readonly<Record<string, 'ppm_string' | 'pa_string'>> = { 'info/1/1': 'ppm_string', 'info/2/1': 'pa_string' };

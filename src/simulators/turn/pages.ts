// Tables 1 to 7 of the vendor's "Turn 2 Public API Documentation" (1.4.4): which pages and channels there can be.

export type DataType = 'percent' | 'preset' | 'temperature' | 'string' | 'switch' | 'action' | 'image';

/** Table 3, but for what changes. */
export interface ChannelKind {
  readonly id: string;
  readonly channelType: string;
  readonly dataType: DataType;
  /** As the Turn sees it: it shows what it may read. [G] The document names no channel's permission. */
  readonly permission: 'read' | 'write' | 'read_write';
  /** [G] The document names the keys, but neither their form nor their values. */
  readonly properties: Readonly<Record<string, unknown>>;
  /** Table 6: has a state `on` beside `value`. */
  readonly switched: boolean;
  /** Table 6: a state that appends a unit. */
  readonly unitState?: { readonly name: string; readonly unit: string };
  /** Tables 5 and 6. */
  readonly actions: readonly string[];
  /** [G] What one step of the dial, or one `increment_decrement`, changes. */
  readonly step: number;
}

export interface AudioSource {
  readonly name: string;
  readonly power: boolean;
  readonly transport: boolean;
  readonly controlType: 'main_bus' | 'sonos';
}

/** Table 2. */
export interface Page {
  readonly id: string;
  readonly name: string;
  readonly icon: string;
  readonly pageType: string;
  readonly dialChannel?: string;
  readonly channels: readonly ChannelKind[];
  readonly sources?: readonly AudioSource[];
}

type ChannelDetails = Partial<Omit<ChannelKind, 'id' | 'channelType' | 'dataType'>>;

const channel = (id: string, channelType: string, dataType: DataType, details: ChannelDetails = {}): ChannelKind => ({
  id,
  channelType,
  dataType,
  permission: 'read_write',
  properties: {},
  switched: false,
  actions: [],
  step: 1,
  ...details,
});

const DIAL = ['increment_decrement'];
const PERCENT = { min: 0, max: 100, units: '%' };
const level = (type: string) => (id: string) =>
  channel(`${id}/1`, type, 'percent', { properties: { ...PERCENT, isSwitched: true }, switched: true, actions: DIAL, step: 5 });
const presets = (type: string, max: number) => (id: string) =>
  channel(`${id}/1`, type, 'preset', { properties: { min: 0, max }, switched: true, actions: DIAL });
const shown = { permission: 'read' } as const;

const SOURCES: readonly AudioSource[] = [
  { name: 'Sonos', power: false, transport: true, controlType: 'sonos' },
  { name: 'Radio', power: true, transport: false, controlType: 'main_bus' },
  { name: 'Television', power: true, transport: false, controlType: 'main_bus' },
];

const single = (id: string, name: string, icon: string, makeChannel: (id: string) => ChannelKind): Page => ({
  id,
  name,
  icon,
  pageType: id.split('/')[0] ?? '',
  dialChannel: `${id}/1`,
  channels: [makeChannel(id)],
});

const climate = (
  id: string,
  name: string,
  icon: string,
  dataType: DataType,
  setpoint: ChannelDetails,
  current: ChannelKind['properties'],
): Page => ({
  id,
  name,
  icon,
  pageType: id.split('/')[0] ?? '',
  dialChannel: `${id}/1`,
  channels: [
    channel(`${id}/1`, `setpoint_${id.split('/')[0]}`, dataType, { actions: DIAL, ...setpoint }),
    channel(`${id}/2`, `current_${id.split('/')[0]}`, dataType, { ...shown, properties: current }),
  ],
});

const info = (id: string, name: string, icon: string, unit: string, unitState: string): Page => ({
  id,
  name,
  icon,
  pageType: 'info',
  channels: [channel(`${id}/1`, 'generic_string', 'string', { ...shown, unitState: { name: unitState, unit } })],
});

const sourcePage: Page = {
  id: 'source/1',
  name: 'Music',
  icon: 'volume',
  pageType: 'source',
  dialChannel: 'media/1/1',
  channels: [
    channel('media/1/1', 'media_volume', 'percent', { properties: PERCENT, actions: DIAL, step: 5 }),
    channel('media/1/2', 'media_transport_play_pause', 'switch', { actions: ['play_action', 'pause_action'] }),
    channel('media/1/3', 'media_transport_play_stop', 'switch'),
    channel('media/1/4', 'media_transport_pause_unpause', 'switch'),
    channel('media/1/5', 'media_transport_skip', 'action', { permission: 'write' }),
    channel('media/1/6', 'media_mute', 'switch'),
    channel('source/1/1', 'media_source_select', 'preset', { properties: { min: 0, max: SOURCES.length } }),
    channel('source/1/2', 'media_artwork', 'image', shown),
    channel('source/1/3', 'media_metadata', 'string', shown),
    channel('source/1/4', 'media_metadata', 'string', shown),
  ],
  sources: SOURCES,
};

const lights = [
  ['Kitchen', 'pendant'],
  ['Living room', 'main_lights'],
  ['Hall', 'down_lights'],
  ['Desk', 'table_lights'],
  ['Corner', 'floor_lights'],
] as const;
const shades = [
  ['Window', 'blinds'],
  ['Terrace', 'curtains'],
  ['Roof', 'blackout_blinds'],
  ['Bedroom', 'venetian'],
  ['Office', 'window_treatments'],
] as const;

/** Every page that Table 1 allows. */
export const PAGES: readonly Page[] = [
  single('light_scenes/1', 'Scenes', 'lighting_scenes', presets('light_scenes', 6)),
  ...lights.map(([name, icon], index) => single(`light/${index + 1}`, name, icon, level('light'))),
  single('shade_scenes/1', 'Shade scenes', 'window_treatments', presets('shade_scenes', 4)),
  ...shades.map(([name, icon], index) => single(`shade/${index + 1}`, name, icon, level('shade'))),
  climate(
    'temperature/1',
    'Heating',
    'underfloor_heating',
    'temperature',
    { properties: { min: 16, max: 28, units: 'C' }, step: 0.5 },
    { units: 'C' },
  ),
  climate('humidity/1', 'Humidity', 'water_drop', 'percent', { properties: PERCENT, step: 5 }, { units: '%' }),
  single('modes/1', 'Mode', 'modes', presets('modes', 4)),
  single('fan/1', 'Fan', 'fans', presets('fan', 3)),
  info('info/1', 'Air quality', 'air_quality', 'ppm', 'ppm_string'),
  info('info/2', 'Air pressure', 'air_pressure', 'Pa', 'pa_string'),
  sourcePage,
];

/** What a Turn has at first: one page of each type, and a second light. */
export const FIRST_PAGES = PAGES.map(({ id }) => id).filter((id) => id === 'light/2' || !/^(light|shade)\/[2-5]$/.test(id));
export const START_PAGE = 'light_scenes/1';

import { EventStreams } from '../http/event-streams';
import { Refused } from '../http/refused';
import type { JsonObject } from '../http/request';
import { found } from '../input';
import type { Services } from '../vendor';
import { Channel } from './channel';
import { FIRST_PAGES, PAGES, type Page, START_PAGE } from './pages';
import type { TurnState } from './state';

/** [G] The `modifiedBy` of events where a person used the Turn itself; made up like the one name that is known of the device. */
export const TURN = 'UserInterfaceServiceImpl';
/** The `modifiedBy` of the sensor's own changes, as seen in events. */
const SENSOR = 'InternalTemperatureServiceImpl';
/** The sample of the document, "Config Version". */
const CONFIG_VERSION = '2.0.0';
/** Seconds: "All SSE endpoints emit a heartbeat event every 30 seconds." */
const HEARTBEAT = 30;

const PLAY_PAUSE = 'media/1/2';
const PLAY_STOP = 'media/1/3';
const PAUSE_UNPAUSE = 'media/1/4';

/** [G] One feed of events for all channels, one for all control states, one for the configuration, one for Sonos. */
export type StreamName = 'channels' | 'states' | 'config' | 'sonos';

/** A wall dial: its pages, their channels, its own states, and its event streams. */
export class Turn {
  readonly streams: EventStreams;
  private readonly all = new Map(PAGES.flatMap(({ channels }) => channels).map((kind) => [kind.id, new Channel(kind)]));
  private readonly configured = new Set(FIRST_PAGES);
  private celsius = 21.5;
  /** [G] As with the first Turn: true after its start, until a client has sent it all values and sets it to false. */
  private ready = true;
  private policy = { previousEnabled: true, nextEnabled: true };

  constructor(private readonly services: Services) {
    this.streams = new EventStreams(services.clock, services.changed);
    this.streams.heartbeat = HEARTBEAT;
    this.measure(this.celsius);
  }

  get pages(): readonly Page[] {
    return PAGES.filter(({ id }) => this.configured.has(id));
  }

  get channels(): readonly Channel[] {
    return this.pages.flatMap(({ channels }) => channels.map(({ id }) => this.all.get(id) as Channel));
  }

  /** @throws Refused */
  channel(id: string): Channel {
    return found(
      this.channels.find(({ kind }) => kind.id === id),
      `channel ${id}`,
    );
  }

  /** Table 3. */
  object({ kind: { id, channelType, dataType, permission, properties }, state }: Channel): object {
    return { id, description: id, channelType, dataType, channel_permission: permission, properties, state };
  }

  /** "Can either send either 'value':{int} or 'on':{bool}". @throws Refused */
  put(id: string, body: JsonObject, sender: string): void {
    const channel = this.channel(id);
    const [entry, ...more] = Object.entries(body);
    if (!entry || more.length > 0) throw new Refused(400, 'The body must hold one state');
    // [G] The document only says that a channel can be modified "assuming it has the write permission".
    if (channel.kind.permission === 'write' && sender !== TURN) throw new Refused(403, `${id} is only written by the Turn`);
    this.change(sender, () => channel.put(...entry));
    // An action is an event each time, even where it is the same one.
    if (channel.kind.dataType === 'action') this.sendChannel(sender, channel);
  }

  /** "POSTs an action on a channel with the given payload." @throws Refused */
  act(id: string, body: JsonObject, sender: string): void {
    const channel = this.channel(id);
    const [[action, payload] = [], ...more] = Object.entries(body);
    if (action === undefined || more.length > 0 || !channel.kind.actions.includes(action))
      throw new Refused(400, `The body must hold one action of ${id}`);
    // The table has a number, the example text.
    if (!['0', '1'].includes(String(payload))) throw new Refused(400, `The payload of ${action} must be 0 or 1`);
    if (action === 'increment_decrement') this.change(sender, () => channel.step(Number(payload) > 0 ? 1 : -1));
    else if (Number(payload) === 1) this.change(sender, () => channel.put('value', action === 'play_action'));
  }

  step(id: string, count: number): void {
    this.change(TURN, () => this.channel(id).step(count));
  }

  /** "Resets all control states and channels to their initial state." [G] A measurement has none. */
  reset(sender: string): void {
    this.change(sender, () => {
      for (const channel of this.all.values()) channel.reset();
    });
    this.setReady(true, sender);
    this.measure(this.celsius);
  }

  /** A short power failure: all values are lost, all streams end. */
  restart(): void {
    this.streams.cut();
    this.reset(TURN);
  }

  /** @throws Refused */
  putStates(body: JsonObject, sender: string): void {
    const { ready, ...others } = body;
    // [G] What is measured cannot be set.
    if (ready === undefined || Object.keys(others).length > 0) throw new Refused(400, 'The only state that can be set is ready');
    if (!['true', 'false'].includes(String(ready))) throw new Refused(400, 'ready must be true or false');
    this.setReady(String(ready) === 'true', sender);
  }

  /** "Get all control state values": the document has a number here. */
  get states(): object {
    return { internal_temperature: this.celsius, ready: String(this.ready) };
  }

  /** The same, state by state, each as its own read has it: here the document has text. */
  readonly stateNames: Readonly<Record<string, () => Readonly<Record<string, string>>>> = {
    internal_temperature: () => ({ value: this.celsius.toFixed(1), fahrenheit: (this.celsius * 1.8 + 32).toFixed(1) }),
    ready: () => ({ value: String(this.ready) }),
  };

  /** Sets what the sensor in the Turn measures, which the heating page shows as the room's temperature. */
  measure(celsius: number): void {
    const before = this.celsius;
    this.celsius = celsius;
    this.change(SENSOR, () => this.all.get('temperature/1/2')?.put('value', celsius));
    if (before !== celsius) this.sendState('internal_temperature', SENSOR);
  }

  get transportControls(): TurnState['transportControls'] {
    return this.policy;
  }

  setTransportControls(policy: TurnState['transportControls']): void {
    this.policy = policy;
    this.send('sonos', 'transportControls', policy);
  }

  /** Table 2; [G] what the layout holds. */
  get config(): object {
    const pages = this.pages.map(({ channels, ...page }) => ({
      ...page,
      channels: channels.map(({ id }) => this.object(this.channel(id))),
      properties: {},
    }));
    return { pages, layout: {}, startPageId: this.configured.has(START_PAGE) ? START_PAGE : (pages[0]?.id ?? '') };
  }

  readonly configVersion = CONFIG_VERSION;

  /** Adds a page to the configuration or takes it out. [G] The notification has a name and nothing else. */
  configure(id: string, shown: boolean): void {
    if (shown) this.configured.add(id);
    else this.configured.delete(id);
    this.send('config', 'config', undefined);
  }

  describe(): TurnState {
    return {
      pages: this.pages.map(({ id, name, pageType, dialChannel, channels, sources }) => ({
        id,
        name,
        pageType,
        dialChannel: dialChannel ?? '',
        channels: channels.map(({ id: channel, step }) => {
          const { min, max, state } = this.channel(channel);
          return { id: channel, min, max, step, state };
        }),
        sources: sources ?? [],
      })),
      possiblePages: PAGES.map(({ id, name }) => ({ id, name })),
      internalTemperature: this.celsius,
      ready: this.ready,
      transportControls: this.policy,
      heartbeat: this.streams.heartbeat,
      streams: this.streams.count,
    };
  }

  private setReady(ready: boolean, sender: string): void {
    if (this.ready === ready) return;
    this.ready = ready;
    this.sendState('ready', sender);
  }

  /** Runs an action and sends one event for each channel that it changed. [G] There is none for what stays the same. */
  private change(sender: string, action: () => void): void {
    const seen = () => this.channels.map(({ state }) => JSON.stringify(state));
    const [before, played] = [seen(), this.isOn(PLAY_PAUSE)];
    action();
    this.keepInStep(played);
    const after = seen();
    for (const [index, channel] of this.channels.entries())
      if (before[index] !== after[index] && channel.kind.dataType !== 'action') this.sendChannel(sender, channel);
    if (played !== this.isOn(PLAY_PAUSE)) this.sendPlaying(sender);
    this.services.changed();
  }

  private isOn(id: string): boolean {
    return this.all.get(id)?.on ?? false;
  }

  /** "All methods keep in sync": playing is play without pause, "all other combinations are considered to be paused". */
  private keepInStep(played: boolean): void {
    const playing = this.isOn(PLAY_PAUSE);
    const together = this.isOn(PLAY_STOP) && !this.isOn(PAUSE_UNPAUSE);
    if (playing === together) return;
    if (playing === played) this.all.get(PLAY_PAUSE)?.put('value', together);
    else {
      // [G] Paused by the one channel means paused, not stopped, for the two others.
      this.all.get(PLAY_STOP)?.put('value', true);
      this.all.get(PAUSE_UNPAUSE)?.put('value', !playing);
    }
  }

  private sendChannel(modifiedBy: string, { kind, state }: Channel): void {
    this.send('channels', kind.id, { modifiedBy, state });
  }

  /** "Two outgoing action control endpoints which publish a single event"; [G] their form. */
  private sendPlaying(modifiedBy: string): void {
    const action = this.isOn(PLAY_PAUSE) ? 'play_action' : 'pause_action';
    if (this.configured.has('source/1')) this.send('channels', PLAY_PAUSE, { modifiedBy, action: { [action]: '1' } });
  }

  /** [G] In the form of the channels' events. */
  private sendState(name: string, modifiedBy: string): void {
    this.send('states', name, { modifiedBy, state: this.stateNames[name]?.() });
    this.services.changed();
  }

  private send(feed: StreamName, name: string, data: unknown): void {
    this.streams.send({ feed, name, data });
  }
}

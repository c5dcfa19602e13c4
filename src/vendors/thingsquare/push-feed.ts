import {
  STREAM_TIMING,
  type StreamDefinition,
  type StreamSource,
  type StreamSourceOptions,
  type StreamTiming,
} from '../../core/follow/stream';
import { StreamFeed, type StreamListener } from '../../core/follow/stream-feed';
import type { ReadOptions } from '../../core/http/request';
import { WebSocketStream } from '../../core/http/web-socket-stream';
import { readJson } from '../../core/json';
import type { Scope } from '../../core/scope';
import type { ThingsquareClient } from './client';
import type { Device } from './devices';
import { readListing } from './listing-feed';
import { type DevicesListener, MissingDevices } from './missing-devices';
import { type PushEvent, readPush } from './push-messages';

/** All in milliseconds. Tests wait less. */
export const PUSH: { timing: StreamTiming; ping: number; check: number; recheck: number } = {
  /** The vendor's library sends a ping each minute; the answers to two of these may be lost here. */
  timing: { ...STREAM_TIMING, silence: 75_000, standstill: 30_000 },
  ping: 30_000,
  /** [G] Nobody promises that the WebSocket tells of each change: what it has left out shows in a listing now and then. */
  check: 600_000,
  /** Until the listing that decides whether a device is registered no more. */
  recheck: 5000,
};

/** Facts: the vendor's library, which the document does not mention. */
export const PROTOCOL = 'thsq-user';
/** [G] What the unit of the time is; 0 is every change at once. */
const BEGINNING = JSON.stringify({ delta: true, throttletime: 0 });

/** Which are looked for in the first listing. */
const MOST_WAITING = 10_000;

type Devices = ReadonlyMap<string, Device>;

/** A node that follows the WebSocket. */
export interface PushListener extends StreamListener<PushEvent, Devices>, DevicesListener {}

/** The WebSocket of one frontend, with a listing as the state that it changes. */
class PushStream implements StreamDefinition<ThingsquareClient, PushEvent, Devices> {
  readonly path: string;
  readonly timing = PUSH.timing;
  /** Called where only a listing can tell what a message means. */
  incomplete = (): void => {};
  warn = (_text: string): void => {};
  /** Ids of the devices that are registered; undefined before the first listing, when messages wait for it. */
  private known: Set<string> | undefined;
  /** Ids in messages that have waited so. */
  private readonly waiting = new Set<string>();

  constructor(client: ThingsquareClient) {
    this.path = pushPath(client);
  }

  open(client: ThingsquareClient, options: StreamSourceOptions): StreamSource {
    return new WebSocketStream(client, {
      ...options,
      protocol: PROTOCOL,
      ping: PUSH.ping,
      onOpen: (connection) => {
        connection.send(BEGINNING);
        options.onOpen();
      },
      onMessage: (text) => options.onEvent('message', text),
    });
  }

  read(_name: string, text: string): readonly PushEvent[] | undefined {
    const { known, waiting } = this;
    const message = readPush(readJson(text), (id) => known?.has(id) ?? true, this.warn);
    if (!message) return undefined;
    const { event, isIncomplete } = message;
    for (const id of Object.keys(event.claimed)) known?.add(id);
    for (const id of event.removed) known?.delete(id);
    if (!known) for (const id of Object.keys(event.changed)) if (waiting.size < MOST_WAITING) waiting.add(id);
    if (isIncomplete) this.incomplete();
    return [event];
  }

  async snapshot(client: ThingsquareClient, options: ReadOptions): Promise<Devices> {
    const listing = await readListing(client, options);
    this.known = new Set(Object.keys(listing));
    if ([...this.waiting].some((id) => !this.known?.has(id))) this.incomplete();
    this.waiting.clear();
    return new Map(Object.entries(listing));
  }
}

/** One WebSocket for all nodes of a frontend. */
class PushFeed extends StreamFeed<ThingsquareClient, PushEvent, Devices, PushListener> {
  private readonly missing: MissingDevices;
  private isAsking = false;
  private readings = 0;

  constructor(client: ThingsquareClient, stream: PushStream, scope: Scope) {
    super(client, stream, scope);
    this.missing = new MissingDevices(client, PUSH.check);
    stream.incomplete = () => this.readAgain();
    stream.warn = (text) => this.warn(text);
  }

  /** What a node has heard does not fit what it knew: a listing tells what is true. */
  doubt(): void {
    this.readAgain();
  }

  protected override run(scope: Scope): Promise<never> {
    this.missing.reset();
    return super.run(scope);
  }

  protected override hasReadAll(devices: Devices, { scope }: StreamSource): void {
    this.keep(this.askForMissing(devices, scope));
    const reading = ++this.readings;
    scope.timeout(PUSH.check * (0.9 + 0.2 * Math.random()), () => {
      if (reading === this.readings) this.readAgain();
    });
  }

  private async askForMissing(devices: Devices, scope: Scope): Promise<void> {
    if (this.isAsking) return;
    this.isAsking = true;
    const isOpen = await this.missing.askFor(Object.fromEntries(devices), this.listeners, scope).finally(() => {
      this.isAsking = false;
    });
    if (isOpen) scope.timeout(PUSH.recheck, () => this.readAgain());
  }
}

/** The WebSocket that all nodes of a frontend share. */
export const pushOf = (client: ThingsquareClient): PushFeed =>
  client.share('push', (scope) => new PushFeed(client, new PushStream(client), scope));

/**
 * [G] At the frontend's own host, with its id, which is the first part of the host's name; without it where that is none, as the
 * vendor's library has it in a browser.
 */
export const pushPath = ({ settings }: ThingsquareClient): string =>
  `/0/session/${/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}(?=\.)/i.exec(new URL(settings.baseUrl).hostname)?.[0] ?? ''}`;

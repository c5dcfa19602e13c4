import { backoff } from '../../core/backoff';
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
export const PUSH: { timing: StreamTiming; ping: number; quiet: number; check: number; recheck: number } = {
  /** The vendor's library sends a ping each minute; the answers to two of these may be lost here. */
  timing: { ...STREAM_TIMING, silence: 75_000, standstill: 30_000 },
  ping: 30_000,
  /** [G] A WebSocket may outlive its session, and tell nothing then: after so long without a message the session is checked. */
  quiet: 60_000,
  /** [G] Nobody promises that the WebSocket tells of each change: what it has left out shows in a listing now and then. */
  check: 600_000,
  /** Until the listing that decides whether a device is registered no more. Longer each time for one that has what was left out. */
  recheck: 5000,
};

/** Facts: the vendor's library, which the document does not mention. */
export const PROTOCOL = 'thsq-user';
/** [G] What the unit of the time is; 0 is every change at once. */
const BEGINNING = JSON.stringify({ delta: true, throttletime: 0 });

/** Listings in a row, soon after each other, because devices that are known were left out. */
const MAX_REPEATED = 10;
/** Milliseconds between two of these. */
const REPEATED_MOST = 60_000;

/** Which are looked for in the first listing. */
const MAX_WAITING = 10_000;

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
  keep = (_work: Promise<unknown>): void => {};
  /** Ids of the devices that are registered; undefined before the first listing, when messages wait for it. */
  private known: Set<string> | undefined;
  /** Ids in messages that have waited so. */
  private readonly waiting = new Set<string>();

  constructor(client: ThingsquareClient) {
    this.path = pushPath(client);
  }

  open(client: ThingsquareClient, options: StreamSourceOptions): StreamSource {
    let last = performance.now();
    const stream = new WebSocketStream(client, {
      ...options,
      protocol: PROTOCOL,
      ping: PUSH.ping,
      onOpen: (connection) => {
        connection.send(BEGINNING);
        this.keep(checkSession(client, stream.scope, () => last));
        options.onOpen();
      },
      onMessage: (text) => {
        last = performance.now();
        options.onEvent('message', text);
      },
    });
    return stream;
  }

  /** A listing has left it out, but it is registered. */
  isThere(id: string): void {
    this.known?.add(id);
  }

  read(_name: string, text: string): readonly PushEvent[] | undefined {
    const { known, waiting } = this;
    const message = readPush(readJson(text), (id) => known?.has(id) ?? true, this.warn);
    if (!message) return undefined;
    const { event, isIncomplete } = message;
    for (const id of Object.keys(event.claimed)) known?.add(id);
    for (const id of event.removed) known?.delete(id);
    if (!known) for (const id of Object.keys(event.changed)) if (waiting.size < MAX_WAITING) waiting.add(id);
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

/** Checks it whenever the WebSocket has told nothing for a while; where there is another session then, the WebSocket is left at the next ping. */
async function checkSession({ session }: ThingsquareClient, scope: Scope, last: () => number): Promise<never> {
  for (let checked = performance.now(); ; ) {
    await scope.sleep(Math.max(0, Math.max(checked, last()) + PUSH.quiet - performance.now()));
    if (performance.now() < last() + PUSH.quiet) continue;
    await session.check(scope);
    checked = performance.now();
  }
}

/** One WebSocket for all nodes of a frontend. */
class PushFeed extends StreamFeed<ThingsquareClient, PushEvent, Devices, PushListener> {
  private readonly missing: MissingDevices;
  private isAsking = false;
  /** The latest, for which the missing devices are still to be asked. */
  private unasked: { readonly devices: Devices; readonly scope: Scope } | undefined;
  /** Listings in a row, of this connection, that have left out what is known. */
  private incomplete = 0;
  private connection: StreamSource | undefined;
  private readings = 0;

  constructor(client: ThingsquareClient, stream: PushStream, scope: Scope) {
    super(client, stream, scope);
    this.missing = new MissingDevices(client, PUSH.check, (id) => stream.isThere(id));
    stream.incomplete = () => this.readAgain();
    stream.warn = (text) => this.warn(text);
    stream.keep = (work) => this.keep(work);
  }

  /** What a node has heard does not fit what it knew: a listing tells what is true. */
  doubt(): void {
    this.readAgain();
  }

  protected override run(scope: Scope): Promise<never> {
    this.missing.reset();
    return super.run(scope);
  }

  protected override hasReadAll(devices: Devices, connection: StreamSource): void {
    const { scope } = connection;
    if (this.connection !== connection) this.incomplete = 0;
    this.connection = connection;
    this.keep(this.askForMissing(devices, scope));
    const reading = ++this.readings;
    scope.timeout(PUSH.check * (0.9 + 0.2 * Math.random()), () => {
      if (reading === this.readings) this.readAgain();
    });
  }

  private async askForMissing(devices: Devices, scope: Scope): Promise<void> {
    this.unasked = { devices, scope };
    if (this.isAsking) return;
    this.isAsking = true;
    try {
      while (this.unasked) {
        const { unasked } = this;
        this.unasked = undefined;
        const isOpen = await this.missing.askFor(Object.fromEntries(unasked.devices), this.listeners, unasked.scope);
        this.listAgain(isOpen, unasked.scope);
      }
    } finally {
      this.isAsking = false;
    }
  }

  /** Soon, until nothing that is known is left out. @param isOpen it decides whether something was removed */
  private listAgain(isOpen: boolean, scope: Scope): void {
    if (scope.ended) return;
    const isComplete = [...this.listeners].every((listener) => [...listener.absent()].length === 0);
    this.incomplete = isComplete ? 0 : this.incomplete + 1;
    if (isOpen) scope.timeout(PUSH.recheck, () => this.readAgain());
    else if (!isComplete && this.incomplete <= MAX_REPEATED)
      scope.timeout(backoff(this.incomplete, { first: PUSH.recheck, most: REPEATED_MOST }), () => this.readAgain());
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

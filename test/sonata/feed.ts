import { equal } from 'node:assert/strict';
import type { EnsembleError } from '../../src/core/errors';
import type { StreamState } from '../../src/core/follow/events';
import { Scope } from '../../src/core/scope';
import { type FeedOptions, MqttFeed } from '../../src/vendors/sonata/mqtt-feed';
import type { FeedMessage, MqttListener } from '../../src/vendors/sonata/recipients';
import { until } from '../kit/within';

/** Who listens to a feed, as an event node does. */
export class FeedListener implements MqttListener {
  readonly messages: FeedMessage[] = [];
  readonly states: StreamState[] = [];
  readonly reports: EnsembleError[] = [];
  readonly warnings = new Set<string>();

  constructor(
    readonly nodeId = 'listener',
    readonly deviceId: number | undefined = undefined,
  ) {}

  receive(message: FeedMessage): void {
    this.messages.push(message);
  }

  state(state: StreamState): void {
    this.states.push(state);
  }

  report(error: EnsembleError): void {
    this.reports.push(error);
  }

  warn(text: string): void {
    this.warnings.add(text);
  }

  get texts(): string[] {
    return this.messages.map(({ text }) => text);
  }

  /** The texts, each with what is said of it. */
  get marked(): string[] {
    return this.messages.map(({ text, initial, resumed }) => `${text}${initial ? ' initial' : ''}${resumed ? ' resumed' : ''}`);
  }

  get is(): StreamState | undefined {
    return this.states.at(-1);
  }

  async live(): Promise<void> {
    await until('live', () => this.is?.is === 'live');
  }

  async failed(is: 'retrying' | 'failed', code: string): Promise<void> {
    const isWanted = () => this.states.some((state) => state.is === is && state.error.code === code);
    await until(
      `${is} with ${code}`,
      () => isWanted() || this.states.map((state) => JSON.stringify(state)),
      (seen) => seen === true,
    );
  }

  async receives(count: number): Promise<void> {
    await until(
      `${count} messages`,
      () => this.messages.length,
      (length) => length >= count,
    );
  }
}

let feeds: MqttFeed[] = [];
let clients = 0;

/** Of which no session is known. */
export const newClientId = (): string => `feed-${process.pid}-${clients++}`;

export function openFeed(url: string, options: Partial<FeedOptions> = {}): MqttFeed {
  const feed = new MqttFeed({
    url,
    username: undefined,
    password: undefined,
    tls: undefined,
    timeout: 10_000,
    installationId: 7,
    group: undefined,
    clientId: newClientId(),
    ...options,
  });
  feeds.push(feed);
  return feed;
}

export interface Membership {
  leave(): void;
  remove(): Promise<void>;
}

export function listenTo(feed: MqttFeed, listener: FeedListener): Membership {
  const scope = new Scope();
  feed.join(listener, scope);
  return { leave: () => void scope.end(), remove: () => feed.remove(listener) };
}

/** A feed with one listener. */
export function listen(
  url: string,
  options: Partial<FeedOptions> = {},
): { listener: FeedListener; feed: MqttFeed; membership: Membership } {
  const feed = openFeed(url, options);
  const listener = new FeedListener();
  return { listener, feed, membership: listenTo(feed, listener) };
}

/** Ends all that were opened. */
export async function closeFeeds(): Promise<void> {
  await Promise.all(feeds.map((feed) => feed.close()));
  feeds = [];
}

/** Runs with other values of what an object holds. */
export async function having<T extends object>(object: T, changed: Partial<T>, run: () => Promise<void>): Promise<void> {
  const before = { ...object };
  Object.assign(object, changed);
  try {
    await run();
  } finally {
    Object.assign(object, before);
    equal(Object.keys(object).length, Object.keys(before).length);
  }
}

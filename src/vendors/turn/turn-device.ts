import type { Connection, ConnectOptions } from '../../core/connection';
import { asEnsembleError } from '../../core/errors';
import { HttpClient } from '../../core/http/client';
import type { HttpRequest, HttpResponse, SendOptions } from '../../core/http/request';
import { integer, optional, text, type Values } from '../../core/schema/parameters';
import { Scope } from '../../core/scope';
import { type ChannelFacts, documentedFacts, factsOf } from './channel-values';
import { type Channel, readChannels, readVersion } from './channels';
import { type FeedKind, feedKinds, type Reading } from './feed-kinds';
import type { FeedTiming } from './feed-timing';
import { OwnChanges } from './own-changes';
import { TurnFeed } from './turn-feed';

export { lookups } from './lookups';

const HOST = 'a host name or an IP address (IPv6 in brackets: [::1]), without http:// and port';

/** Facts: the vendor's "Turn 2 Public API Documentation" 1.4.4; what it leaves open is marked [G] where it is guessed. */
export const settings = {
  host: text({
    label: 'Host',
    help: 'Name or IP address of the Turn in the local network.',
    pattern: '^(\\[[0-9a-fA-F:.]+\\]|[^\\s/:@?#\\[\\]]+)$',
    expected: HOST,
    host: true,
    addressing: true,
  }),
  port: integer({ label: 'Port', help: 'Port of the public API.', min: 1, max: 65535, default: 55555, addressing: true }),
  senderId: optional(
    text({
      label: 'Sender ID',
      help: 'Tells the changes that come from here from those of others. Empty: one of its own.',
      pattern: '^[!-~]([ -~]*[!-~])?$',
      expected: 'plain characters, without spaces around them',
      addressing: false,
    }),
  ),
};

/** The Turn has no login: whoever is in its network may use it. */
export const credentials = {};

const MOST_CHANNELS = 1000;

export type TurnSettings = Values<typeof settings>;
type Options = ConnectOptions<TurnSettings, unknown>;

/** One Turn: its channels as far as they are known, and its streams. */
export class TurnClient implements Connection<TurnSettings> {
  readonly vendor = 'turn';
  readonly settings: TurnSettings;
  /** In every request, and in every event that a request of ours causes. */
  readonly senderId: string;
  /** Milliseconds for one request. */
  readonly timeout: number;
  readonly http: HttpClient;
  readonly ownChanges = new OwnChanges();
  private readonly facts = new Map<string, ChannelFacts>();
  private readonly scope = new Scope();
  private readonly feeds = new Map<FeedKind, TurnFeed>();

  constructor(
    { settings, network, identity }: Options,
    /** How patient the streams are. */
    private readonly timing?: FeedTiming,
  ) {
    this.settings = settings;
    this.timeout = network.timeout;
    this.senderId = settings.senderId ?? `ensemble-${identity.slice(0, 12)}`;
    const baseUrl = `${network.tls ? 'https' : 'http'}://${settings.host}:${settings.port}/api/v1.0`;
    this.http = new HttpClient({ ...network, baseUrl, headers: { 'Sender-Id': this.senderId } });
    this.scope.defer(() => this.http.close());
  }

  send(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    return this.http.send(request, options);
  }

  /** Keeps what an answer told of channels, and returns it. */
  learn(channels: readonly Channel[]): readonly Channel[] {
    for (const channel of channels) this.keepFacts(channel.id, factsOf(channel));
    return channels;
  }

  /** All channels of the device, read anew. @throws EnsembleError */
  async readChannels(reading: Reading): Promise<readonly Channel[]> {
    return this.learn(readChannels(await this.send({ method: 'GET', path: '/control/channels' }, { repeatable: true, ...reading })));
  }

  /** What the device has told of a channel, else what the document says. */
  factsOf(id: string): ChannelFacts {
    const known = this.facts.get(id);
    if (known) return known;
    const facts = documentedFacts(id);
    this.keepFacts(id, facts);
    return facts;
  }

  /** Ids come from answers and events: a peer gone mad must not fill the memory. For more channels the document's facts hold. */
  private keepFacts(id: string, facts: ChannelFacts): void {
    if (this.facts.has(id) || this.facts.size < MOST_CHANNELS) this.facts.set(id, facts);
  }

  /** The stream of a kind: one connection for all who listen. */
  feed(kind: keyof typeof feedKinds): TurnFeed {
    const known = feedKinds[kind];
    const feed = this.feeds.get(known) ?? new TurnFeed(this, known, this.timing);
    if (!this.feeds.has(known)) {
      this.feeds.set(known, feed);
      this.scope.defer(() => feed.close());
    }
    return feed;
  }

  close(): Promise<void> {
    return this.scope.end();
  }
}

export const connect = (options: Options): TurnClient => new TurnClient(options);

/** Reads the channels, and the version, of which the document says little: it does not decide. */
export async function test(device: TurnClient, scope: Scope): Promise<string> {
  const version = device.send({ method: 'GET', path: '/config/version' }, { repeatable: true, scope }).then(readVersion);
  const [read, channels] = await Promise.all([
    version.catch((thrown: unknown) => `unknown (${asEnsembleError(thrown).message})`),
    device.readChannels({ scope }),
  ]);
  return `The Turn answers: configuration version ${read}, ${channels.length} channels.`;
}

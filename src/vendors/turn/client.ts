import type { ConnectOptions } from '../../core/connection';
import type { StreamTiming } from '../../core/follow/stream';
import type { ReadOptions } from '../../core/http/request';
import { HttpConnection } from '../../core/http-connection';
import { type ChannelFacts, documentedFacts, factsOf } from './channel-values';
import { type Channel, readChannels } from './channels';
import { OwnChannelChanges } from './own-changes';
import { vocabulary } from './vocabulary';

const MAX_CHANNELS = 1000;

export interface TurnSettings {
  /** A name or an IP address (IPv6 in brackets). */
  readonly host: string;
  readonly port: number;
  /** Goes with every request; undefined: one of its own. */
  readonly senderId: string | undefined;
}

export type TurnOptions = ConnectOptions<TurnSettings, unknown>;

/** One Turn: its channels as far as they are known, and its streams. */
export class TurnClient extends HttpConnection<TurnSettings> {
  readonly vendor = 'turn';
  /** In every request, and in every event that a request of ours causes. */
  readonly senderId: string;
  readonly ownChanges = new OwnChannelChanges();
  private readonly facts = new Map<string, ChannelFacts>();

  constructor(
    { settings, network, identity }: TurnOptions,
    /** How patient the streams are. */
    readonly timing?: StreamTiming,
  ) {
    const senderId = settings.senderId ?? `ensemble-${identity.slice(0, 12)}`;
    const baseUrl = `${network.tls ? 'https' : 'http'}://${settings.host}:${settings.port}/api/v1.0`;
    super(settings, { ...network, baseUrl, vocabulary, headers: { 'Sender-Id': senderId } });
    this.senderId = senderId;
  }

  /** Keeps what a response told of channels, and returns it. */
  learn(channels: readonly Channel[]): readonly Channel[] {
    for (const channel of channels) this.keepFacts(channel.id, factsOf(channel));
    return channels;
  }

  /** All channels of the device, read anew. @throws EnsembleError */
  async readChannels(options: ReadOptions): Promise<readonly Channel[]> {
    return this.learn(readChannels(await this.read('/control/channels', options)));
  }

  /** What the device has told of a channel, else what the document says. */
  factsOf(id: string): ChannelFacts {
    const known = this.facts.get(id);
    if (known) return known;
    const facts = documentedFacts(id);
    this.keepFacts(id, facts);
    return facts;
  }

  /** Ids come from responses and events, and must not fill the memory. For further channels the document's facts count. */
  private keepFacts(id: string, facts: ChannelFacts): void {
    if (this.facts.has(id) || this.facts.size < MAX_CHANNELS) this.facts.set(id, facts);
  }
}

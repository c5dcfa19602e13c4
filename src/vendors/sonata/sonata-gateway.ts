import type { Connection, ConnectOptions, Lookup } from '../../core/connection';
import { asEnsembleError, EnsembleError } from '../../core/errors';
import { accountOf } from '../../core/follow/login';
import { HttpClient } from '../../core/http/client';
import { redactor } from '../../core/http/redact';
import type { HttpRequest, HttpResponse, SendOptions } from '../../core/http/request';
import { address, choice, integer, optional, text, type Values } from '../../core/schema/parameters';
import { Scope } from '../../core/scope';
import type { FeedUser } from './feed-members';
import { HeardDevices } from './heard-devices';
import type { FeedOptions, Membership, MqttFeed } from './mqtt-feed';
import { type BrokerOptions, checkLogin } from './mqtt-login';
import { filtersOf } from './mqtt-topics';

/** The vendor's document, "Board identification": 4 bytes and 2 bytes. */
export const installationId = integer({
  label: 'Installation ID',
  help: 'The number of the installation, as printed on the gateway.',
  min: 0,
  max: 0xffffffff,
  addressing: false,
});

export const settings = {
  baseUrl: address({
    label: 'Server',
    help: 'Address of the Sonata REST server.',
    options: ['https:', 'http:'],
    default: 'https://sonata.twist-innovation.com',
  }),
  installationId: optional(installationId),
  patternKey: choice({
    label: 'Pattern key',
    help: 'The name under which a pattern is sent. The vendor’s document uses both names; sending both suits either server.',
    options: ['both', 'values', 'pattern'],
    optionLabels: { both: 'both' },
    default: 'both',
    addressing: false,
  }),
  mqttUrl: address({
    label: 'MQTT broker',
    help: 'Address of the broker, for events over MQTT.',
    options: ['mqtt:', 'mqtts:'],
    default: 'mqtt://sonata.twist-innovation.com:1883',
  }),
};

/** The vendor gives out broker credentials to its customers; its REST server asks for none. */
export const credentials = {
  mqttUsername: optional(
    text({ secret: false, label: 'MQTT user', help: 'User name at the broker, given out by the vendor.', sentTo: ['mqttUrl'] }),
  ),
  mqttPassword: optional(text({ label: 'MQTT password', help: 'Password at the broker, given out by the vendor.', sentTo: ['mqttUrl'] })),
};

export type SonataSettings = Values<typeof settings>;
type Options = ConnectOptions<SonataSettings, Values<typeof credentials>>;

/** One installation: its REST server, its broker, and the devices that have been heard of. */
export class SonataClient implements Connection<SonataSettings> {
  readonly vendor = 'sonata';
  readonly settings: SonataSettings;
  /** At the broker: nobody logs in at the REST server. */
  readonly account: string;
  /** From the events that came in. */
  readonly heard = new HeardDevices();
  private readonly scope = new Scope();
  private readonly http: HttpClient;
  /** By the shared group; one connection to the broker serves all nodes without one. */
  private readonly feeds = new Map<string | undefined, MqttFeed>();

  constructor(private readonly options: Options) {
    this.settings = options.settings;
    const { mqttUsername, mqttPassword } = options.credentials;
    this.account = accountOf(this.settings.mqttUrl, mqttUsername, mqttPassword);
    this.http = new HttpClient({ ...options.network, baseUrl: this.settings.baseUrl, redact: redactor([mqttUsername, mqttPassword]) });
    this.scope.defer(() => this.http.close());
  }

  send(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    return this.http.send(request, options);
  }

  /** Receives the installation's events over MQTT. @throws EnsembleError NOT_CONFIGURED */
  joinFeed(group: string | undefined, user: FeedUser): Membership {
    const { MqttFeed }: typeof import('./mqtt-feed') = require('./mqtt-feed');
    const feed = this.feeds.get(group) ?? new MqttFeed(this.feedOptions(group));
    if (!this.feeds.has(group)) {
      this.feeds.set(group, feed);
      this.scope.defer(() => feed.close());
    }
    return feed.join(user);
  }

  close(): Promise<void> {
    return this.scope.end();
  }

  /** The broker has let in this user a moment ago. */
  retryLogin(): void {
    for (const feed of this.feeds.values()) feed.retry();
  }

  get hasLogin(): boolean {
    const { mqttUsername, mqttPassword } = this.options.credentials;
    return (mqttUsername ?? mqttPassword) !== undefined;
  }

  /**
   * Whether the broker lets this gateway in, and to its events.
   * @throws EnsembleError NOT_CONFIGURED, UNAUTHORIZED, FORBIDDEN, UNREACHABLE, TIMEOUT, REJECTED
   */
  tryBroker(scope: Scope): Promise<void> {
    const { tryBroker }: typeof import('./mqtt-connection') = require('./mqtt-connection');
    return tryBroker(this.login(), filtersOf({ installationId: this.settings.installationId, group: undefined }, undefined), scope);
  }

  /** @throws EnsembleError NOT_CONFIGURED */
  private login(): BrokerOptions {
    const { settings, credentials, network } = this.options;
    const { tls, timeout } = network;
    const login = { url: settings.mqttUrl, username: credentials.mqttUsername, password: credentials.mqttPassword, tls, timeout };
    checkLogin(login);
    return login;
  }

  private feedOptions(group: string | undefined): FeedOptions {
    const clientId = `ensemble-${this.options.identity.slice(0, 12)}${group === undefined ? '' : `-${group}`}`;
    return { ...this.login(), installationId: this.settings.installationId, clientId, group };
  }
}

export const connect = (options: Options): SonataClient => new SonataClient(options);

/** Tries the REST server, and the broker where a user for it is given. */
export async function test(gateway: SonataClient, scope: Scope): Promise<string> {
  await tryServer(gateway, scope);
  if (!gateway.hasLogin) return 'The Sonata server answers. There is no MQTT user: the broker was not tried.';
  await gateway.tryBroker(scope);
  return 'The Sonata server answers. The broker accepts the MQTT user.';
}

/** Asks for a subscription without an address: the document has a refusal for that, and nothing changes at the vendor. */
async function tryServer(gateway: SonataClient, scope: Scope): Promise<void> {
  try {
    await gateway.send({ method: 'POST', path: '/subscribe', json: {} }, { repeatable: true, scope });
  } catch (error) {
    // Whatever stands before a server answers with a 400 too; only the server itself says this.
    const { statusCode, vendorMessage } = asEnsembleError(error).cause;
    if (statusCode === 400 && vendorMessage === 'URL is required') return;
    if (statusCode !== 400) throw error;
  }
  throw new EnsembleError('BAD_RESPONSE', 'something answers there, but not as a Sonata server does');
}

export const lookups: Record<string, Lookup<SonataClient>> = {
  devices: {
    /** The vendor lists no devices: those that the deployed gateway has heard of are the ones that can be named. */
    async fill({ settings }, { deployed }) {
      const heard = deployed?.heard.list(settings.installationId) ?? [];
      return heard.map(([installation, device]) => ({ value: String(device), label: `${installation}/${device}` }));
    },
  },
};

import type { ConnectOptions } from '../../core/connection';
import { accountOf } from '../../core/follow/login';
import { redactor } from '../../core/http/redact';
import { HttpConnection } from '../../core/http-connection';
import { type BrokerOptions, checkLogin } from '../../core/mqtt/broker';
import type { Scope } from '../../core/scope';
import { KnownDevices } from './known-devices';
import type { FeedOptions, MqttFeed } from './mqtt-feed';
import { filtersOf } from './mqtt-topics';
import { vocabulary } from './vocabulary';

export interface SonataSettings {
  /** Of the REST server. */
  readonly baseUrl: string;
  /** From 0 to 4294967295; undefined: each message names one. */
  readonly installationId: number | undefined;
  /** The key of a pattern in a request: the vendor's document has two names for it. */
  readonly patternKey: 'both' | 'values' | 'pattern';
  /** Of the broker: `mqtt:` or `mqtts:`. */
  readonly mqttUrl: string;
}

export interface SonataCredentials {
  readonly mqttUsername: string | undefined;
  readonly mqttPassword: string | undefined;
}

export type SonataOptions = ConnectOptions<SonataSettings, SonataCredentials>;

/** One installation: its REST server, its broker, and the devices that are known of it. */
export class SonataClient extends HttpConnection<SonataSettings> {
  readonly vendor = 'sonata';
  /** At the broker: the REST server has no login. */
  readonly account: string;
  /** From the events that came in, and from what was sent. */
  readonly devices = new KnownDevices();
  private readonly feeds = new Set<MqttFeed>();

  constructor(private readonly options: SonataOptions) {
    const { settings, credentials, network } = options;
    const { mqttUsername, mqttPassword } = credentials;
    super(settings, { ...network, baseUrl: settings.baseUrl, vocabulary, redact: redactor([mqttUsername, mqttPassword]) });
    this.account = accountOf(settings.mqttUrl, mqttUsername, mqttPassword);
  }

  /**
   * The installation's events over MQTT: one connection to the broker serves all nodes with the same shared group, or without one.
   * @throws EnsembleError NOT_CONFIGURED
   */
  feedOf(group: string | undefined): MqttFeed {
    return this.share(`events of ${group}`, (scope) => {
      const { MqttFeed }: typeof import('./mqtt-feed') = require('./mqtt-feed');
      const feed = new MqttFeed(this.feedOptions(group));
      this.feeds.add(feed);
      scope.defer(() => feed.close());
      return feed;
    });
  }

  /** The broker has accepted the login a moment ago. */
  retryLogin(): void {
    for (const feed of this.feeds) feed.retry();
  }

  get hasLogin(): boolean {
    const { mqttUsername, mqttPassword } = this.options.credentials;
    return (mqttUsername ?? mqttPassword) !== undefined;
  }

  /**
   * Whether the broker accepts this gateway's login and its subscriptions.
   * @throws EnsembleError NOT_CONFIGURED, UNAUTHORIZED, FORBIDDEN, UNREACHABLE, TIMEOUT, REJECTED
   */
  tryBroker(scope: Scope): Promise<void> {
    const { tryBroker }: typeof import('../../core/mqtt/connection') = require('../../core/mqtt/connection');
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

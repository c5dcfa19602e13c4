import type { ConnectOptions } from '../../core/connection';
import { asEnsembleError } from '../../core/errors';
import { accountOf } from '../../core/follow/login';
import { redactor } from '../../core/http/redact';
import type { HttpRequest, HttpResponse, SendOptions } from '../../core/http/request';
import { HttpConnection } from '../../core/http-connection';
import { type BrokerOptions, checkLogin } from '../../core/mqtt/broker';
import type { Scope } from '../../core/scope';
import type { SonataEvent } from './event-form';
import { KnownDevices } from './known-devices';
import type { FeedOptions, MqttFeed } from './mqtt-feed';
import { filtersOf } from './mqtt-topics';
import { isMatrixRequest, type MatrixRequest, type PatternKey, patternRequest } from './requests';
import type { Restorer } from './restore';
import { type ShownPatterns, shownPatternsOf } from './shown-patterns';
import { vocabulary } from './vocabulary';

export interface SonataSettings {
  /** Of the REST server. */
  readonly baseUrl: string;
  /** From 0 to 4294967295; undefined: each message names one. */
  readonly installationId: number | undefined;
  /** The key of a pattern in a request: the vendor's document has two names for it. */
  readonly patternKey: PatternKey;
  /** Of the broker: `mqtt:` or `mqtts:`. */
  readonly mqttUrl: string;
  /** A matrix that has started gets again what it showed last. */
  readonly restoreOnAlive: boolean;
}

export interface SonataCredentials {
  readonly mqttUsername: string | undefined;
  readonly mqttPassword: string | undefined;
}

export type SonataOptions = ConnectOptions<SonataSettings, SonataCredentials>;

const [SPACE, OPENING_BRACE] = [0x20, 0x7b];
/** All LEDs at the highest level. */
const FULL: readonly number[] = Array<number>(100).fill(15);

/** One installation: its REST server, its broker, and the devices that are known of it. */
export class SonataClient extends HttpConnection<SonataSettings> {
  readonly vendor = 'sonata';
  /** At the broker: the REST server has no login. */
  readonly account: string;
  /** From the events that came in, and from what was sent. */
  readonly devices = new KnownDevices();
  private readonly shown: ShownPatterns;
  /** Undefined where `restoreOnAlive` is off. */
  private restorer: Restorer | undefined;
  private readonly feeds = new Set<MqttFeed>();

  constructor(private readonly options: SonataOptions) {
    const { settings, credentials, network } = options;
    const { mqttUsername, mqttPassword } = credentials;
    super(settings, { ...network, baseUrl: settings.baseUrl, vocabulary, redact: redactor([mqttUsername, mqttPassword]) });
    this.account = accountOf(settings.mqttUrl, mqttUsername, mqttPassword);
    this.shown = shownPatternsOf(`${options.identity} ${settings.baseUrl}`);
  }

  override send(request: HttpRequest, options: SendOptions): Promise<HttpResponse> {
    return isMatrixRequest(request) ? this.change(request, options) : super.send(request, options);
  }

  /** The config node is deployed. */
  begin(): void {
    const { settings, scope, shown, options } = this;
    if (!settings.restoreOnAlive) return;
    const { Restorer, listenerOf }: typeof import('./restore') = require('./restore');
    const warn = options.warn ?? (() => {});
    const send = (request: HttpRequest, how: SendOptions) => this.send(request, how);
    this.restorer = new Restorer({ scope, shown, warn, send, installationId: settings.installationId, patternKey: settings.patternKey });
    const listener = listenerOf(options.identity, warn, (event, isInitial) => void this.hear(event, isInitial));
    try {
      this.feedOf(undefined).join(listener, scope);
    } catch (error) {
      listener.report(asEnsembleError(error));
    }
  }

  /** Whether an event is of the gateway's installation. */
  concerns({ installationId }: SonataEvent): boolean {
    const { settings } = this;
    return settings.installationId === undefined || settings.installationId === installationId;
  }

  /** Learns from an event of its installation. False where there is no room for its device in the list. */
  hear({ installationId, deviceId, type, pattern }: SonataEvent, isInitial: boolean): boolean {
    const ids = { installation_id: installationId, device_id: deviceId };
    if (pattern) this.shown.hear(ids, pattern, isInitial);
    if (type === 'alive' && !isInitial) this.restorer?.alive(ids);
    return this.devices.add(installationId, deviceId);
  }

  /** Remembers the device, for the list in the panels, and what it shows. */
  private async change(given: MatrixRequest, options: SendOptions): Promise<HttpResponse> {
    const matrix = this.shown.sentTo(given.matrix);
    const shows = given.shows === 'again' ? (matrix.lit ?? FULL) : given.shows;
    const request = given.shows === 'again' ? patternRequest(given.matrix, shows as readonly number[], this.settings.patternKey) : given;
    const end = matrix.begin(shows);
    let isAccepted = false;
    try {
      const response = await super.send(request, options);
      // A proxy's page is no success.
      isAccepted = response.body.find((byte) => byte > SPACE) === OPENING_BRACE;
      if (isAccepted) this.devices.add(given.matrix.installation_id, given.matrix.device_id);
      return response;
    } finally {
      end(isAccepted);
    }
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

import { connect, type IPublishPacket, type MqttClient } from 'mqtt';
import { told } from '../error-texts';
import { asEnsembleError, EnsembleError } from '../errors';
import { Scope } from '../scope';
import { type BrokerOptions, clientOptions, noAnswer, reasonOf } from './broker';

/** An event, as the broker sends it. */
export type Packet = IPublishPacket;

export interface ConnectionOptions {
  /** Undefined: any. */
  readonly clientId: string | undefined;
  /** Whether the broker forgets the session at the end of the connection, and what it kept of one before. */
  readonly clean: boolean;
}

/** What happens on a connection. */
export interface ConnectionHandler {
  /** The broker has accepted it. */
  up(sessionPresent: boolean): void;
  /** Bytes have come in, which will be read now. */
  bytes?(): void;
  /** Calls back when the packet may be acknowledged; no further one is read before that. */
  publish?(packet: Packet, acknowledge: () => void): void;
  pinged?(): void;
  /** The broker has answered a ping. */
  ponged?(): void;
}

const KEEPALIVE_SECONDS = 60;
/** Milliseconds that a DISCONNECT may take. */
const CLOSING = 500;
/** Filters in one SUBSCRIBE: AWS IoT takes no more. */
const FILTERS_PER_SUBSCRIBE = 8;
/** MQTT 3.1.1, 3.9.3 */
const SUBACK_FAILURE = 0x80;

/** One connection to a broker, from CONNECT to its end; each response of the broker is limited by `timeout`. */
export class MqttConnection {
  /** Fulfilled at the end, with the reason; undefined where it was ended from here. */
  readonly ended: Promise<EnsembleError | undefined>;
  /** When the broker accepted it (`performance.now()`). */
  acceptedAt: number | undefined;
  /** Ends with the connection. */
  readonly scope = new Scope();
  private readonly client: MqttClient;
  private reason: EnsembleError | undefined;
  private isEnding = false;
  /** Filters that the broker has been asked for, and has not answered. */
  private asking: readonly string[] = [];

  /** @throws what Node.js says of TLS settings that it cannot use */
  constructor(
    private readonly login: BrokerOptions,
    { clientId, clean }: ConnectionOptions,
    handler: ConnectionHandler,
  ) {
    const client = connect({
      ...clientOptions(login),
      ...(clientId !== undefined && { clientId }),
      clean,
      keepalive: KEEPALIVE_SECONDS,
      // The next connection is another MqttConnection, with the subscriptions that are wanted then.
      reconnectPeriod: 0,
      resubscribe: false,
    });
    this.client = client;
    let firstError: Error | undefined;
    client.on('error', (error) => {
      firstError ??= error;
    });
    client.on('connect', ({ sessionPresent }) => {
      this.acceptedAt = performance.now();
      handler.up(sessionPresent);
    });
    // Here and not at the event `message`: a packet is acknowledged only when it has been handed on.
    if (handler.publish) client.handleMessage = handler.publish.bind(handler);
    if (handler.bytes) client.stream.prependListener('data', handler.bytes.bind(handler));
    client.on('packetsend', ({ cmd }) => cmd === 'pingreq' && handler.pinged?.());
    client.on('packetreceive', ({ cmd }) => cmd === 'pingresp' && handler.ponged?.());
    this.ended = new Promise((resolve) =>
      client.once('close', () => {
        if (!this.isEnding) this.reason ??= this.whileAsking(reasonOf(firstError, login, this.acceptedAt !== undefined));
        void this.scope.end();
        resolve(this.reason);
      }),
    );
  }

  get isUp(): boolean {
    return this.client.connected && !this.isEnding && !this.scope.ended;
  }

  ping(): void {
    if (this.isUp) this.client.sendPing();
  }

  /** Returns the filters that the broker refused. @throws EnsembleError why the connection ended before it answered */
  async subscribe(filters: readonly string[]): Promise<readonly string[]> {
    const refused: string[] = [];
    for (const batch of batches(filters)) {
      this.asking = batch;
      const granted = await this.inTime('a subscription', this.grantedOf(batch));
      this.asking = [];
      for (const [index, filter] of batch.entries()) if ((granted[index] ?? SUBACK_FAILURE) >= SUBACK_FAILURE) refused.push(filter);
    }
    return refused;
  }

  /** @throws EnsembleError why the connection ended before the broker answered */
  async unsubscribe(filters: readonly string[]): Promise<void> {
    for (const batch of batches(filters)) await this.inTime('the end of a subscription', this.client.unsubscribeAsync(batch));
  }

  /** Ends it with a DISCONNECT, or after a moment without; a session stays with the broker. */
  async end(): Promise<void> {
    this.isEnding = true;
    if (this.client.connected) {
      // Open requests are not waited for.
      this.client.end();
      await this.scope.waitAtMost(CLOSING, this.ended);
    }
    this.client.stream.destroy();
    await this.ended;
  }

  /** Some brokers, such as AWS IoT, do not refuse a subscription, but end the connection. */
  private whileAsking(reason: EnsembleError): EnsembleError {
    if (this.asking.length === 0) return reason;
    return reason.withMessage(`${reason.message}, at a subscription to ${this.asking.join(', ')}: it may not be allowed`);
  }

  private grantedOf(filters: string[]): Promise<readonly number[]> {
    return new Promise((resolve, reject) =>
      // Where a filter is refused there is an error beside the response.
      this.client.subscribe(filters, { qos: 1 }, (error, _, packet) => (packet ? resolve(packet.granted as number[]) : reject(error))),
    );
  }

  private async inTime<T>(what: string, response: Promise<T>): Promise<T> {
    const { url, timeout } = this.login;
    const stop = this.scope.timeout(timeout, () => this.fail(noAnswer(new URL(url).host, `${what} `, timeout)));
    try {
      return await this.scope.race(response);
    } catch {
      throw this.reason ?? new EnsembleError('CANCELLED', 'the connection to the broker was ended', told('code.CANCELLED'));
    } finally {
      stop();
    }
  }

  private fail(reason: EnsembleError): void {
    this.reason ??= reason;
    this.client.stream.destroy();
  }
}

/** @throws EnsembleError NOT_CONFIGURED where Node.js cannot use the TLS settings */
export function openConnection(login: BrokerOptions, options: ConnectionOptions, handler: ConnectionHandler): MqttConnection {
  try {
    return new MqttConnection(login, options, handler);
  } catch (error) {
    const { message } = asEnsembleError(error);
    throw new EnsembleError('NOT_CONFIGURED', `tls: ${message}`, told('notInTls', { detail: message }, ['tls']));
  }
}

function batches(filters: readonly string[]): string[][] {
  return Array.from({ length: Math.ceil(filters.length / FILTERS_PER_SUBSCRIBE) }, (_, index) =>
    filters.slice(index * FILTERS_PER_SUBSCRIBE, (index + 1) * FILTERS_PER_SUBSCRIBE),
  );
}

export const refusedFilters = (filters: readonly string[]): EnsembleError =>
  new EnsembleError(
    'FORBIDDEN',
    `the broker refuses a subscription to ${filters.join(', ')}`,
    told('broker.forbidden', { topics: filters.join(', ') }),
  );

/**
 * Connects once, without a session, subscribes, and disconnects.
 * @throws EnsembleError UNAUTHORIZED, FORBIDDEN (a subscription), UNREACHABLE, TIMEOUT, REJECTED
 */
export async function tryBroker(login: BrokerOptions, filters: readonly string[], scope: Scope): Promise<void> {
  const refused = await refusedBy(login, filters, scope);
  if (refused.length > 0) throw refusedFilters(refused);
}

/**
 * Connects once, without a session, subscribes, and disconnects. Returns the filters that the broker refuses.
 * @throws EnsembleError NOT_CONFIGURED (TLS), UNAUTHORIZED, UNREACHABLE, TIMEOUT, REJECTED
 */
export async function refusedBy(login: BrokerOptions, filters: readonly string[], scope: Scope): Promise<readonly string[]> {
  let up = (): void => {};
  const accepted = new Promise<void>((resolve) => {
    up = resolve;
  });
  const connection = openConnection(login, { clientId: undefined, clean: true }, { up });
  scope.defer(() => connection.end());
  try {
    const reason = await scope.race(Promise.race([accepted, connection.ended]));
    if (reason) throw reason;
    return await scope.race(connection.subscribe(filters));
  } finally {
    await connection.end();
  }
}

import type { IClientOptions } from 'mqtt';
import type { Network } from '../connection';
import { told } from '../error-texts';
import { EnsembleError } from '../errors';
import { toldOfConnection } from '../http/told';

/** Address and login of the broker. */
export interface BrokerOptions {
  readonly url: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: Network['tls'];
  /** Milliseconds that the broker may take for each response. */
  readonly timeout: number;
}

/** Bytes of a text. MQTT 3.1.1, 1.5.3 */
const LONGEST_TEXT = 65_535;

/** @throws EnsembleError NOT_CONFIGURED where the parts of a login contradict each other */
export function checkLogin({ url, username, password, tls }: BrokerOptions): void {
  // MQTT 3.1.1, 3.1.2.9
  if (password !== undefined && username === undefined)
    throw new EnsembleError(
      'NOT_CONFIGURED',
      'mqttUsername is missing: MQTT allows no password without a user name',
      told('broker.needsUsername', {}, ['mqttUsername']),
    );
  for (const [name, value = ''] of Object.entries({ mqttUsername: username, mqttPassword: password }))
    if (Buffer.byteLength(value) > LONGEST_TEXT)
      throw new EnsembleError(
        'NOT_CONFIGURED',
        `${name} must have at most ${LONGEST_TEXT} bytes: MQTT takes no more`,
        told('tooLong', { bytes: LONGEST_TEXT }, [name]),
      );
  if (tls && new URL(url).protocol === 'mqtt:')
    throw new EnsembleError(
      'NOT_CONFIGURED',
      'tls is chosen, but mqttUrl begins with mqtt://, which is without TLS: take mqtts://, or another configuration without tls for the broker',
      told('broker.withoutTls', {}, ['mqttUrl', 'tls']),
    );
}

/** The URL is split here: mqtt.js would read a client id and another login from it. */
export function clientOptions({ url, username, password, tls, timeout }: BrokerOptions): IClientOptions {
  const { protocol, hostname, port } = new URL(url);
  return {
    ...(tls as IClientOptions),
    protocol: protocol.slice(0, -1) as 'mqtt' | 'mqtts',
    host: hostname.replace(/^\[|\]$/g, ''),
    ...(port && { port: Number(port) }),
    protocolVersion: 4,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    connectTimeout: timeout,
  };
}

/** MQTT 3.1.1, table 3.1 */
const UNAVAILABLE = 3;
const BAD_LOGIN = 4;
const NOT_AUTHORIZED = 5;

/** What comes of a TLS connection to a port without TLS, the reverse, and of a server that is no broker. */
const isOtherProtocol = (code: unknown, message = ''): boolean =>
  code === 'ECONNRESET' || code === 'EPROTO' || message.startsWith('Invalid ');

/** What a server's TLS says of the certificate of a client, or of its absence. */
const BAD_CERTIFICATE =
  /_ALERT_(BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(REQUIRED|UNKNOWN|EXPIRED|REVOKED)|UNKNOWN_CA|ACCESS_DENIED)$/;

type ClientError = Error & { code?: unknown };

/** Why a connection failed, by the first error of the client. @param wasAccepted by the broker, before that */
export function reasonOf(error: ClientError | undefined, login: BrokerOptions, wasAccepted: boolean): EnsembleError {
  const { url, username, tls, timeout } = login;
  const { host: where, protocol } = new URL(url);
  const { code, message } = error ?? {};
  if (code === BAD_LOGIN || code === NOT_AUTHORIZED) {
    const what = username === undefined ? 'accepts no client without a user name' : 'refused the user name or password';
    const sentence = told(username === undefined ? 'broker.noLogin' : 'broker.login', { where }, ['mqttUsername', 'mqttPassword']);
    return new EnsembleError('UNAUTHORIZED', `the broker ${where} ${what} (CONNACK ${code})`, sentence);
  }
  const [alert] = typeof code === 'string' ? (BAD_CERTIFICATE.exec(code) ?? []) : [];
  if (alert) {
    const what = tls?.cert ? 'refused the client certificate' : 'wants a client certificate, and tls has none';
    const sentence = told(tls?.cert ? 'broker.certificate' : 'broker.noCertificate', { where }, ['tls']);
    return new EnsembleError('UNAUTHORIZED', `the broker ${where} ${what} (${code})`, sentence);
  }
  if (code === UNAVAILABLE) {
    const what = `the broker ${where} says that it is not available (CONNACK 3)`;
    return new EnsembleError('UNREACHABLE', what, told('broker.unavailable', { where }));
  }
  if (typeof code === 'number') {
    const sentence = told('broker.rejected', { where, reason: message ?? code });
    return new EnsembleError('REJECTED', `the broker ${where} refused: ${message}`, sentence);
  }
  if (message === 'connack timeout') return noAnswer(where, '', timeout);
  if (!wasAccepted && isOtherProtocol(code, message))
    return new EnsembleError(
      'UNREACHABLE',
      `${where} does not answer as a broker for ${protocol}// does: ${message}`,
      told('broker.otherProtocol', { where, protocol: `${protocol}//` }),
    );
  const trouble = { code: String(code ?? message ?? ''), url: new URL(url), proxy: undefined, sent: wasAccepted };
  return new EnsembleError(
    'UNREACHABLE',
    `the broker ${where} cannot be reached: ${message || code || 'the connection broke'}`,
    toldOfConnection(trouble),
  );
}

/** @param what the broker was asked */
export const noAnswer = (where: string, what: string, timeout: number): EnsembleError =>
  new EnsembleError(
    'TIMEOUT',
    `the broker ${where} did not answer ${what}within ${timeout} ms`,
    told('broker.noResponse', { where, seconds: timeout / 1000 }),
  );

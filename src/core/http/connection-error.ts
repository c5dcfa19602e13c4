import { told } from '../error-texts';
import { EnsembleError } from '../errors';
import { otherPeer } from './proxy';
import { toldOfConnection } from './told';

/** undici's messages for responses that it does not support. */
const UNASKED: ReadonlyMap<string, string> = new Map([
  ['bad response', 'HTTP 100 (continue)'],
  ['bad upgrade', 'HTTP 101 (another protocol)'],
]);

/** Of Node.js or undici. */
type ConnectionError = Error & { readonly code?: string };

interface Circumstances {
  /** Of the attempt. */
  readonly name: string;
  readonly url: URL;
  /** The request has left, or part of it. */
  readonly sent: boolean;
  /** Milliseconds for a connection. */
  readonly timeout: number;
}

const codeOf = ({ code, name }: ConnectionError): string => code ?? name;

/** Another attempt cannot help: a certificate that is refused stays refused. */
export const isPermanent = (error: ConnectionError): boolean => /CERT|SSL|TLS|SIGNED|VERIFY|ALTNAME/.test(codeOf(error));

/** Why an attempt has no response. */
export function connectionError(error: ConnectionError, { name, url, sent, timeout }: Circumstances): EnsembleError {
  const code = codeOf(error);
  const { host: where } = url;
  if (code === 'UND_ERR_INVALID_ARG') {
    const message = `${name} cannot be sent: its path or one of its headers is not valid in HTTP`;
    return new EnsembleError('BAD_RESPONSE', message, told('badRequest'));
  }
  if (code === 'UND_ERR_CONNECT_TIMEOUT') {
    const sentence = told('noConnection', { where, seconds: timeout / 1000 });
    return new EnsembleError('TIMEOUT', `no connection to ${where} within ${timeout} ms`, sentence);
  }
  const odd = oddResponse(error, name, where);
  if (odd) return odd;
  const refused = /^Proxy response \((\d+)\)/.exec(error.message)?.[1];
  if (refused) {
    const sentence = told('proxyRefused', { where, status: Number(refused) });
    return new EnsembleError('UNREACHABLE', `the proxy refused a connection to ${where} with HTTP ${refused}`, sentence);
  }
  const proxy = otherPeer(error, url);
  const reach = `${where} cannot be reached${proxy ? `: there is no connection to the proxy ${proxy}` : ''}`;
  const broken = sent ? `the connection to ${where} broke during ${name}` : reach;
  return new EnsembleError('UNREACHABLE', `${broken} (${code})`, toldOfConnection({ code, url, proxy, sent }));
}

function oddResponse(error: ConnectionError, name: string, where: string): EnsembleError | undefined {
  const { message } = error;
  const unasked = UNASKED.get(message);
  const code = codeOf(error);
  if (unasked) {
    const sentence = told('noHttp', { where, reason: code });
    return new EnsembleError('BAD_RESPONSE', `${where} answered ${name} with ${unasked}, which was not requested`, sentence);
  }
  if (error.name !== 'HTTPParserError') return undefined;
  return new EnsembleError(
    'BAD_RESPONSE',
    `${where} does not respond in valid HTTP: ${message} (${code})`,
    told('noHttp', { where, reason: code }),
  );
}

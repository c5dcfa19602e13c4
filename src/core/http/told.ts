import { told } from '../error-texts';
import type { ErrorCode } from '../errors';
import type { Sentence } from '../sentence';
import { isRedirect } from './error-response';

/** What a request met on its way. */
interface Trouble {
  /** Of Node.js or undici. */
  readonly code: string;
  readonly url: URL;
  /** The address of a proxy that does not answer. */
  readonly proxy: string | undefined;
  /** The request has left. */
  readonly sent: boolean;
}

/** The peer answers without TLS, or with something else than TLS. */
const NO_TLS = /WRONG_VERSION_NUMBER|PACKET_LENGTH|EPROTO/;
const CERTIFICATE = /CERT|SIGNED|VERIFY|ALTNAME|ISSUER/;

/** For a panel: why there is no connection, or why it broke. */
export function toldOfConnection({ code, url: { host: where, hostname: host }, proxy, sent }: Trouble): Sentence {
  if (NO_TLS.test(code)) return told('noTls', { where });
  if (CERTIFICATE.test(code)) return told('certificate', { where, reason: code });
  if (sent) return told('broken', { where });
  if (proxy !== undefined) return told('proxyUnreachable', { proxy });
  if (code === 'ECONNREFUSED') return told('noAnswer', { where });
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return told('unknownHost', { host });
  if (/^E(HOST|NET|ADDR)/.test(code)) return told('noRoute', { where });
  return told('unreachable', { where, reason: code });
}

/** What a response says that is no success. */
interface Refusal {
  readonly code: ErrorCode;
  readonly status: number;
  readonly isPage?: boolean;
  readonly needsSignIn?: boolean;
  readonly retryAfter?: number | undefined;
}

/** For a panel: what the status of a response means. */
export function toldOfStatus({ code, status, isPage, needsSignIn, retryAfter }: Refusal, where: string): Sentence {
  if (needsSignIn) return told('signIn');
  if (isRedirect(status)) return told('redirect', { where, status });
  if (isPage) return told('page', { status });
  switch (code) {
    case 'UNAUTHORIZED':
      return told('login', { where, status });
    case 'FORBIDDEN':
      return told('forbidden', { where, status });
    case 'NOT_FOUND':
      return told('notFound', { where, status });
    case 'RATE_LIMITED':
      return retryAfter === undefined
        ? told('tooMany', { status })
        : told('tooManyUntil', { status, seconds: Math.ceil(retryAfter / 1000) });
    case 'VENDOR_ERROR':
    case 'TIMEOUT':
      return told('serverError', { where, status });
    default:
      return told('rejected', { where, status });
  }
}

import type { ErrorCode } from '../errors';
import { readJson } from '../json';
import { isObject } from '../objects';
import { urlOf } from '../schema/host';
import type { HttpResponse } from './request';

export const isSuccess = (status: number): boolean => status >= 200 && status < 300;

const STATUS_CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHORIZED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  408: 'TIMEOUT',
  429: 'RATE_LIMITED',
};

export const codeOfStatus = (status: number): ErrorCode =>
  STATUS_CODES[status] ?? (status >= 500 ? 'VENDOR_ERROR' : status >= 400 ? 'REJECTED' : 'BAD_RESPONSE');

const REDIRECTS: ReadonlySet<number> = new Set([300, 301, 302, 303, 307, 308]);
export const isRedirect = (status: number): boolean => REDIRECTS.has(status);

/** Describes a status that is neither a success nor an error. */
export function oddStatus(status: number, location: string | undefined, base: string): string {
  if (isRedirect(status)) return `a redirect${redirectTarget(location, base)} (HTTP ${status}), which is not followed`;
  if (status === 304) return 'HTTP 304 (not modified), although the request was not conditional';
  return `HTTP ${status}, which is no response to it`;
}

/** The host alone: a path or a query may hold private data. */
function redirectTarget(location: string | undefined, base: string): string {
  const origin = location === undefined ? undefined : urlOf(location, base)?.origin;
  return origin === undefined || origin === 'null' ? '' : ` to ${origin}`;
}

/** Fields in which vendors say what was wrong; the first that is not empty counts. */
const MESSAGE_FIELDS = ['message', 'error_description', 'error', 'detail'];
const MAX_READ = 64 * 1024;

/** Whether it is a page for people, as proxies send it. Some servers call every text HTML; without markup it is no page. */
export function isPage({ body, contentType }: Pick<HttpResponse, 'body' | 'contentType'>): boolean {
  const text = body.toString('utf8', 0, MAX_READ).trim();
  return text.startsWith('<') || (contentType.includes('html') && text.includes('<'));
}

/** The vendor's words of an error: a field of a JSON body, or a short plain text. */
export function vendorMessageIn({ body, contentType }: Pick<HttpResponse, 'body' | 'contentType'>): string | undefined {
  const text = body.toString('utf8', 0, MAX_READ).trim();
  // UTF-16 and binary data have zeros.
  if (text === '' || text.includes('\0') || isPage({ body, contentType })) return undefined;
  try {
    return messageIn(readJson(text));
  } catch {
    // The text itself is the message.
    return text;
  }
}

function messageIn(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (!isObject(value)) return undefined;
  const said = MESSAGE_FIELDS.map((name) => value[name]);
  const plain = said.find((words): words is string => typeof words === 'string' && words !== '');
  // `{"error": {"message": "..."}}`
  return plain ?? said.map((nested) => (typeof nested === 'object' ? messageIn(nested) : undefined)).find((words) => words !== undefined);
}

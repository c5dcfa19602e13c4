import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

export const REFUSAL =
  'The simulated devices are for this machine alone: no page of another site may use them, nor a name that others can give to it';

/**
 * No foreign site may act or read through the person's browser, not even under a name that leads to this machine. What is no
 * browser (a node, curl) says nothing of a site.
 * @param isPage people are sent there by links
 */
export function isForeign({ method, headers }: IncomingMessage, isPage: boolean): boolean {
  const { host, origin, 'sec-fetch-site': site = 'none', 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers;
  if (host !== undefined && !isOwnName(host)) return true;
  if (origin !== undefined && !isSameHost(origin, host)) return true;
  const isLink = isPage && method === 'GET' && mode === 'navigate' && destination === 'document';
  return site !== 'same-origin' && site !== 'none' && !isLink;
}

/** An address, or a name that no name server of the Internet gives out: whoever owns another one can let it lead here. */
function isOwnName(host: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$|\.$/g, '');
  const isLocal = !name.includes('.') || /\.(localhost|local|lan|home|internal|localdomain|home\.arpa)$/.test(name);
  return isIP(name) !== 0 || isLocal || name === hostname().toLowerCase();
}

/** Behind a proxy it may be https. */
function isSameHost(origin: string, host = ''): boolean {
  if (!/^https?:/.test(origin) || !URL.canParse(origin)) return false;
  const { protocol, host: asked } = new URL(origin);
  return URL.canParse(`${protocol}//${host}`) && new URL(`${protocol}//${host}`).host === asked;
}

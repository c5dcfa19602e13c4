import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';
import { hostname } from 'node:os';

export const FOREIGN =
  'The simulated devices are for this machine alone: no page of another site may use them, nor a name that others can give to it';

/**
 * Whether a request comes from the page of another site in a browser on this machine, even if under a name that leads to this
 * machine. Clients that are no browsers (a node, curl) send no header about a site.
 * @param isLinked other sites may link to the path
 */
export function isForeign({ method, headers }: IncomingMessage, isLinked: boolean): boolean {
  const { host, origin, 'sec-fetch-site': site = 'none', 'sec-fetch-mode': mode, 'sec-fetch-dest': destination } = headers;
  if (host !== undefined && !isOwnName(host)) return true;
  if (origin !== undefined && !isSameHost(origin, host)) return true;
  const isLink = isLinked && method === 'GET' && mode === 'navigate' && destination === 'document';
  return site !== 'same-origin' && site !== 'none' && !isLink;
}

/** An IP address, or a name that no public name server resolves: the owner of a public name can make it lead here. */
function isOwnName(host: string): boolean {
  if (!URL.canParse(`http://${host}`)) return false;
  const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$|\.$/g, '');
  const isLocal = !name.includes('.') || /\.(localhost|local|lan|home|internal|localdomain|home\.arpa)$/.test(name);
  return isIP(name) !== 0 || isLocal || name === hostname().toLowerCase();
}

/** Whether both are the same host, whatever the protocol: behind a proxy the origin may be https. */
function isSameHost(origin: string, host = ''): boolean {
  if (!/^https?:/.test(origin) || !URL.canParse(origin)) return false;
  const { protocol, host: expected } = new URL(origin);
  return URL.canParse(`${protocol}//${host}`) && new URL(`${protocol}//${host}`).host === expected;
}

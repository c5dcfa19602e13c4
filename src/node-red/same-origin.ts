import type { IncomingHttpHeaders } from 'node:http';
import { urlOf } from '../core/schema/host';

/**
 * Whether a browser sends a request for a page of another site. Without `adminAuth` nothing else prevents that: Node-RED 4 permits
 * every site to send any content type and any header, `X-Forwarded-Host` too. So `Sec-Fetch-Site` counts first, which browsers send
 * over https and on this machine. Clients that are no browsers send neither header, and are permitted.
 */
export function isForeign(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site !== 'same-origin' && site !== 'none';
  return headers.origin !== undefined && !isOrigin(headers.origin, headers);
}

/** Whether an origin such as `https://name:8443` is the one that a request was sent to, at Node-RED or at a proxy in front of it. */
export function isOrigin(origin: string, headers: IncomingHttpHeaders): boolean {
  const url = urlOf(origin);
  if (!url) return false;
  const isIt = (name: string): boolean => {
    const sent = urlOf(`${url.protocol}//${name}`);
    // Some proxies pass on the name without its port (`proxy_set_header Host $host`).
    return sent?.host === url.host || (sent?.hostname === url.hostname && !/:\d+$/.test(name));
  };
  return hostsOf(headers).some(isIt);
}

/** The names by which a request came: to Node-RED, and to the proxies in front of it. */
function hostsOf({ host = '', forwarded = '', 'x-forwarded-host': forwardedHost = '' }: IncomingHttpHeaders): string[] {
  const passedOn = [forwardedHost].flat().flatMap((list) => list.split(','));
  const standard = [...forwarded.matchAll(/\bhost="?([^\s",;]+)/gi)].map(([, name = '']) => name);
  return [host, ...passedOn, ...standard].map((name) => name.trim()).filter((name) => name !== '');
}

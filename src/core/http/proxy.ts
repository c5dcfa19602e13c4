import { told } from '../error-texts';
import { EnsembleError } from '../errors';
import { urlOf } from '../schema/host';

/** The environment's proxy, none, or one that the user chose. */
export type ProxyChoice = 'environment' | 'none' | { readonly url: string; readonly noProxy: readonly string[] };

/** The proxies of the two schemes; undefined where requests go directly to the vendor. */
interface Proxies {
  readonly httpProxy?: string;
  readonly httpsProxy?: string;
  readonly noProxy?: string;
}

const SCHEMES: ReadonlySet<string> = new Set(['http:', 'https:', 'socks:', 'socks5:']);

/**
 * The address of a proxy, which many write without its scheme: `proxy.example:3128`.
 * @throws EnsembleError NOT_CONFIGURED with its name and without its value, which may have a password in it
 */
export function proxyAddress(name: string, given: string): URL {
  const text = given.trim();
  const withScheme = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = urlOf(withScheme);
  if (!url || !SCHEMES.has(url.protocol) || url.hostname === '' || !isDecodable(url.username) || !isDecodable(url.password))
    throw new EnsembleError(
      'NOT_CONFIGURED',
      `${name} must be the address of a proxy, such as http://proxy.example:3128`,
      told('proxyAddress', {}, [name]),
    );
  return url;
}

const isDecodable = (text: string): boolean => {
  try {
    return decodeURIComponent(text) !== undefined;
  } catch {
    return false;
  }
};

/** The environment's proxies; undefined where it has none. @throws EnsembleError NOT_CONFIGURED naming the variable that is malformed */
export function environmentProxies(): Proxies | undefined {
  const httpProxy = fromEnvironment('http_proxy');
  const httpsProxy = fromEnvironment('https_proxy');
  if (httpProxy === undefined && httpsProxy === undefined) return undefined;
  // An empty one means none; without it, undici would read the environment itself.
  return { httpProxy: httpProxy ?? '', httpsProxy: httpsProxy ?? httpProxy ?? '' };
}

/** Lower case first, then upper case, as other programs read it. */
function fromEnvironment(variable: string): string | undefined {
  for (const name of [variable, variable.toUpperCase()]) {
    const value = process.env[name];
    if (value !== undefined) return value.trim() === '' ? undefined : proxyAddress(name, value).href;
  }
  return undefined;
}

export const chosenProxies = ({ url, noProxy }: Exclude<ProxyChoice, string>): Proxies => {
  const { href } = proxyAddress('proxy', url);
  return { httpProxy: href, httpsProxy: href, noProxy: noProxy.join(',') };
};

/** The address without a connection, from Node's error, where that is not the vendor's. */
export function otherPeer(error: Error, vendor: URL): string | undefined {
  const { hostname, address, port } = error as { hostname?: string; address?: string; port?: number };
  if (hostname !== undefined) return hostname === vendor.hostname ? undefined : hostname;
  const own = Number(vendor.port) || (vendor.protocol === 'https:' ? 443 : 80);
  return port === undefined || port === own ? undefined : `${address}:${port}`;
}

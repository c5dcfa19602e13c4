import { type buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from 'undici';
import { chosenProxies, environmentProxies } from './proxy';
import type { HttpClientOptions } from './request';

const CONNECTIONS = 64;

/** When kept connections are given up. Tests wait less. */
export const POOL = {
  /** Milliseconds that one is used at most: the host name may have another address by then. */
  age: 300_000,
  /** So many responses with 5xx in a row may come from an address that the host name no longer has. */
  failures: 3,
  /** Milliseconds between two renewals for that reason: new connections cost a vendor in trouble more than kept ones. */
  pause: 10_000,
};

/** The connections to one vendor address, which are kept for some time. One that is given up ends after the requests that are under way on it. */
export class ConnectionPool {
  private readonly create: () => Dispatcher;
  private pool: Dispatcher;
  /** `performance.now()` */
  private made = performance.now();
  private failures = 0;
  private readonly leaving = new Set<Dispatcher>();

  /** @throws EnsembleError NOT_CONFIGURED where a proxy is malformed */
  constructor(origin: string, options: HttpClientOptions) {
    this.create = poolMaker(origin, options);
    this.pool = this.create();
  }

  /** For a request that begins now. */
  get(): Dispatcher {
    if (performance.now() - this.made > POOL.age) this.renew();
    return this.pool;
  }

  /** To be called at every response. */
  answered(statusCode: number): void {
    this.failures = statusCode >= 500 ? this.failures + 1 : 0;
    if (this.failures >= POOL.failures && performance.now() - this.made > POOL.pause) this.renew();
  }

  /** Ends all at once. */
  async destroy(): Promise<void> {
    await Promise.all([this.pool, ...this.leaving].map((pool) => pool.destroy()));
  }

  private renew(): void {
    const old = this.pool;
    this.pool = this.create();
    this.made = performance.now();
    this.failures = 0;
    this.leaving.add(old);
    const left = () => this.leaving.delete(old);
    // Where it is destroyed meanwhile, it is removed too.
    old.close().then(left, left);
  }
}

/** @throws EnsembleError NOT_CONFIGURED where a proxy is malformed */
function poolMaker(origin: string, { tls, proxy = 'none', timeout }: HttpClientOptions): () => Dispatcher {
  // Our own timer covers the whole attempt; undici's would round to seconds.
  const common = { headersTimeout: 0, bodyTimeout: 0, connections: CONNECTIONS, allowH2: false };
  const connect = { ...tls, timeout } as NonNullable<Pool.Options['connect']>;
  const proxies = proxy === 'none' ? undefined : proxy === 'environment' ? environmentProxies() : chosenProxies(proxy);
  if (!proxies) return () => new Pool(origin, { ...common, connect });
  const requestTls = tls as NonNullable<EnvHttpProxyAgent.Options['requestTls']>;
  return () => new EnvHttpProxyAgent({ ...common, connect, factory: createTunnels, ...(tls && { requestTls }), ...proxies });
}

/**
 * undici keeps trying, at once and for ever, where a proxy breaks off the connection instead of opening a tunnel: it takes
 * the code of that break for one of a tunnel that was open before.
 */
function createTunnels(origin: string | URL, options: object): Pool {
  const { connect } = options as { connect?: unknown };
  // Only those that lead through the proxy have a function of their own.
  if (typeof connect !== 'function') return new Pool(origin, options);
  const through: buildConnector.connector = (to, callback) =>
    connect(to, (...[error, socket]: buildConnector.CallbackArgs) => {
      if (error) callback(isBreak(error) ? Object.assign(new Error(error.message), { code: 'ECONNRESET' }) : error, null);
      else callback(null, socket);
    });
  return new Pool(origin, { ...options, connect: through });
}

const isBreak = (error: Error): boolean => 'code' in error && error.code === 'UND_ERR_SOCKET';

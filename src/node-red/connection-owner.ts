import type { ConnectionOptions } from 'node:tls';
import type { Connection, ConnectOptions, TokenStore } from '../core/connection';
import { EnsembleError } from '../core/errors';
import { environmentProxies, type ProxyChoice, proxyAddress } from '../core/http/proxy';
import { connectionSettings } from '../core/node-settings';
import { parseCredentials, parseSettings } from '../core/schema/parse';
import { Scope } from '../core/scope';
import type { Clients, ConfigNodeType } from './clients';
import type { ConfigNodeDefinition, ConfigNodeModule } from './config-node-definition';
import { identityOf } from './identity';
import type { Red, RuntimeNode } from './red';
import { tokensOf } from './tokens';

/** Milliseconds that a removed node has to say goodbye: close takes under two seconds, whatever hangs. */
const GOODBYE = 1000;

const owners = new WeakMap<RuntimeNode, ConnectionOwner>();
/** The running config nodes by the id that they have in the editor: several where they stand in a subflow. */
const running = new Map<string, Set<RuntimeNode>>();

/** Makes a config node known as the owner of its connection, until it closes. */
export function join(node: RuntimeNode, owner: ConnectionOwner): { leave(): void } {
  const id = node._alias ?? node.id;
  const instances = running.get(id) ?? new Set();
  owners.set(node, owner);
  running.set(id, instances.add(node));
  return {
    leave() {
      instances.delete(node);
      if (instances.size === 0 && running.get(id) === instances) running.delete(id);
    },
  };
}

export const instancesOf = (id: string): RuntimeNode[] => [...(running.get(id) ?? [])];

/** The connection that a node's `connection` property names. @throws EnsembleError NOT_CONFIGURED */
export function connectionOf<T extends ConfigNodeType>(RED: Red, id: unknown, type: T): ConnectionOwner<Clients[T]> {
  const node = typeof id === 'string' && id !== '' ? RED.nodes.getNode(id) : null;
  const owner = node?.type === type ? owners.get(node) : undefined;
  if (!owner) throw new EnsembleError('NOT_CONFIGURED', `connection: no ${type} is chosen, or it is disabled`);
  // What the type of a config node makes is known to the compiler alone, see `Clients`.
  return owner as ConnectionOwner<Clients[T]>;
}

/** What a connection is made from, beside what stands in its config node. */
interface ConnectionSource<C extends Connection> extends Pick<ConfigNodeDefinition<never>, 'reach'> {
  load(): Pick<ConfigNodeModule<C>, 'settings' | 'credentials' | 'connect'>;
}

/** Makes the connection when it is first used, and ends it with its node. */
export class ConnectionOwner<C extends Connection = Connection> {
  private readonly scope = new Scope();
  private readonly goodbyes = new Set<Promise<unknown>>();
  private connection: C | undefined;

  constructor(
    private readonly RED: Red,
    private readonly source: ConnectionSource<C>,
    private readonly config: Readonly<Record<string, unknown>> & { readonly id: string },
    private readonly credentials: Readonly<Record<string, unknown>>,
    /** Keeps the sign-in that counts. */
    private readonly tokens: TokenStore = tokensOf(RED, config.id),
    /** A dialog has nobody who reads it. */
    private readonly warn: (text: string) => void = () => {},
  ) {}

  /** @throws EnsembleError NOT_CONFIGURED naming the field that is missing or wrong */
  get(): C {
    if (this.scope.ended) throw new EnsembleError('CANCELLED', 'the connection was closed by a deploy or shutdown');
    this.connection ??= this.connect();
    return this.connection;
  }

  /** What is connected now, without connecting. */
  get current(): C | undefined {
    return this.connection;
  }

  /** Everything that a connection needs, in form. @throws EnsembleError NOT_CONFIGURED naming the field that is missing or wrong */
  options(): ConnectOptions<unknown, unknown> {
    const { RED, config } = this;
    const { settings, credentials } = this.source.load();
    const { timeout } = parseSettings(connectionSettings, config);
    const tls = tlsOptions(RED, config.tls);
    const parsed = parseSettings(settings, config);
    return {
      settings: parsed,
      credentials: parseCredentials(credentials, this.credentials, parsed),
      network: { timeout, proxy: proxyChoice(RED, config.proxy, this.source.reach), ...(tls && { tls }) },
      identity: identityOf(RED, config.id),
      tokens: this.tokens,
      warn: this.warn,
    };
  }

  /** Lets a node that goes for good say goodbye to the vendor before the connection ends. Returns when it has, or time is up. */
  async hold(goodbye: Promise<unknown>): Promise<void> {
    const bounded = this.scope.waitAtMost(GOODBYE, goodbye);
    this.goodbyes.add(bounded);
    await bounded;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.goodbyes);
    await this.scope.end();
  }

  private connect(): C {
    const connection = this.source.load().connect(this.options());
    this.scope.defer(() => connection.close());
    return connection;
  }
}

interface TlsNode extends RuntimeNode {
  addTLSOptions(options: ConnectionOptions): void;
}
interface ProxyNode extends RuntimeNode {
  readonly url?: string;
  readonly noproxy?: readonly string[];
}

/** A node of another type may have an address and credentials, too: those are not for us. */
function referenced<T extends RuntimeNode>(RED: Red, id: unknown, field: string, type: string): T | undefined {
  if (typeof id !== 'string' || id === '') return undefined;
  const node = RED.nodes.getNode(id);
  if (node?.type !== type)
    throw new EnsembleError('NOT_CONFIGURED', `${field}: the chosen configuration is not deployed, or it is disabled`);
  return node as T;
}

function tlsOptions(RED: Red, id: unknown): ConnectionOptions | undefined {
  const node = referenced<TlsNode>(RED, id, 'tls', 'tls-config');
  if (!node) return undefined;
  const options: ConnectionOptions = {};
  node.addTLSOptions(options);
  return options;
}

function proxyChoice(RED: Red, id: unknown, reach: ConfigNodeDefinition<never>['reach']): ProxyChoice {
  const node = referenced<ProxyNode>(RED, id, 'proxy', 'http proxy');
  if (!node?.url) {
    if (reach === 'lan') return 'none';
    // A variable that is malformed shows at the deploy.
    environmentProxies();
    return 'environment';
  }
  const url = proxyAddress('proxy', node.url);
  const { username, password } = node.credentials ?? {};
  if (username) Object.assign(url, { username, password: password ?? '' });
  return { url: url.href, noProxy: node.noproxy ?? [] };
}

import type { ConnectionOptions } from 'node:tls';
import { isDeepStrictEqual } from 'node:util';
import type { Connection, ConnectOptions, TokenStore } from '../core/connection';
import { told } from '../core/error-texts';
import { EnsembleError } from '../core/errors';
import { environmentProxies, type ProxyChoice, proxyAddress } from '../core/http/proxy';
import { connectionSettings } from '../core/node-settings';
import { parseCredentials, parseSettings } from '../core/schema/parse';
import { Scope } from '../core/scope';
import type { Clients, ConfigNodeType } from './clients';
import type { ConfigNodeDefinition, ConfigNodeModule } from './config-node-definition';
import { identityOf } from './identity';
import type { Red, RuntimeNode } from './red';
import { tokenStoreOf } from './token-store';

/** Milliseconds for what removed nodes undo at the vendor: close takes under two seconds, whatever hangs. */
const REMOVAL_LIMIT = 1000;

const owners = new WeakMap<RuntimeNode, ConnectionOwner>();
/** The running config nodes by the id that they have in the editor: several where they stand in a subflow. */
const running = new Map<string, Set<RuntimeNode>>();

/** Registers a config node as the owner of its connection; the returned function takes it off again. */
export function addOwner(node: RuntimeNode, owner: ConnectionOwner): () => void {
  const id = node._alias ?? node.id;
  const instances = running.get(id) ?? new Set();
  owners.set(node, owner);
  running.set(id, instances.add(node));
  return () => {
    instances.delete(node);
    if (instances.size === 0 && running.get(id) === instances) running.delete(id);
  };
}

export const instancesOf = (id: string): RuntimeNode[] => [...(running.get(id) ?? [])];

/** The owners of the running config nodes with an id of the editor. */
export const ownersOf = <T extends ConfigNodeType>(id: string, type: T): ConnectionOwner<Clients[T]>[] =>
  instancesOf(id).flatMap((node) => ownerOf(node, type) ?? []);

/** The connection that a node's `connection` property names. @throws EnsembleError NOT_CONFIGURED */
export function connectionOf<T extends ConfigNodeType>(RED: Red, id: unknown, type: T): ConnectionOwner<Clients[T]> {
  const node = typeof id === 'string' && id !== '' ? RED.nodes.getNode(id) : null;
  const owner = node ? ownerOf(node, type) : undefined;
  if (!owner)
    throw new EnsembleError(
      'NOT_CONFIGURED',
      `connection: no ${type} is chosen, or it is disabled`,
      told('notDeployed', {}, ['connection']),
    );
  return owner;
}

/** Which client a type of config node has is known to the compiler alone, see `Clients`. */
const ownerOf = <T extends ConfigNodeType>(node: RuntimeNode, type: T): ConnectionOwner<Clients[T]> | undefined =>
  node.type === type ? (owners.get(node) as ConnectionOwner<Clients[T]> | undefined) : undefined;

/** What a connection is made from, beside what stands in its config node. */
interface ConnectionSource<C extends Connection> extends Pick<ConfigNodeDefinition<never>, 'reach'> {
  load(): Pick<ConfigNodeModule<C>, 'settings' | 'credentials' | 'connect'>;
}

/** What a node knows of itself: nothing in it tells whose it is. */
type NodeDescriber = () => Readonly<Record<string, unknown>>;

/** Makes the connection when it is first used, and ends it with its node. */
export class ConnectionOwner<C extends Connection = Connection> {
  private readonly scope = new Scope();
  private readonly removals = new Set<Promise<unknown>>();
  private connection: C | undefined;
  private readonly users = new Set<NodeDescriber>();

  constructor(
    private readonly RED: Red,
    private readonly source: ConnectionSource<C>,
    private readonly config: Readonly<Record<string, unknown>> & { readonly id: string },
    private readonly credentials: Readonly<Record<string, unknown>>,
    /** Keeps what a sign-in brought. */
    private readonly tokens: TokenStore = tokenStoreOf(RED, config.id),
    /** Warnings of a dialog's connection are not shown. */
    private readonly warn: (text: string) => void = () => {},
  ) {}

  /** @throws EnsembleError NOT_CONFIGURED naming the field that is missing or wrong */
  get(): C {
    if (this.scope.ended) throw new EnsembleError('CANCELLED', 'the connection was closed by a deploy or shutdown', told('code.CANCELLED'));
    this.connection ??= this.connect();
    return this.connection;
  }

  /** What is connected now, without connecting. */
  get current(): C | undefined {
    return this.connection;
  }

  /** Takes a node among those that use the connection, for a report; the returned function takes it off again. */
  usedBy(describe: NodeDescriber): () => void {
    this.users.add(describe);
    return () => this.users.delete(describe);
  }

  /** What its nodes, and the connection where there is one, know of themselves. */
  describe(): Readonly<Record<string, unknown>> {
    return {
      isConnected: this.connection !== undefined,
      ...this.connection?.describe(),
      nodes: [...this.users].map((describe) => describe()),
    };
  }

  /** Everything that a connection needs, in form. @throws EnsembleError NOT_CONFIGURED naming the field that is missing or wrong */
  options(): ConnectOptions<unknown, unknown> {
    return { ...this.target(), identity: identityOf(this.RED, this.config.id), tokens: this.tokens, warn: this.warn };
  }

  /** Whether another one connects to the same server, as the same user and in the same way. */
  isLike(other: ConnectionOwner<C>): boolean {
    try {
      return isDeepStrictEqual(this.target(), other.target());
    } catch (error) {
      if (error instanceof EnsembleError) return false;
      throw error;
    }
  }

  private target(): Pick<ConnectOptions<unknown, unknown>, 'settings' | 'credentials' | 'network'> {
    const { RED, config } = this;
    const { settings, credentials } = this.source.load();
    const { timeout } = parseSettings(connectionSettings, config);
    const tls = tlsOptions(RED, config.tls);
    const parsed = parseSettings(settings, config);
    return {
      settings: parsed,
      credentials: parseCredentials(credentials, this.credentials, parsed),
      network: { timeout, proxy: proxyChoice(RED, config.proxy, this.source.reach), ...(tls && { tls }) },
    };
  }

  /** Keeps the connection open while a removed node undoes what it has set up at the vendor. Returns when that is over, or time is up. */
  async waitFor(removal: Promise<unknown>): Promise<void> {
    const bounded = this.scope.waitAtMost(REMOVAL_LIMIT, removal);
    this.removals.add(bounded);
    await bounded;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.removals);
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

/** A node of another type may have an address and credentials, too; they must not be used. */
function networkNode<T extends RuntimeNode>(RED: Red, id: unknown, field: string, type: string): T | undefined {
  if (typeof id !== 'string' || id === '') return undefined;
  const node = RED.nodes.getNode(id);
  if (node?.type !== type)
    throw new EnsembleError(
      'NOT_CONFIGURED',
      `${field}: the chosen configuration is not deployed, or it is disabled`,
      told('notDeployed', {}, [field]),
    );
  return node as T;
}

function tlsOptions(RED: Red, id: unknown): ConnectionOptions | undefined {
  const node = networkNode<TlsNode>(RED, id, 'tls', 'tls-config');
  if (!node) return undefined;
  const options: ConnectionOptions = {};
  node.addTLSOptions(options);
  return options;
}

function proxyChoice(RED: Red, id: unknown, reach: ConfigNodeDefinition<never>['reach']): ProxyChoice {
  const node = networkNode<ProxyNode>(RED, id, 'proxy', 'http proxy');
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

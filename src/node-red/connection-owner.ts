import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionOptions } from 'node:tls';
import type { Connection, ConnectOptions, Lookup, SignIn, TokenStore } from '../core/connection';
import { EnsembleError } from '../core/errors';
import { environmentProxies, type ProxyChoice, proxyAddress } from '../core/http/proxy';
import { connectionSettings } from '../core/node-settings';
import type { Parameters } from '../core/schema/parameters';
import { parseCredentials, parseSettings } from '../core/schema/parse';
import { Scope } from '../core/scope';
import { identityOf } from './identity';
import type { NodeConfig, Red, RuntimeNode } from './red';
import { tokensOf } from './tokens';

/** What a vendor's file of the same name as the config node offers. */
export interface ConnectionModule {
  readonly settings: Parameters;
  readonly credentials: Parameters;
  connect(options: ConnectOptions<unknown, unknown>): Connection;
  /** Tries the connection as the Test button does, and says what it found. @throws EnsembleError */
  test(connection: Connection, scope: Scope): Promise<string>;
  readonly lookups: Readonly<Record<string, Lookup<Connection>>>;
  /** Where the vendor lets people sign in on a page of its own. */
  readonly signIn?: SignIn<Connection>;
}

export interface ConfigNodeDefinition {
  readonly type: string;
  /** Names of the credentials; all of them are kept from the browser. */
  readonly credentials: readonly string[];
  /** A cloud is reached through the environment's proxy, a device in the LAN directly. */
  readonly reach: 'cloud' | 'lan';
  /** Whether the connection has something to do of itself, although no node may use it. */
  readonly isActive?: (config: NodeConfig) => boolean;
  /** Loads the vendor's file when it is first needed. */
  readonly load: () => ConnectionModule;
}

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
export function connectionOf(RED: Red, id: unknown, type: string): ConnectionOwner {
  const node = typeof id === 'string' && id !== '' ? RED.nodes.getNode(id) : null;
  const owner = node?.type === type ? owners.get(node) : undefined;
  if (!owner) throw new EnsembleError('NOT_CONFIGURED', `connection: no ${type} is chosen, or it is disabled`);
  return owner;
}

/** Makes the connection when it is first used, and ends it with its node. */
export class ConnectionOwner {
  private readonly scope = new Scope();
  private readonly goodbyes = new Set<Promise<unknown>>();
  private connection: Connection | undefined;

  constructor(
    private readonly RED: Red,
    private readonly definition: ConfigNodeDefinition,
    private readonly config: Readonly<Record<string, unknown>> & { readonly id: string },
    private readonly credentials: Readonly<Record<string, unknown>>,
    /** Keeps the sign-in that counts. */
    private readonly tokens: TokenStore = tokensOf(RED, config.id),
    /** A dialog has nobody who reads it. */
    private readonly warn: (text: string) => void = () => {},
  ) {}

  /** @throws EnsembleError NOT_CONFIGURED naming the field that is missing or wrong */
  get(): Connection {
    if (this.scope.ended) throw new EnsembleError('CANCELLED', 'the connection was closed by a deploy or shutdown');
    this.connection ??= this.connect();
    return this.connection;
  }

  /** What is connected now, without connecting. */
  get current(): Connection | undefined {
    return this.connection;
  }

  /** Everything that a connection needs, in form. @throws EnsembleError NOT_CONFIGURED naming the field that is missing or wrong */
  options(): ConnectOptions<unknown, unknown> {
    const { RED, config } = this;
    const { settings, credentials } = this.definition.load();
    const { timeout } = parseSettings(connectionSettings, config);
    const tls = tlsOptions(RED, config.tls);
    const parsed = parseSettings(settings, config);
    return {
      settings: parsed,
      credentials: parseCredentials(credentials, this.credentials, parsed),
      network: { timeout, proxy: proxyChoice(RED, config.proxy, this.definition.reach), ...(tls && { tls }) },
      identity: identityOf(RED, config.id),
      tokens: this.tokens,
      warn: this.warn,
    };
  }

  /** Lets a node that goes for good say goodbye to the vendor before the connection ends. Returns when it has, or time is up. */
  async hold(goodbye: Promise<unknown>): Promise<void> {
    const patience = new AbortController();
    const bounded = Promise.race([goodbye, sleep(GOODBYE, undefined, { signal: patience.signal })]).finally(() => patience.abort());
    this.goodbyes.add(bounded);
    await bounded;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.goodbyes);
    await this.scope.end();
  }

  private connect(): Connection {
    const connection = this.definition.load().connect(this.options());
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

function proxyChoice(RED: Red, id: unknown, reach: ConfigNodeDefinition['reach']): ProxyChoice {
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

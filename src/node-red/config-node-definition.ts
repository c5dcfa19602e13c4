import type { Connection, ConnectOptions, Lookup, SignIn } from '../core/connection';
import type { Assumption } from '../core/diagnostics/assumption';
import type { Parameters } from '../core/schema/parameters';
import type { Scope } from '../core/scope';
import type { Sentence } from '../core/sentence';
import type { Clients, ConfigNodeType } from './clients';
import type { NodeConfig } from './red';

/** What a vendor's file of the same name as the config node exports. */
export interface ConfigNodeModule<C extends Connection> {
  readonly settings: Parameters;
  readonly credentials: Parameters;
  /** @throws EnsembleError NOT_CONFIGURED */
  connect(options: ConnectOptions<unknown, unknown>): C;
  /** Tries the connection as the Test button does, and says what it found. @throws EnsembleError */
  test(connection: C, scope: Scope): Promise<readonly Sentence[]>;
  /** By the names that the parameters use. */
  readonly lookups: Readonly<Record<string, Lookup<C>>>;
  /** What is assumed of the vendor; *Check* asks for those that a read can settle. */
  readonly assumptions?: readonly Assumption<C>[];
  /** Where the vendor lets people sign in on a page of its own. */
  readonly signIn?: SignIn<C>;
}

export interface ConfigNodeDefinition<T extends ConfigNodeType> {
  readonly type: T;
  /** The credentials by name. A `text` can be read in the panel; a `password` is kept from the browser. */
  readonly credentials: Readonly<Record<string, 'text' | 'password'>>;
  /** A cloud is reached through the environment's proxy, a device in the LAN directly. */
  readonly reach: 'cloud' | 'lan';
  /** Whether the connection has something to do of itself, although no node may use it. */
  readonly isActive?: (config: NodeConfig) => boolean;
  /** Loads the vendor's file when it is first needed. */
  readonly load: () => ConfigNodeModule<Clients[T]>;
}

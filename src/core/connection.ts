import type { Recorder } from './diagnostics/recorder';
import type { EnsembleError } from './errors';
import type { HttpClientOptions, HttpRequest, HttpResponse, ReadOptions, SendOptions } from './http/request';
import type { LookupItem } from './lookup-item';
import type { Scope } from './scope';

/** An account or a device, reached over HTTP: what a config node owns and its nodes share. */
export interface Connection<Settings = unknown> {
  readonly vendor: string;
  readonly settings: Settings;
  /** What it has done of late, for a report. */
  readonly recorder: Recorder;
  /** What it knows of itself, for the same report. */
  describe(): Readonly<Record<string, unknown>>;
  /** Sends one request with the vendor's authentication. @throws EnsembleError */
  send(request: HttpRequest, options: SendOptions): Promise<HttpResponse>;
  /** Sends a GET, which may be repeated. @throws EnsembleError */
  read(path: string, options: ReadOptions): Promise<HttpResponse>;
  /** Identifies the login: the same for connections that ask the same server as the same person. Absent where there is no login. */
  readonly account?: string;
  /** The same login has just succeeded elsewhere: where it has failed here, it is tried again at once. */
  retryLogin?(): void;
  /** The config node is deployed: begins what the connection does although no node uses it. */
  begin?(): void;
  /** A person has signed in again: what was refused before is tried again. */
  signedIn?(): void;
  /** Ends everything under way at once. */
  close(): Promise<void>;
}

/** What a connection is made from. */
export interface ConnectOptions<Settings, Credentials> {
  readonly settings: Settings;
  readonly credentials: Credentials;
  readonly network: Network;
  /** Differs for each config node and each Node-RED, stays over restarts, and cannot be guessed. */
  readonly identity: string;
  /** Keeps what a sign-in brings. */
  readonly tokens?: TokenStore;
  /** Tells the user what may be wrong, each text once. */
  readonly warn?: (text: string) => void;
}

/** Keeps what a person's sign-in brought: over restarts, and out of flows, exports and logs. */
export interface TokenStore {
  /** Undefined where there is no sign-in. @throws EnsembleError NOT_CONFIGURED where it cannot be read, or has lost what it held */
  read(): unknown;
  /** The error for stored data that cannot be understood; it is logged, too. */
  lost?(): EnsembleError;
  /** What this process has read or written last, without reading the store. */
  held?(): unknown;
  /** Kept at once, although no deploy follows. */
  write(tokens: unknown): void;
  /** One after the other, also with other connections that have the same tokens: a renewal makes the old ones invalid. */
  inTurn?<T>(work: () => Promise<T>): Promise<T>;
}

/** How the vendor is reached, beside its address. */
export type Network = Pick<HttpClientOptions, 'timeout' | 'tls' | 'proxy'>;

/** Lists what one kind of dropdown offers, by a connection with the values of the open dialog. @throws EnsembleError */
export type Lookup<C extends Connection> = (connection: C, context: LookupContext<C>) => Promise<LookupItem[]>;

export interface LookupContext<C extends Connection> {
  /** The connection of the deployed config node, where it is connected. */
  readonly deployed: C | undefined;
  /** What the panel's other rows hold. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The value of the entry that was opened; undefined at the top. */
  readonly within: string | undefined;
  readonly scope: Scope;
}

/** The vendor's own page on which a person signs in, and what comes back from it. */
export interface SignIn<C extends Connection> {
  /** English; other languages translate them in the node's catalogue. */
  readonly label: string;
  readonly help: string;
  /** The panel offers it only while its settings have these values. */
  readonly when?: Readonly<Record<string, string>>;
  /** The address of the page; it sends the person back to `callback` with `state` and a code. */
  page(connection: C, state: string, callback: string): string;
  /** Turns the code into tokens, and writes them to the connection's store. @throws EnsembleError */
  finish(connection: C, code: string, callback: string, scope: Scope): Promise<void>;
}

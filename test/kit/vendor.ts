import type { ErrorCode } from '../../src/core/errors';
import { type Behaviour, type FaultServer, type Recorded, respond } from './fault-server';
import type { FlowNode, NodeRed } from './node-red';

/** How a message ends. */
export type MessageEnd = ErrorCode | 'done';

/** The ends that differ from those of the table, by the names of the faults; the first pattern that matches counts. */
export type Ends = readonly (readonly [fault: RegExp, end: MessageEnd])[];

/** One message for an operation, and the vendor's response to it. */
export interface Example {
  /** The type of the action node. */
  readonly type: string;
  readonly operation: string;
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** What the message holds. */
  readonly msg?: object;
  /** More of the node's settings. */
  readonly settings?: object;
  /** The response when nothing is wrong: its JSON body, or what the server does. */
  readonly good: unknown;
  /** What `cause.target` of an error is. */
  readonly target: string | RegExp;
  /** Sending it twice does harm. */
  readonly harmful?: true;
  readonly ends?: Ends;
}

/** Nodes that are deployed again and again, which must leave nothing behind. */
export interface Deployed {
  /** Event nodes in all their ways, and action nodes that wait; of each other action node there is its first example. */
  readonly nodes: readonly FlowNode[];
  /** Config nodes besides the one of `connection`. */
  readonly connections?: (url: string) => readonly FlowNode[];
  /** The response of a server without faults to all but logins. */
  readonly good?: Behaviour;
  /** A peer that streams or publishes, where a server that only answers does not do. */
  readonly start?: () => Promise<Peer>;
  /** Happens before all else. */
  readonly prepare?: (red: NodeRed, url: string) => Promise<void>;
  /** What is under way when they are deployed. */
  readonly busy: readonly Busy[];
}

export interface Peer {
  /** Of the config node, which lead to it. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** That the nodes work after all the deploys. */
  check?(red: NodeRed): Promise<void>;
  stop(): Promise<void>;
}

export interface Busy {
  readonly title: string;
  /** What the server does to every request. */
  readonly server: Behaviour;
  /** Brings it under way, once the nodes are deployed. */
  readonly begin: (red: NodeRed, server: FaultServer) => Promise<unknown>;
  /** In each of the three ways. Default 3. */
  readonly redeploys?: number;
}

/** How a vendor is logged in to. */
export interface VendorLogin {
  readonly isLogin: (request: Recorded) => boolean;
  /** Lets in whoever comes, with this token (or session). */
  readonly accept: (token: string) => Behaviour;
  /** What the vendor itself says to a wrong password. */
  readonly refusals: readonly Behaviour[];
  /** A success that is none. */
  readonly odd: Behaviour;
  /** How a message ends when a login fails that the table of faults knows as another end. */
  readonly ends?: Ends;
  /** An action node, an event node and two dropdowns that a login is for. */
  readonly action: Readonly<Record<string, unknown>>;
  readonly event: Readonly<Record<string, unknown>>;
  readonly lookups: readonly [string, string];
  /** What they are content with. */
  readonly good: Behaviour;
  /** An action node whose path has "forbidden" in it. */
  readonly forbidden: Readonly<Record<string, unknown>>;
}

/**
 * What is taken of a response of which one element is not what the vendor promises: by an operation of an action node
 * (`type`), or by a dropdown (`lookup`), which offers the values given.
 */
export type OddElements = readonly [type: string, name: string, parameters: object, response: unknown, result: unknown];

/** What the kit's tables must know of a vendor: one file for each, `test/<vendor>/vendor.ts`. */
export interface Vendor {
  /** The vendor's folder, and its name in errors. */
  readonly name: string;
  /** The config node that leads to a server at this address, with more settings. */
  readonly connection: (url: string, more?: Readonly<Record<string, unknown>>) => FlowNode;
  /** What must not be seen anywhere, of the credentials; `TOKEN` is one besides. */
  readonly secrets: readonly string[];
  readonly login?: VendorLogin;
  /** One for each operation of each action node. */
  readonly examples: readonly Example[];
  readonly deployed: Deployed;
  readonly oddElements?: readonly OddElements[];
}

/** The token of every login of the tables, which no one may see. */
export const TOKEN = 'secret-token-5c1f';

/** The server when nothing is wrong: every login succeeds, and all else gets the given response: a JSON body, or what it does. */
export function well({ login }: Pick<Vendor, 'login'>, otherwise: unknown): Behaviour {
  const behaviour = typeof otherwise === 'function' ? (otherwise as Behaviour) : respond(otherwise);
  return (response, request) => (login?.isLogin(request) ? login.accept(TOKEN) : behaviour)(response, request);
}

/** Of the credentials, and what the vendor gives in exchange for them. */
export const secretsOf = ({ secrets, login }: Vendor): readonly string[] => (login ? [...secrets, TOKEN] : secrets);

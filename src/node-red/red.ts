import type { EventEmitter } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

interface JsonataExpression {
  assign(name: string | symbol, value: unknown): void;
}

/**
 * What this package uses of Node-RED's runtime API (https://nodered.org/docs/creating-nodes/node-js).
 * The published typings lack the credentials' validators and the settings used here.
 */
export interface Red {
  readonly nodes: {
    createNode(node: RuntimeNode, config: NodeConfig): void;
    getNode(id: string): RuntimeNode | null;
    getCredentials(id: string): Record<string, string> | undefined;
    /** Calls back for each node of the deployed flows, disabled ones and those of subflows too, as it was deployed. */
    eachNode(callback: (config: NodeConfig) => void): void;
    registerType(
      type: string,
      build: (this: RuntimeNode, config: never) => void,
      options?: { credentials?: Record<string, { type: 'text' | 'password' }> },
    ): void;
  };
  readonly util: {
    evaluateNodeProperty(
      value: string,
      type: string,
      node: RuntimeNode | null,
      msg: Message | Record<string, never>,
      callback?: (error: Error | null, value?: unknown) => void,
    ): unknown;
    prepareJSONataExpression(expression: string, node: RuntimeNode): JsonataExpression;
    evaluateJSONataExpression(expression: JsonataExpression, msg: Message, callback: (error: unknown, value?: unknown) => void): void;
    /** What `${name}` stands for at a node, as a deploy reads it; undefined where it stands for nothing. */
    getSetting(node: RuntimeNode, name: string): unknown;
    cloneMessage(msg: Message): Message;
    normalisePropertyExpression(path: string, msg?: Message): readonly (string | number)[];
    getMessageProperty(msg: Message, path: string): unknown;
    setMessageProperty(msg: Message, path: string, value: unknown, createMissing: boolean): boolean;
  };
  /** Of Node-RED. */
  version(): string;
  readonly auth: { needsPermission(permission: string): HttpHandler };
  readonly httpAdmin: Router;
  readonly plugins: { registerPlugin(id: string, definition: object): void };
  readonly httpNode: Router;
  /** The server that Node-RED was given; an embedded one may have none. */
  readonly server?: Server | null;
  readonly events: EventEmitter;
  readonly log: { warn(text: string): void; error(text: string): void };
  readonly settings: {
    readonly userDir?: string;
    readonly httpNodeRoot?: string | false;
    readonly httpNodeMiddleware?: HttpHandler | HttpHandler[];
    readonly [setting: string]: unknown;
  };
  /** Translates; a key without a namespace is looked up in the calling node's own catalogue. */
  _(key: string, values?: Record<string, unknown>): string;
}

export interface Request extends IncomingMessage {
  readonly params: Record<string, string>;
  readonly query: Record<string, unknown>;
  /** The path as it was sent, below no root. */
  readonly originalUrl: string;
  readonly body?: unknown;
}
export interface Response extends ServerResponse {
  status(code: number): this;
  json(body: unknown): this;
  setHeader(name: string, value: string): this;
  sendStatus(code: number): this;
}
export type HttpHandler = (request: Request, response: Response, next: (error?: unknown) => void) => void;
export type ErrorHandler = (error: unknown, request: Request, response: Response, next: (error?: unknown) => void) => void;
export interface Router {
  use(path: string, ...handlers: (HttpHandler | HttpHandler[] | ErrorHandler)[]): void;
  get(path: string, ...handlers: (HttpHandler | HttpHandler[])[]): void;
  post(path: string, ...handlers: (HttpHandler | HttpHandler[])[]): void;
  /** The app that this one is mounted in. */
  readonly parent?: Router;
}

export interface Message {
  _msgid?: string;
  topic?: unknown;
  payload?: unknown;
  [property: string]: unknown;
}

export interface NodeConfig {
  readonly id: string;
  readonly type: string;
  readonly name?: string;
  /** The tab or subflow that it stands on. */
  readonly z?: string;
  /** The group that it stands in. */
  readonly g?: string;
  readonly [property: string]: unknown;
}

export interface NodeStatus {
  readonly fill: 'red' | 'green' | 'yellow' | 'blue' | 'grey';
  readonly shape: 'dot' | 'ring';
  readonly text: string;
}

export type Send = (msg: Message | (Message | Message[] | null)[]) => void;
export type Done = (error?: unknown) => void;

export interface RuntimeNode {
  readonly id: string;
  /** In an instance of a subflow: the id of the node in the subflow itself. */
  readonly _alias?: string;
  readonly type: string;
  readonly name?: string;
  readonly credentials?: Readonly<Record<string, string>>;
  on(event: 'input', listener: (msg: Message, send: Send, done: Done) => void): void;
  on(event: 'close', listener: (removed: boolean, done: () => void) => void): void;
  send: Send;
  /** The node's own context, in the default store. */
  context(): {
    get<T>(key: string, callback: (error: unknown, value?: T) => void): void;
    set(key: string, value: unknown, callback: (error: unknown) => void): void;
  };
  status(status: NodeStatus | Record<string, never>): void;
  log(text: string): void;
  warn(text: string): void;
  error(error: unknown, msg?: Message | Record<string, never>): void;
}

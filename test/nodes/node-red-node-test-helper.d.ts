/** What the specs use of the helper (https://github.com/node-red/node-red-node-test-helper); it brings no types. */
declare module 'node-red-node-test-helper' {
  import type { EventEmitter } from 'node:events';

  /** A Node of the runtime. The helper makes spies of its methods. */
  export interface TestNode extends EventEmitter {
    readonly id: string;
    readonly type: string;
    readonly name?: string;
    readonly credentials?: Readonly<Record<string, string>>;
    receive(msg: object): void;
    readonly status: Spy;
    readonly error: Spy;
  }

  /** Of Sinon: of all nodes at once, since the method belongs to their prototype. */
  export interface Spy {
    getCalls(): { readonly thisValue: unknown; readonly args: readonly unknown[] }[];
  }

  interface Helper {
    init(runtimePath: string, settings?: object): void;
    load(nodes: unknown, flow: readonly object[], credentials?: Readonly<Record<string, object>>): Promise<void>;
    unload(): Promise<void>;
    /** Undefined where no node has that id. */
    getNode(id: string): TestNode;
    setFlows(flow: readonly object[], type?: 'full' | 'flows' | 'nodes'): Promise<void>;
    startServer(): Promise<void>;
    stopServer(): Promise<void>;
    /** Asks the admin routes of the nodes, as supertest does. */
    request(): { post(path: string): PromiseLike<HelperResponse> & { send(body: object): PromiseLike<HelperResponse> } };
  }

  export interface HelperResponse {
    readonly status: number;
    readonly body: Readonly<Record<string, unknown>>;
  }

  const helper: Helper;
  export default helper;
}

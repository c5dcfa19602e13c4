import { createServer } from 'node:net';
import type { Done, Message, NodeConfig, Red, RuntimeNode, Send } from '../../../src/node-red/red';
import { leaked } from '../leaked';

interface NodeContext {
  readonly RED: Red & { events: NodeJS.EventEmitter };
  readonly node: RuntimeNode;
  readonly secret: string;
}
interface Carelessness {
  /** When the node is made. */
  readonly made?: (part: NodeContext) => void;
  /** When a message comes. */
  readonly input?: (msg: Message, send: Send, done: Done, part: NodeContext) => void;
  readonly close?: (part: NodeContext) => unknown;
}

const finish = (msg: Message, send: Send, done: Done): void => {
  send(msg);
  done();
};

/** Every way to be careless that the kit must notice, and one careful node to compare them with. */
const BEHAVIOURS: Readonly<Record<string, Carelessness>> = {
  careful: {},
  refuses: { input: (_msg, _send, done) => done(Object.assign(new Error('no'), { code: 'REJECTED' })) },
  'done twice': {
    input: (msg, send, done) => {
      finish(msg, send, done);
      done();
    },
  },
  'done and error': {
    input: (msg, send, done) => {
      finish(msg, send, done);
      done(new Error('after all not'));
    },
  },
  'never done': { input: (msg, send) => send(msg) },
  throws: {
    input: () => {
      throw new Error('thrown');
    },
  },
  'closes late': { close: () => new Promise((resolve) => setTimeout(resolve, 1500)) },
  'sends after close': { close: ({ node }) => void setImmediate(() => node.send({ payload: 'late' })) },
  'status after close': { close: ({ node }) => void setImmediate(() => node.status({ fill: 'red', shape: 'dot', text: 'late' })) },
  'done after close': {
    input: (_msg, _send, done, { node }) =>
      node.on('close', (_removed, closed) => {
        closed();
        setImmediate(() => done());
      }),
  },
  'leaks a timer': {
    made: () => {
      const timer = setInterval(() => {}, 1000);
      leaked.push(() => clearInterval(timer));
    },
  },
  'leaks a server': {
    made: () => {
      const server = createServer().listen(0, '127.0.0.1');
      leaked.push(() => server.close());
    },
  },
  'leaks a listener': { made: ({ RED }) => void RED.events.on('kit-leak', () => {}) },
  'leaks a route': { made: ({ RED }) => RED.httpNode.get('/kit-leak', () => {}) },
  'leaks an admin route': { made: ({ RED }) => RED.httpAdmin.get('/kit-leak', () => {}) },
  'logs a secret': { made: ({ node, secret }) => node.warn(`logged in with ${secret}`) },
  'shows a secret': { made: ({ node, secret }) => node.status({ fill: 'green', shape: 'dot', text: secret }) },
  'throws a secret': {
    input: (_msg, _send, done, { secret }) => done(Object.assign(new Error('no'), { cause: { url: `http://x/?t=${secret}` } })),
  },
};

module.exports = (RED: NodeContext['RED']): void => {
  RED.nodes.registerType(
    'kit-careless',
    function (this: RuntimeNode, config: NodeConfig) {
      RED.nodes.createNode(this, config);
      const part = { RED, node: this, secret: this.credentials?.password ?? '' };
      const { made, input = finish, close } = BEHAVIOURS[String(config.behaviour)] ?? {};
      made?.(part);
      this.on('input', (msg, send, done) => input(msg, send, done, part));
      this.on('close', (_removed, done) => void Promise.resolve(close?.(part)).then(() => done()));
    },
    { credentials: { password: { type: 'password' }, open: { type: 'text' } } },
  );
};

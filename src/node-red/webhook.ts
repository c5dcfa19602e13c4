import { type IncomingMessage, STATUS_CODES } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { EnsembleError, NOT_IN_PANELS } from '../core/errors';
import { identityOf } from './identity';
import type { ErrorHandler, HttpHandler, Red, Request, Response } from './red';
import { fitsLimit, RefusedBody, readBody } from './webhook-body';

const PATH = '/ensemble/webhook';
const WEBHOOK_URL = /\/ensemble\/webhook(?:[/?]|$)/;
/** Seconds after which a sender may try again while no node runs: a deploy takes less. */
const RETRY_AFTER = '5';
/** Turns of the event loop after which the first nodes behind an event node have its message. */
const TURNS = 2;
/** How much of a refused body is still read and dropped, so that its sender can read the response; then the connection is closed. */
const LINGER = { bytes: 1024 * 1024, milliseconds: 1000, look: 20 };

type Receive = (body: Buffer) => void;

/** One address: the nodes that have opened it and were not removed, and the receivers of those that run now. */
interface Webhook {
  readonly nodes: Set<string>;
  readonly receivers: Set<Receive>;
}

/** The webhooks of one HTTP root, by the part of the address that cannot be guessed. */
interface Root {
  readonly webhooks: Map<string, Webhook>;
  /** The flows have been started once: every node that has a webhook has opened it. */
  started: boolean;
}

const roots = new WeakMap<object, Root>();

/** Opens a webhook for POSTs of bounded size; all who open the same key share its address. @throws EnsembleError NOT_CONFIGURED */
export function openWebhook(RED: Red, key: string, nodeId: string, receive: Receive): OpenWebhook {
  if (RED.settings.httpNodeRoot === false)
    throw new EnsembleError(
      'NOT_CONFIGURED',
      'httpNodeRoot is switched off in the settings of Node-RED: there is no address to post to',
      NOT_IN_PANELS,
    );
  const { webhooks } = serveWebhooks(RED);
  const token = identityOf(RED, `webhook ${key}`);
  const remove = (): void => {
    for (const [known, { nodes }] of webhooks) if (nodes.delete(nodeId) && nodes.size === 0) webhooks.delete(known);
  };
  const { nodes, receivers } = webhooks.get(token) ?? { nodes: new Set(), receivers: new Set() };
  // The node may have had another address before this deploy.
  remove();
  webhooks.set(token, { nodes: nodes.add(nodeId), receivers: receivers.add(receive) });
  return { path: `${PATH}/${token}`, needsLogin: needsLogin(RED), close: () => receivers.delete(receive), remove };
}

export interface OpenWebhook {
  readonly path: string;
  /** Node-RED asks the sender for a user name and a password. */
  readonly needsLogin: boolean;
  /** The node is redeployed: senders are asked to try again meanwhile. */
  close(): void;
  /** The node was removed. */
  remove(): void;
}

const needsLogin = ({ settings: { httpNodeAuth } }: Red): boolean => typeof httpNodeAuth === 'object' && !Array.isArray(httpNodeAuth);

/**
 * Serves the addresses of all webhooks as long as the process runs: Express cannot remove a route. To be called when a node's type is
 * registered, so that no sender gets a 404 before the flows have been started.
 */
export function serveWebhooks(RED: Red): Root {
  const known = roots.get(RED.httpNode);
  if (known) return known;
  const root: Root = { webhooks: new Map(), started: false };
  roots.set(RED.httpNode, root);
  // Event nodes start in the turn after they are made, in the order in which they were made.
  RED.events.once('flows:started', () => void setImmediate().then(() => (root.started = true)));
  RED.server?.prependListener('request', removeContentType);
  const handler: HttpHandler = (request, response, next) => void receiveRequest(root, request, response).catch(next);
  RED.httpNode.use(PATH, RED.settings.httpNodeMiddleware ?? [], handler, errorHandler(RED));
  return root;
}

/**
 * Where the editor and the flows share a root, the editor's body parsers see a request first: they refuse JSON that is no object, and
 * parse forms. They ignore a request without a content type.
 */
function removeContentType({ url = '', headers }: IncomingMessage): void {
  if (WEBHOOK_URL.test(url)) delete headers['content-type'];
}

async function receiveRequest(root: Root, request: Request, response: Response): Promise<void> {
  const webhook = root.webhooks.get(/^\/([\w-]+)\/?(?:\?|$)/.exec(request.url ?? '')?.[1] ?? '');
  const refuse = (status: number, headers: Readonly<Record<string, string>> = {}): void => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    if (fitsLimit(request)) response.sendStatus(status);
    else refuseEarly(request, response.status(status));
  };
  if (!webhook && root.started) return refuse(404);
  if (request.method !== 'POST') return refuse(405, { allow: 'POST' });
  if (!webhook?.receivers.size) return refuse(503, { 'retry-after': RETRY_AFTER });
  try {
    const body = await readBody(request);
    // The nodes may have been closed meanwhile.
    if (webhook.receivers.size === 0) return refuse(503, { 'retry-after': RETRY_AFTER });
    const receivers = [...webhook.receivers];
    for (const receive of receivers) receive(body);
    // Node-RED delivers messages in the turns that follow: where the flow ends before, they are lost.
    for (let turn = 0; turn < TURNS; turn++) await setImmediate();
    if (!receivers.every((receive) => webhook.receivers.has(receive))) return refuse(503, { 'retry-after': RETRY_AFTER });
    response.sendStatus(200);
  } catch (error) {
    // The sender has closed the connection.
    if (request.destroyed && !request.complete) return;
    if (!(error instanceof RefusedBody)) throw error;
    refuse(error.status);
  }
}

/** Responds to a sender that is still sending. Were the connection closed at once, it would not read the response. */
function refuseEarly(request: Request, response: Response): void {
  const { socket } = request;
  const body = STATUS_CODES[response.statusCode] ?? '';
  for (const [name, value] of Object.entries({ connection: 'close', 'content-type': 'text/plain', 'content-length': String(body.length) }))
    response.setHeader(name, value);
  response.write(body);
  request.on('error', () => {}).resume();
  const [most, end] = [socket.bytesRead + LINGER.bytes, performance.now() + LINGER.milliseconds];
  const timer = setInterval(() => {
    const waits = !request.complete && !socket.destroyed && socket.bytesRead < most && performance.now() < end;
    if (waits) return;
    clearInterval(timer);
    response.end();
  }, LINGER.look);
}

/** By default Express responds with the stack trace. */
const errorHandler =
  (RED: Red): ErrorHandler =>
  (error, _request, response, _next) => {
    RED.log.warn(`webhook: ${error instanceof Error ? error.message : String(error)}`);
    const { status } = (error ?? {}) as { status?: unknown };
    if (response.headersSent) response.destroy();
    else response.sendStatus(typeof status === 'number' && status >= 400 && status < 600 ? status : 500);
  };

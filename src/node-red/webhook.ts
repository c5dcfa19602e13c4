import type { IncomingMessage } from 'node:http';
import { EnsembleError } from '../core/errors';
import { identityOf } from './identity';
import type { Handler, Red, Request } from './red';

const PATH = '/ensemble/webhook';
/** Larger than any event that a vendor documents. */
const MAX_BYTES = 256 * 1024;

type Receive = (body: Buffer) => void;
/** Open webhooks of each HTTP root, by the part of the address that cannot be guessed. */
const roots = new WeakMap<object, Map<string, Set<Receive>>>();

/** Opens a webhook for POSTs of bounded size; all who open the same key share its address. @throws EnsembleError NOT_CONFIGURED */
export function openWebhook(RED: Red, key: string, receive: Receive): { path: string; close: () => void } {
  if (RED.settings.httpNodeRoot === false)
    throw new EnsembleError('NOT_CONFIGURED', 'httpNodeRoot is switched off in the settings of Node-RED: there is no address to post to');
  const webhooks = roots.get(RED.httpNode) ?? serve(RED);
  const token = identityOf(RED, `webhook ${key}`);
  const receivers = webhooks.get(token) ?? new Set();
  webhooks.set(token, receivers.add(receive));
  return {
    path: `${PATH}/${token}`,
    close: () => {
      receivers.delete(receive);
      if (receivers.size === 0 && webhooks.get(token) === receivers) webhooks.delete(token);
    },
  };
}

/** One route for the package's life: Express has no way to take a route away. */
function serve(RED: Red): Map<string, Set<Receive>> {
  const webhooks = new Map<string, Set<Receive>>();
  roots.set(RED.httpNode, webhooks);
  const middleware = RED.settings.httpNodeMiddleware ?? [];
  const handler: Handler = (request, response, next) => {
    const receivers = webhooks.get(request.params.token ?? '');
    if (!receivers) return response.sendStatus(404);
    bodyOf(request).then((body) => {
      // The rest of what is too large is not waited for.
      if (!body) return response.setHeader('connection', 'close').sendStatus(413);
      for (const receive of receivers) receive(body);
      response.sendStatus(200);
    }, next);
  };
  RED.httpNode.post(`${PATH}/:token`, middleware, handler);
  return webhooks;
}

/** The raw body; undefined where it is too large. */
async function bodyOf(request: Request): Promise<Buffer | undefined> {
  // A middleware of the user's may have read it already; what it made of it is all there is.
  if (request.readableDidRead) return Buffer.from(typeof request.body === 'string' ? request.body : JSON.stringify(request.body ?? null));
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of (request as IncomingMessage).iterator({ destroyOnReturn: false })) {
    size += (chunk as Buffer).length;
    if (size > MAX_BYTES) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks);
}

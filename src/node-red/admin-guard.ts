import { EnsembleError, invalidInput } from '../core/errors';
import type { Sentence } from '../core/sentence';
import { sentencesOf } from '../core/told-error';
import { DialogError } from './dialog';
import type { ErrorHandler, HttpHandler, Red, Response } from './red';
import { isForeign } from './same-origin';
import { tell } from './texts';

/** The permissions that an editor needs to show and to deploy a flow. */
export type Permission = 'flows.read' | 'flows.write';

/** The checks before each of the package's admin routes. */
export const guards = (RED: Red, permission: Permission): HttpHandler[] => [refuseForeign, RED.auth.needsPermission(permission)];

const refuseForeign: HttpHandler = ({ headers }, response, next) => {
  if (!isForeign(headers)) return next();
  const why =
    'the request comes from another address than that of this Node-RED. A proxy in front of it must hand on the header Host or X-Forwarded-Host';
  refuse(response, new DialogError('foreign', [], why, 'FORBIDDEN'), 403);
};

/** A form of another site cannot send this type without a CORS preflight. */
export const jsonOnly: HttpHandler = ({ headers }, response, next) => {
  if (/^application\/json\s*(;|$)/i.test(headers['content-type'] ?? '')) return next();
  refuse(response, invalidInput('Content-Type must be application/json', tell('unread')), 415);
};

/** A sentence as panels read it: they have the text in the user's language. */
export const asData = ({ catalogue, key, values, fields, text }: Sentence): object => ({ catalogue, key, values, fields, text });

/** Sends an error as the panels read it: its code, its message as flows get it, and what they say of it in the user's language. */
export function refuse(response: Response, error: EnsembleError, status = 400): void {
  const { code, message } = error;
  const about = error instanceof DialogError && { reason: error.reason, fields: error.fields };
  response.status(status).json({ code, message, told: sentencesOf(error).map(asData), ...about });
}

/**
 * By default Express responds to an error with a stack trace. Most errors come before any route, from the body parser of Node-RED, and
 * so are handled in the app that has it. Nothing of the body is repeated: a password may be in it.
 */
export function handleErrors(RED: Red): void {
  const onError: ErrorHandler = (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    const { status } = error as { status?: unknown };
    if (typeof status === 'number' && status >= 400 && status < 500)
      return refuse(response, invalidInput('the request cannot be read', tell('unread')), status);
    RED.log.error(String((error instanceof Error && error.stack) || error));
    const inside = new EnsembleError('BAD_RESPONSE', 'the request failed inside Node-RED: its log says why', tell('inside'));
    refuse(response, inside, 500);
  };
  (RED.httpAdmin.parent ?? RED.httpAdmin).use('/ensemble', onError);
}

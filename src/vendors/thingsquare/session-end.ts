import type { EnsembleError } from '../../core/errors';
import { isRedirect } from '../../core/http/error-response';
import type { HttpResponse } from '../../core/http/request';
import { parseJson } from '../../core/json';
import { isNothing } from './word-responses';

// [G] How the end of a session shows; documented is only the 404 of the user's data.

/** Statuses with which a request is refused whose session has ended, and others: the user's data tell which it is. */
export const mayMeanEnd = ({ cause: { statusCode = 0 } }: EnsembleError): boolean =>
  [400, 401, 403, 404, 410].includes(statusCode) || isRedirect(statusCode);

/** A success that has nothing in it, or no device: there is none, or the session has ended. */
export const mayHideEnd = (response: HttpResponse): boolean => isNothing(response) || isEmptyListing(response);

export const isEmptyListing = ({ body }: HttpResponse): boolean => body.length < 100 && /^\s*\{\s*\}\s*$/.test(body.toString('utf8'));

/**
 * Whether a refusal of the user's data, or of the list of devices, says that the session has no user. A proxy's page or redirect
 * says nothing about it: an anonymous session would be given up for it, together with its devices. The others may be
 * redirected to a page to log in.
 */
export function saysNoUser({ cause: { statusCode = 0, vendorMessage } }: EnsembleError, isAnonymous: boolean): boolean {
  const isSaid = vendorMessage !== undefined;
  return (
    (isSaid && statusCode === 400) || ((isSaid || !isAnonymous) && ([401, 403, 404, 410].includes(statusCode) || isRedirect(statusCode)))
  );
}

/** An expired session gives, as documented, an empty response, or with the word `undefined`; or it may be an anonymous one. */
export function namesUser({ body }: HttpResponse, isAnonymous: boolean): boolean {
  const text = body.toString('utf8').trim();
  return text !== '' && text !== 'undefined' && (isAnonymous || loginOf(text) !== '');
}

/** Undefined where the response is not as documented: its reader reports that. */
const loginOf = (text: string): unknown => (parseJson(text) as { login?: unknown } | null | undefined)?.login;

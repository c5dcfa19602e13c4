import { z } from 'zod';
import { EnsembleError } from '../../core/errors';
import { loginRefusal } from '../../core/follow/login';
import { vendorMessageIn } from '../../core/http/error-response';
import type { HttpResponse } from '../../core/http/request';
import { badResponse, describeBody, reader } from '../../core/http/response';

/** The vendor's words for a refusal, such as `claim-fail-no-auth`. */
const REFUSAL = /^([a-z\d]+-)+fail(ed)?(-[a-z\d]+)*$/;

const reading = (pattern: RegExp, expected: string) =>
  reader(z.string(), (response) => {
    const word = response.body.toString('utf8').trim();
    if (REFUSAL.test(word)) throw refusedWith(word, response);
    if (pattern.test(word) && !isJsonValue(response, word)) return word;
    throw badResponse(response, `expected ${expected}, got ${describeBody(response)}`);
  });

/** [G] A word that says so is a refusal whatever the status. */
const refusedWith = (word: string, { statusCode }: HttpResponse): EnsembleError =>
  inPlainWords(
    new EnsembleError('REJECTED', `the backend has refused it (HTTP ${statusCode}: ${word})`, { statusCode, vendorMessage: word }),
  );

/** The number 17 is no id, but the word is. */
const isJsonValue = ({ contentType }: HttpResponse, word: string): boolean =>
  contentType.includes('json') && /^(\d[\d.]*|true|false)$/.test(word);

/** Most responses are a word of the vendor's. Which one is not checked, because document and library differ: the HTTP status counts, and that it is no refusal. */
export const readWord = reading(/^[a-z\d]+(-[a-z\d]+)+$/, 'a word such as device-ok');
/** The id of a device or of a command: a UUID in the document's examples, but it promises none. A refusal is none, whatever its status. */
export const readId = reading(/^(?!undefined$|null$|.*-fail(-|$))[\w.:-]{1,128}$/, 'an id');

/** [G] How a token looks is nowhere said. Words with `fail` are the library's refusals. */
export const readToken = reading(/^(?!undefined$|null$|.*-fail(-|$))[\w.~+/=:-]{8,1024}$/, 'an API token');

/** [S] `login-fail` with 403. [G] Other ways to log in are refused by a word of that form too, in JSON as well. The words of a status are a proxy's. */
export const refusal = loginRefusal([400, 401, 403], (response) => REFUSAL.test(vendorMessageIn(response)?.trim() ?? ''));

/** [G] What the backend says, with 200, where there is no such thing: the vendor's library expects no text at all, or the word undefined. */
export const isNothing = ({ body }: HttpResponse): boolean => body.length < 100 && /^(undefined|null)?$/.test(body.toString('utf8').trim());

const CONNECT =
  'a device must be connected first: set its d variable mode to connected, and wait until its meta variable state is connected';
/** What the vendor's refusals mean. */
const PLAIN: Readonly<Record<string, string>> = {
  'login-fail': 'login or password is wrong',
  'user-fail': 'the API token is not valid, or no user is logged in',
  'logout-fail': 'there was no session to end',
  'signup-fail-no-email': 'login must be an e-mail address',
  'signup-fail-already-exists': 'there is a user of that name already',
  'resend-fail': 'no confirmation e-mail could be sent to that user',
  'recover-fail': 'no recovery e-mail could be sent to that user',
  'user-data-failed': 'the user’s data would be too large',
  'user-data-fail': 'the user’s data would be too large',
  'claim-fail': 'no device can be claimed or shared with that authentication token, or there is no such user',
  'add-user-fail': 'the device cannot be shared with that user',
  'user-token-fail': 'there is no such token, or no user is logged in who could have one',
  'claim-fail-no-auth': 'no device can be claimed with that authentication token',
  'device-fail': 'there is no such device or variable, or it cannot be changed',
  'device-fwup-name-fail': 'there is no firmware image of that name',
  'device-fwup-start-fail': `the firmware update could not be started; ${CONNECT}`,
  'firmware-fail': 'there is no firmware update to cancel',
};

/** The same error with the meaning of the vendor's word, where that is known. */
export function inPlainWords(error: EnsembleError): EnsembleError {
  const { vendorMessage = '', statusCode } = error.cause;
  const plain = Object.hasOwn(PLAIN, vendorMessage) ? PLAIN[vendorMessage] : undefined;
  return plain ? error.withMessage(`${plain} (HTTP ${statusCode}: ${vendorMessage})`) : error;
}

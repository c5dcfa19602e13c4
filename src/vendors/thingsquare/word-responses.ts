import { z } from 'zod';
import { told } from '../../core/error-texts';
import { EnsembleError } from '../../core/errors';
import { loginRefusal } from '../../core/follow/login';
import { vendorMessageIn } from '../../core/http/error-response';
import type { HttpResponse } from '../../core/http/request';
import { badResponse, describeBody, reader } from '../../core/http/response';
import { say, texts } from './texts';

/** The vendor's words for a refusal, such as `claim-fail-no-auth`. */
const REFUSAL = /^([a-z\d]+-)+fail(ed)?(-[a-z\d]+)*$/;

const reading = (pattern: RegExp, expected: string) =>
  reader(z.string(), (response) => {
    const word = response.body.toString('utf8').trim();
    if (REFUSAL.test(word)) throw refusedWith(word, response);
    if (pattern.test(word) && !isJsonValue(response, word)) return word;
    throw badResponse(response, `expected ${expected}, got ${describeBody(response)}`, told('odd.other'));
  });

/** [G] A word that says so is a refusal whatever the status. */
const refusedWith = (word: string, { statusCode }: HttpResponse): EnsembleError =>
  inPlainWords(
    new EnsembleError('REJECTED', `the backend has refused it (HTTP ${statusCode}: ${word})`, say('refusedOther', { status: statusCode }), {
      statusCode,
      vendorMessage: word,
    }),
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

/** The same error with the meaning of the vendor's word, where that is known. Of a refused login, the panel names what to check. */
export function inPlainWords(error: EnsembleError): EnsembleError {
  const { vendorMessage = '', statusCode } = error.cause;
  if (!isKnown(vendorMessage)) return error;
  const said = say(`refused.${vendorMessage}`);
  const plain = error.withMessage(`${asClause(said.text)} (HTTP ${statusCode}: ${vendorMessage})`);
  return error.told.some(({ key }) => key === 'login') ? plain : plain.telling(said);
}

const isKnown = (word: string): word is keyof typeof texts.refused => Object.hasOwn(texts.refused, word);

/** A sentence as a part of another one. */
const asClause = (sentence: string): string => sentence.charAt(0).toLowerCase() + sentence.slice(1).replace(/\.$/, '');

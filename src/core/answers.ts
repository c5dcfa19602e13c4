import { type ZodType, z } from 'zod';
import { EnsembleError } from './errors';
import type { HttpAnswer } from './http';

/** Reads a JSON answer and checks it against what the vendor promises. @throws EnsembleError BAD_RESPONSE naming the first place that differs */
export const json =
  <T>(schema: ZodType<T>) =>
  (answer: HttpAnswer): T => {
    let value: unknown;
    try {
      value = JSON.parse(answer.body.toString('utf8'));
    } catch {
      throw badResponse(answer, `expected JSON, got ${describeBody(answer)}`);
    }
    const parsed = schema.safeParse(value);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    const place = issue?.path.length ? `"${issue.path.join('.')}" of the answer` : 'the answer';
    throw badResponse(answer, `${place}: ${issue?.message ?? 'not what the vendor promises'}`);
  };

/** Reads an answer of which the vendor says nothing: JSON where it calls itself so, else its text. @throws EnsembleError BAD_RESPONSE where it is a page or broken */
export function words(answer: HttpAnswer): unknown {
  const text = answer.body.toString('utf8').trim();
  if (answer.contentType.includes('html') || text.startsWith('<'))
    throw badResponse(answer, `expected a word, got ${describeBody(answer)}`);
  return text !== '' && answer.contentType.includes('json') ? json(z.unknown())(answer) : text;
}

const badResponse = (answer: HttpAnswer, message: string): EnsembleError =>
  new EnsembleError('BAD_RESPONSE', message, { statusCode: answer.statusCode });

/** Without a word of it: an answer may hold tokens, and one that cannot be read may echo a password. */
function describeBody({ body, contentType }: HttpAnswer): string {
  if (body.length === 0) return 'an empty answer';
  return `${body.length} bytes of ${contentType || 'no content type'}`;
}

import { type ZodType, z } from 'zod';
import { told } from '../error-texts';
import { EnsembleError, show, type Told } from '../errors';
import { parseJson, readJson } from '../json';
import { isRecord } from '../objects';
import type { Sentence } from '../sentence';
import { sentencesOf } from '../told-error';
import { isPage } from './error-response';
import type { HttpResponse, Warn } from './request';

/** What was left out of the value that is being read. Reading is synchronous, so there is one such value at a time. */
let leftOut = new Map<string, Sentence>();
/** Kinds of oddity that are told of one value. */
const MAX_WARNINGS = 5;

/** What a schema gives that ends in a function, which says nothing of it; for the JSON Schema of a result. */
export const givenBy = new WeakMap<object, () => ZodType>();

function giving<S extends ZodType>(schema: S, given: () => ZodType): S {
  givenBy.set(schema, given);
  return schema;
}

/**
 * An array whose valid elements are kept; the others are left out and told, see `readLeniently`. Where none is valid, the array
 * is not either.
 */
export const lenientArray = <T>(element: ZodType<T>) =>
  giving(
    z.array(z.unknown()).transform((items, context) => fitting(element, items.entries(), 'an element', context).map(([, item]) => item)),
    () => z.array(element),
  );

/** Of a field: what has another form counts as absent, because one oddity must not hide all the rest. */
export const orAbsent = <T>(schema: ZodType<T>) => schema.optional().catch(undefined);

const dictionary = z.record(z.string(), z.unknown());

/**
 * A dictionary whose valid entries are kept, as with `lenientArray`. Null, and an entry with a name that nothing can have, are left
 * out and told too, but do not make the dictionary invalid.
 */
export const lenientRecord = <T>(entry: ZodType<T>, isName = (name: string): boolean => name !== '__proto__') =>
  giving(
    z.unknown().transform((value, context): Record<string, T> => {
      const { error } = dictionary.safeParse(value);
      for (const { path, message } of error?.issues ?? []) context.addIssue({ code: 'custom', message, path });
      if (error) return z.NEVER;
      const named: [string, unknown][] = [];
      // zod drops `__proto__`.
      for (const [name, item] of Object.entries(value as Record<string, unknown>)) {
        if (isName(name)) named.push([name, item]);
        else {
          const text = `the entry ${show(name)} of the response is left out: it has a name that is no ID`;
          leftOut.set(text, told('leftOut.oddName', { name: show(name) }));
        }
      }
      return Object.fromEntries(fitting(entry, named, 'the entry', context));
    }),
    () => z.record(z.string(), entry),
  );

type Place = string | number;

function fitting<T, P extends Place>(
  schema: ZodType<T>,
  items: Iterable<readonly [P, unknown]>,
  what: string,
  context: z.RefinementCtx,
): [P, T][] {
  const kept: [P, T][] = [];
  let odd: { readonly place: P; readonly error: z.ZodError } | undefined;
  for (const [place, item] of items) {
    const { data, error, success } = schema.safeParse(item);
    if (success) kept.push([place, data]);
    else {
      if (item !== null || typeof place === 'number') odd ??= { place, error };
      // Without the index in an array, which differs each time: each kind of oddity is told once.
      const text = `${what}${typeof place === 'string' ? ` ${show(place)}` : ''} of the response is left out: ${describeIssue(error)}`;
      leftOut.set(text, toldOfLeftOut(place, error));
    }
  }
  if (odd && kept.length === 0)
    for (const { path, message } of odd.error.issues) context.addIssue({ code: 'custom', message, path: [odd.place, ...path] });
  return kept;
}

/** Parses by a schema, and tells `warn` what its lenient arrays and dictionaries leave out, one text for each kind of oddity. */
export function readLeniently<T>(schema: ZodType<T>, value: unknown, warn?: Warn): z.ZodSafeParseResult<T> {
  const outer = leftOut;
  const own = new Map<string, Sentence>();
  leftOut = own;
  try {
    const parsed = schema.safeParse(value);
    if (parsed.success && warn) for (const [text, said] of [...own].slice(0, MAX_WARNINGS)) warn(text, said);
    return parsed;
  } finally {
    leftOut = outer;
  }
}

/** Brings a response into form, with the schema of what it gives. `A`: what else it needs. */
export type ResponseReader<T, A extends unknown[] = []> = ((response: HttpResponse, ...more: A) => T) & { readonly schema: ZodType };

export const reader = <T, A extends unknown[] = []>(
  schema: ZodType,
  read: (response: HttpResponse, ...more: A) => T,
): ResponseReader<T, A> => Object.assign(read, { schema });

/** For a panel: what is left out. */
function toldOfLeftOut(name: Place, { issues: [issue] }: z.ZodError): Sentence {
  const place = issue?.path.length ? show(issue.path.join('.')) : undefined;
  if (typeof name === 'string')
    return place === undefined ? told('leftOut.entry', { name: show(name) }) : told('leftOut.entryAt', { name: show(name), place });
  return place === undefined ? told('leftOut.element') : told('leftOut.elementAt', { place });
}

/** Where a value differs from what is promised, and how, without quoting it. */
function describeIssue({ issues: [issue] }: z.ZodError): string {
  const message = issue?.message.replace(/^Invalid input: /, '') ?? 'not what the vendor promises';
  return issue?.path.length ? `${show(issue.path.join('.'))}: ${message}` : message;
}

/**
 * Reads a JSON response and checks it against what the vendor promises; what its lenient parts leave out is told by the response's `warn`.
 * @throws EnsembleError BAD_RESPONSE naming the first place that differs
 */
export const json = <T>(schema: ZodType<T>): ResponseReader<T> =>
  reader(schema, (response) => {
    let value: unknown;
    try {
      value = readJson(response.body.toString('utf8'));
    } catch (error) {
      if (error instanceof EnsembleError) throw badResponse(response, error.message, sentencesOf(error));
      const message = `expected JSON, got ${describeBody(response)}${whereBroken(response, error)}`;
      throw badResponse(response, message, toldOfBody(response));
    }
    const parsed = readLeniently(schema, value, response.warn);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const place = issue?.path.length ? `${show(issue.path.join('.'))} of the response` : 'the response';
    throw badResponse(response, `${place}: ${issue?.message ?? 'not what the vendor promises'}`, toldOfIssue(issue));
  });

/** Of an operation that the vendor may also confirm by a response without a body: an empty object then. */
export const orEmpty = <T>(read: ResponseReader<T>): ResponseReader<T | Record<string, never>> =>
  reader(z.union([read.schema, z.object({})]), (response) => (response.statusCode === 204 ? {} : read(response)));

/** Reads a response whose form the vendor does not document: JSON where that is its content type, else its text. @throws EnsembleError BAD_RESPONSE where it is a page or broken */
export function jsonOrText(response: HttpResponse): unknown {
  const text = response.body.toString('utf8').trim();
  if (response.contentType.includes('html') || text.startsWith('<'))
    throw badResponse(response, `expected a word, got ${describeBody(response)}`, toldOfBody(response));
  return text !== '' && response.contentType.includes('json') ? json(z.unknown())(response) : text;
}

/** The fields of a response that is a JSON object, whatever its content type; undefined for a page or an empty body. */
export function jsonFieldsOf({ body }: HttpResponse): Readonly<Record<string, unknown>> | undefined {
  const value = parseJson(body.toString('utf8'));
  return isRecord(value) ? value : undefined;
}

/** The error for a response that is not what the vendor promises; a panel tells a page for people from that. */
export function badResponse(response: HttpResponse, message: string, said: Told): EnsembleError {
  const { statusCode } = response;
  return new EnsembleError('BAD_RESPONSE', message, isPage(response) ? told('page', { status: statusCode }) : said, { statusCode });
}

const EXPECTED = ['object', 'array', 'string', 'number', 'boolean'] as const;

/** For a panel: what was expected, and where. */
function toldOfIssue(issue: z.core.$ZodIssue | undefined): Sentence {
  const wanted = issue?.code === 'invalid_type' ? issue.expected.replace('record', 'object') : '';
  const kind = EXPECTED.find((one) => one === wanted) ?? 'other';
  return issue?.path.length ? told(`oddAt.${kind}`, { place: show(issue.path.join('.')) }) : told(`odd.${kind}`);
}

function toldOfBody({ body: { length: bytes }, contentType: type }: HttpResponse): Sentence {
  if (bytes === 0) return told('empty');
  if (type.includes('json')) return told('brokenJson', { bytes });
  return type === '' ? told('noJson', { bytes }) : told('noJsonOfType', { bytes, type });
}

/** Where the JSON breaks. V8's own message would quote the text. */
function whereBroken({ body, contentType }: HttpResponse, error: unknown): string {
  const message = error instanceof Error ? error.message : '';
  if (body.length === 0 || contentType.includes('html')) return '';
  if (/end of JSON|unterminated/i.test(message)) return ', which break off before their end';
  const position = /at position (\d+)/.exec(message)?.[1];
  return position === undefined ? '' : `, which are none from position ${position} on`;
}

/** Without quoting it: a response may hold tokens, and one that cannot be read may echo a password. */
export function describeBody({ body, contentType }: HttpResponse): string {
  if (body.length === 0) return 'an empty response';
  return `${body.length} bytes of ${contentType || 'no content type'}`;
}

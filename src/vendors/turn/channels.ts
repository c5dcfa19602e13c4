import { z } from 'zod';
import { EnsembleError } from '../../core/errors';
import type { HttpResponse } from '../../core/http/request';
import { json, jsonOrText, lenientArray } from '../../core/http/response';
import { isRecord } from '../../core/objects';
import { repairDescription, type State } from './states';
import { say } from './texts';

/** What a device may leave out, or leave empty. */
const known = <T>(schema: z.ZodType<T>) => schema.nullish().transform((value) => value ?? undefined);

/**
 * A channel as the device describes it (table 3). [G] The document's samples are empty: the keys are those of its table,
 * the permission in either spelling; what else comes stays as it is.
 */
const channel = z.looseObject({
  id: z.string(),
  description: known(z.string()),
  channelType: known(z.string()),
  dataType: known(z.string()),
  channel_permission: known(z.string()),
  channelPermission: known(z.string()),
  properties: z.unknown().optional(),
  state: known(z.record(z.string(), z.unknown())),
});
export type Channel = z.infer<typeof channel>;

// Where the document shows an array with one object, a device may send the object alone, and the other way round.
const readList = json(z.union([lenientArray(channel), channel.transform((one) => [one])]));

/** A response with channels, as they are meant. @throws EnsembleError BAD_RESPONSE */
export const readChannels = (response: HttpResponse): Channel[] => readList(response).map((one) => repairDescription(one) as Channel);

/** A response with the configuration, or with another description, as it is meant. @throws EnsembleError BAD_RESPONSE */
export const readConfig = (response: HttpResponse) =>
  repairDescription(json(z.looseObject({}))(response)) as Readonly<Record<string, unknown>>;

const state = z.record(z.string(), z.unknown());
const readOne = json(z.union([state, z.tuple([state]).transform(([one]) => one)]));

/** A response with one state, as it came. [G] What has nothing but an error is a refusal. @throws EnsembleError BAD_RESPONSE, REJECTED */
export function readState(response: HttpResponse): State {
  const said = readOne(response);
  throwRefusal(said, response);
  return said;
}

/** Characters of the Turn's own words in an error. */
const LONGEST_WORDS = 300;

/** A version, in JSON as the document has it, or bare. */
const VERSION = /^v?\d[\w.+-]{0,99}$/i;

/** A response with a version. @throws EnsembleError BAD_RESPONSE */
export function readVersion(response: HttpResponse): string {
  const text = response.body.toString('utf8').trim();
  return VERSION.test(text) ? text : json(z.string())(response);
}

/**
 * [G] What follows a change is not documented: a word is one also where it calls itself JSON; a state is repaired; what has nothing but
 * an error is a refusal.
 * @throws EnsembleError BAD_RESPONSE, REJECTED
 */
export function readWords(response: HttpResponse, repair: (state: State) => State): unknown {
  const text = response.body.toString('utf8').trim();
  if (/^[A-Z][\w .!]*$/i.test(text) && !/^(true|false|null)$/.test(text)) return text;
  const said = jsonOrText(response);
  if (!isRecord(said)) return said;
  throwRefusal(said, response);
  return repair(said);
}

function throwRefusal({ error, ...more }: State, { statusCode }: HttpResponse): void {
  if (typeof error !== 'string' || error === '' || Object.keys(more).length > 0) return;
  const vendorMessage = error.slice(0, LONGEST_WORDS);
  throw new EnsembleError('REJECTED', `the Turn has refused it: ${vendorMessage}`, say('refused'), { statusCode, vendorMessage });
}

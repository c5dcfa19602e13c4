import { z } from 'zod';
import { json, lenientArray, words } from '../../core/answers';
import type { HttpAnswer } from '../../core/http';
import { dataTypeOf, documentedType, normalId } from './ids';
import { repairState, type State } from './states';

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

/** An answer with channels, their states as they are meant. @throws EnsembleError BAD_RESPONSE */
export const readChannels = (answer: HttpAnswer): Channel[] =>
  readList(answer).map((one) => (one.state === undefined ? one : { ...one, state: repairState(one.state, typeOf(one)) }));

const typeOf = ({ id, dataType }: Channel) => dataTypeOf(dataType) ?? documentedType(normalId(id));

const state = z.record(z.string(), z.unknown());
const readOne = json(z.union([state, z.tuple([state]).transform(([one]) => one)]));

/** An answer with one state, as it came. @throws EnsembleError BAD_RESPONSE */
export const readState = (answer: HttpAnswer): State => readOne(answer);

/** [G] What follows a change is not documented: a word is one also where it calls itself JSON. @throws EnsembleError BAD_RESPONSE */
export function readWords(answer: HttpAnswer): unknown {
  const text = answer.body.toString('utf8').trim();
  return /^[A-Z][\w .!]*$/i.test(text) && !/^(true|false|null)$/.test(text) ? text : words(answer);
}

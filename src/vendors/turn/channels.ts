import { z } from 'zod';
import { json } from '../../core/answers';
import type { HttpAnswer } from '../../core/http';
import { dataTypeOf, documentedType, normalId } from './ids';
import { repairState, type State } from './states';

/**
 * A channel as the device describes it (table 3). [G] The document's samples are empty: the keys are those of its table,
 * the permission in either spelling; what else comes stays as it is.
 */
const channel = z.looseObject({
  id: z.string(),
  description: z.string().optional(),
  channelType: z.string().optional(),
  dataType: z.string().optional(),
  channel_permission: z.string().optional(),
  channelPermission: z.string().optional(),
  properties: z.unknown().optional(),
  state: z.record(z.string(), z.unknown()).optional(),
});
export type Channel = z.infer<typeof channel>;

// Where the document shows an array with one object, a device may send the object alone, and the other way round.
const readList = json(z.union([z.array(channel), channel.transform((one) => [one])]));

/** An answer with channels, their states as they are meant. @throws EnsembleError BAD_RESPONSE */
export const readChannels = (answer: HttpAnswer): Channel[] =>
  readList(answer).map((one) => (one.state === undefined ? one : { ...one, state: repairState(one.state, typeOf(one)) }));

const typeOf = ({ id, dataType }: Channel) => dataTypeOf(dataType) ?? documentedType(normalId(id));

const state = z.record(z.string(), z.unknown());
const readOne = json(z.union([state, z.tuple([state]).transform(([one]) => one)]));

/** An answer with one state, as it came. @throws EnsembleError BAD_RESPONSE */
export const readState = (answer: HttpAnswer): State => readOne(answer);

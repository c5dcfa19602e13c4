import { z } from 'zod';
import { json, lenientArray, orAbsent } from '../../core/http/response';
import { withoutUndefined } from '../../core/objects';
import { lenientNumber } from './devices';

const text = orAbsent(z.string());
const to = z.looseObject({ name: text }).transform(withoutUndefined);
const platforms = z.looseObject({ from: orAbsent(lenientArray(z.string())), to: orAbsent(to) }).transform(withoutUndefined);
const info = z.looseObject({ platforms: orAbsent(platforms) }).transform(withoutUndefined);
const image = z
  .looseObject({ name: z.string(), platform: text, version: orAbsent(lenientNumber), info: orAbsent(info) })
  .transform(withoutUndefined);

/** Firmware images. `version` is the second in which the image was made. */
export const readImages = json(lenientArray(image));

import { z } from 'zod';
import { json, lenientArray } from '../../core/http/response';
import { number, orAbsent, present } from './devices';

const text = orAbsent(z.string());
const to = z.looseObject({ name: text }).transform(present);
const platforms = z.looseObject({ from: orAbsent(lenientArray(z.string())), to: orAbsent(to) }).transform(present);
const info = z.looseObject({ platforms: orAbsent(platforms) }).transform(present);
const image = z.looseObject({ name: z.string(), platform: text, version: orAbsent(number), info: orAbsent(info) }).transform(present);

/** Firmware images. `version` is the second in which the image was made. */
export const readImages = json(lenientArray(image));

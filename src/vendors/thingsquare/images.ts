import { z } from 'zod';
import { json } from '../../core/answers';

const platforms = z.looseObject({ from: z.array(z.string()).optional(), to: z.looseObject({ name: z.string().optional() }).optional() });

/** Firmware images. `version` is the second in which the image was made. */
export const readImages = json(
  z.array(
    z.looseObject({
      name: z.string(),
      platform: z.string().optional(),
      version: z.number().optional(),
      info: z.looseObject({ platforms: platforms.optional() }).optional(),
    }),
  ),
);

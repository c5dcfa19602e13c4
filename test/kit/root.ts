import { join } from 'node:path';

/** The project's folder, seen from dist/test/kit. */
export const ROOT = join(__dirname, '../../..');

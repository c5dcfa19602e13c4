import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Vendor } from './vendor';

const TESTS = join(__dirname, '..');
const VENDORS = join(__dirname, '../../src/vendors');

/** Every vendor, as it describes itself in `test/<vendor>/vendor.ts`. Loaded with this file: what they import has hooks of mocha's. */
export const allVendors: readonly Vendor[] = readdirSync(VENDORS).map(
  (name) => (require(join(TESTS, name, 'vendor.js')) as Readonly<Record<string, Vendor>>)[name] as Vendor,
);

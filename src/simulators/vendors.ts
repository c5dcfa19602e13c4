import { sonata } from './sonata';
import { thingsee } from './thingsee';
import { thingsquare } from './thingsquare';
import { turn } from './turn';
import { twinkly } from './twinkly';
import type { SimulatedVendor } from './vendor';

/**
 * The simulated vendors, in the order of the device page. Each is a folder of the same name; the `page` of its
 * `page/index.ts`, if it has one, is what it brings to that page.
 */
export const vendors = { sonata, thingsee, thingsquare, turn, twinkly } satisfies Readonly<Record<string, SimulatedVendor<unknown>>>;

/** The state of each vendor, as the device page gets it. */
export type VendorStates = {
  readonly [V in keyof typeof vendors]: (typeof vendors)[V] extends SimulatedVendor<infer State> ? State : never;
};

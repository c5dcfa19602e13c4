import { simulateSonata } from './sonata';
import { simulateThingsee } from './thingsee';
import { simulateThingsquare } from './thingsquare';
import { simulateTurn } from './turn';
import { simulateTwinkly } from './twinkly';
import type { VendorId, VendorStates } from './types';
import type { Simulate } from './vendor';

/** The simulated vendors. Each has a renderer of the same name in `page/renderers.ts`. */
export const vendors: { readonly [V in VendorId]: Simulate<VendorStates[V]> } = {
  sonata: simulateSonata,
  thingsee: simulateThingsee,
  thingsquare: simulateThingsquare,
  turn: simulateTurn,
  twinkly: simulateTwinkly,
};

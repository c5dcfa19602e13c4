import type { VendorId, VendorStates } from '../types';
import type { Renderer } from './renderer';
import { renderSonata } from './sonata';

/** One for each simulated vendor, with the name that people know. */
export const renderers: { readonly [V in VendorId]: { readonly name: string; readonly render: Renderer<VendorStates[V]> } } = {
  sonata: { name: 'Sonata', render: renderSonata },
};

import type { VendorId, VendorStates } from '../types';
import type { Renderer } from './renderer';
import { renderSonata } from './sonata';
import { renderThingsee } from './thingsee';
import { renderThingsquare } from './thingsquare';
import { renderTurn } from './turn';
import { renderTwinkly } from './twinkly';

interface Section<State> {
  /** The name that people know. */
  readonly name: string;
  /** Where its API begins. */
  readonly path: string;
  readonly render: Renderer<State>;
}

/** One for each simulated vendor. */
export const renderers: { readonly [V in VendorId]: Section<VendorStates[V]> } = {
  sonata: { name: 'Sonata', path: '/sonata', render: renderSonata },
  thingsee: { name: 'Thingsee', path: '/thingsee', render: renderThingsee },
  thingsquare: { name: 'Thingsquare', path: '/thingsquare', render: renderThingsquare },
  turn: { name: 'Turn', path: '/api/v1.0', render: renderTurn },
  twinkly: { name: 'Twinkly', path: '/twinkly', render: renderTwinkly },
};

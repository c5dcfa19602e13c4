import type { Faults } from '../types';
import { button, h, number } from './dom';
import type { Act } from './renderer';
import { word } from './words';

/** The switches that make a vendor misbehave. */
export function createFaults(act: Act) {
  const latency = number(word('latency'), 'ms', 600_000, (value) => act('faults', { latency: value }));
  const errorRate = number(word('errorRate'), '%', 100, (value) => act('faults', { errorRate: value }));
  const retryAfter = number(word('retryAfter'), 's', 3600, (value) => act('faults', { retryAfter: value }));
  const drop = button(word('drop'), () => act('drop', {}));
  drop.title = word('dropHint');
  const warning = h('span', { class: 'warning', hidden: true }, word('misbehaving'));
  return {
    element: h(
      'section',
      { class: 'card switches' },
      h('h3', {}, word('faults'), warning),
      latency.element,
      errorRate.element,
      retryAfter.element,
      drop,
    ),
    show(faults: Faults) {
      latency.show(faults.latency);
      errorRate.show(faults.errorRate);
      retryAfter.show(faults.retryAfter);
      warning.hidden = faults.latency + faults.errorRate + faults.retryAfter === 0;
    },
  };
}

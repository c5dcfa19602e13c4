import { button, checkbox, controls, numberField } from './controls';
import { h, type PagePart } from './dom';
import type { Act } from './renderer';
import { t } from './texts';
import type { Faults } from './update';

/** The settings that make a vendor misbehave. */
export function createFaults(act: Act, hasOtherwise: boolean): PagePart<Faults> {
  const latency = numberField(t('latency'), 'ms', 600_000, (value) => act('faults', { latency: value }));
  const errorRate = numberField(t('errorRate'), '%', 100, (value) => act('faults', { errorRate: value }));
  const retryAfter = numberField(t('retryAfter'), 's', 3600, (value) => act('faults', { retryAfter: value }));
  const otherwise = checkbox(t('otherwise'), (value) => act('faults', { otherwise: value }));
  otherwise.element.title = t('otherwiseHint');
  const drop = button(t('drop'), () => act('drop', {}), t('dropHint'));
  const warning = h('span', { class: 'warning', hidden: true }, t('active'));
  const element = controls(
    t('faults'),
    latency.element,
    errorRate.element,
    retryAfter.element,
    ...(hasOtherwise ? [otherwise.element] : []),
    drop,
  );
  element.querySelector('h3')?.append(warning);
  return {
    element,
    show(faults) {
      latency.show(faults.latency);
      errorRate.show(faults.errorRate);
      retryAfter.show(faults.retryAfter);
      otherwise.show(faults.otherwise);
      warning.hidden = faults.latency + faults.errorRate + faults.retryAfter === 0 && !faults.otherwise;
    },
  };
}

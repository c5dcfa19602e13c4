import { button, checkbox, controls, numberField, timeField } from './controls';
import { h, type PagePart } from './dom';
import { t } from './texts';
import { duration, percent } from './units';
import type { Faults } from './update';
import type { Act } from './vendor-page';

/** The settings that make a vendor misbehave. */
export function createFaults(act: Act, hasOtherwise: boolean): PagePart<Faults> {
  const latency = timeField(t('latency'), { unit: 'ms', max: 600_000, change: (value) => act('faults', { latency: value }) });
  const errorRate = numberField(t('errorRate'), { unit: '%', max: 100, change: (value) => act('faults', { errorRate: value }) });
  const retryAfter = timeField(t('retryAfter'), { unit: 's', max: 3600, change: (value) => act('faults', { retryAfter: value }) });
  const otherwise = checkbox(t('otherwise'), (value) => act('faults', { otherwise: value }));
  otherwise.element.title = t('otherwiseHint');
  const drop = button(t('drop'), () => act('drop', {}), t('dropHint'));
  const none = button(t('noFaults'), () => act('faults', { latency: 0, errorRate: 0, retryAfter: 0, otherwise: false }));
  return {
    element: controls(
      t('faults'),
      h('p', { class: 'hint' }, t('faultsHint')),
      latency.element,
      errorRate.element,
      retryAfter.element,
      ...(hasOtherwise ? [otherwise.element] : []),
      h('div', { class: 'buttons' }, none, drop),
    ),
    show(faults) {
      latency.show(faults.latency);
      errorRate.show(faults.errorRate);
      retryAfter.show(faults.retryAfter);
      otherwise.show(faults.otherwise);
      none.disabled = activeFaults(faults).length === 0;
    },
  };
}

/** What is switched on, in words. */
export const activeFaults = ({ latency, errorRate, retryAfter, otherwise }: Faults): string[] => [
  ...(latency > 0 ? [t('isSlow', { time: duration(latency / 1000) })] : []),
  ...(errorRate > 0 ? [t('fails', { share: percent(errorRate) })] : []),
  ...(retryAfter > 0 ? [t('isLimited')] : []),
  ...(otherwise ? [t('otherwise')] : []),
];

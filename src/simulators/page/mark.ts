import { h } from './dom';
import { t } from './texts';

/** A small sign that a vendor has a bad day. */
export const createMark = (): HTMLElement => h('span', { class: 'mark', role: 'img', 'aria-label': t('active'), hidden: true }, '!');

/** @param faults what is switched on, in words */
export function showMark(mark: HTMLElement, faults: readonly string[]): void {
  mark.hidden = faults.length === 0;
  mark.title = faults.join(' · ');
}

import { h, type PagePart } from './dom';
import { duration } from './units';

/** Settings that belong together, with a heading. */
export const controls = (heading: string, ...children: (Node | string)[]): HTMLElement =>
  h('section', { class: 'settings' }, h('h3', {}, heading), ...children);

export function button(label: string, press: () => void, hint = ''): HTMLButtonElement {
  return h('button', { type: 'button', click: press, ...(hint && { title: hint }) }, label);
}

/** A button without a word on it. */
export function signButton(sign: Node, name: string, press: () => void, hint = name): HTMLButtonElement {
  return h('button', { type: 'button', class: 'sign', click: press, title: hint, 'aria-label': name }, sign);
}

/** A value with its label. */
export function labelled(label: string): PagePart<string | number> {
  const field = h('code');
  return {
    element: h('div', { class: 'setting' }, h('span', {}, label), field),
    show(value) {
      field.textContent = String(value);
    },
  };
}

const setting = (label: string, ...fields: Node[]): HTMLElement => h('label', { class: 'setting' }, h('span', {}, label), ...fields);

export function select<const O extends Readonly<Record<string, string>>>(
  label: string,
  options: O,
  change: (value: string) => void,
): PagePart<string> {
  const entries = Object.entries(options).map(([value, text]) => h('option', { value }, text));
  const field = h('select', { change: () => change(field.value) }, ...entries);
  return { element: setting(label, field), show: (value) => setValue(field, value) };
}

interface NumberOptions {
  readonly unit: string;
  readonly max: number;
  /** What the number means, in words. */
  readonly means?: (value: number) => string;
  readonly change: (value: number) => void;
}

/** A number from 0 to `max` with its unit, and what it means. */
export function numberField(label: string, { unit, max, means, change }: NumberOptions): PagePart<number> {
  const limited = () => Math.min(max, Math.max(0, field.valueAsNumber || 0));
  const meaning = h('small', { class: 'meaning' });
  const explain = () => {
    meaning.textContent = means?.(limited()) ?? '';
  };
  const field = h('input', { type: 'number', min: '0', max: String(max), input: explain, change: () => change(limited()) });
  return {
    element: setting(label, h('span', { class: 'amount' }, field, h('span', { class: 'unit' }, unit), ...(means ? [meaning] : []))),
    show(value) {
      setValue(field, String(value));
      explain();
    },
  };
}

interface TimeOptions {
  readonly unit: 's' | 'ms';
  readonly max: number;
  /** What 0 means. */
  readonly none?: string;
  readonly change: (value: number) => void;
}

/** A time from 0 to `max`, in seconds or milliseconds. */
export function timeField(label: string, { unit, max, none = '', change }: TimeOptions): PagePart<number> {
  const [second, least] = unit === 's' ? [1, 60] : [1000, 1000];
  // Where it is short, the number says it already.
  const means = (value: number) => (value === 0 ? none : value < least ? '' : duration(value / second));
  return numberField(label, { unit, max, change, means });
}

export function checkbox(label: string, change: (value: boolean) => void): PagePart<boolean> {
  const field = h('input', { type: 'checkbox', role: 'switch', change: () => change(field.checked) });
  return {
    element: setting(label, field),
    show(value) {
      field.checked = value;
    },
  };
}

/** A field that has the focus keeps what a person is typing. */
function setValue(field: HTMLInputElement | HTMLSelectElement, value: string): void {
  if (field !== document.activeElement) field.value = value;
}

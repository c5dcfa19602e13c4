import { h, type PagePart } from './dom';

/** A card with a heading and controls. */
export const controls = (heading: string, ...children: (Node | string)[]): HTMLElement =>
  h('section', { class: 'card switches' }, h('h3', {}, heading), ...children);

export function button(label: string, press: () => void, hint = ''): HTMLButtonElement {
  return h('button', { type: 'button', click: press, ...(hint && { title: hint }) }, label);
}

/** A value with its label. */
export function labelled(label: string, tag: 'code' | 'output' = 'code'): PagePart<string | number> {
  const field = h(tag);
  return {
    element: h('label', {}, h('span', {}, label), field),
    show(value) {
      field.textContent = String(value);
    },
  };
}

export function select<const O extends Readonly<Record<string, string>>>(
  label: string,
  options: O,
  change: (value: string) => void,
): PagePart<string> {
  const entries = Object.entries(options).map(([value, text]) => h('option', { value }, text));
  const field = h('select', { change: () => change(field.value) }, ...entries);
  return {
    element: h('label', {}, h('span', {}, label), field),
    show: (value) => setValue(field, value),
  };
}

/** A number from 0 to `max` with its unit. */
export function numberField(label: string, unit: string, max: number, change: (value: number) => void): PagePart<number> {
  const limited = () => Math.min(max, Math.max(0, field.valueAsNumber || 0));
  const field = h('input', { type: 'number', min: '0', max: String(max), change: () => change(limited()) });
  return {
    element: h('label', {}, h('span', {}, label), field, h('span', { class: 'unit' }, unit)),
    show: (value) => setValue(field, String(value)),
  };
}

export function checkbox(label: string, change: (value: boolean) => void): PagePart<boolean> {
  const field = h('input', { type: 'checkbox', change: () => change(field.checked) });
  return {
    element: h('label', {}, h('span', {}, label), field),
    show(value) {
      field.checked = value;
    },
  };
}

/** A field that has the focus keeps what a person is typing. */
function setValue(field: HTMLInputElement | HTMLSelectElement, value: string): void {
  if (field !== document.activeElement) field.value = value;
}

type Attributes = Readonly<Record<string, string | boolean | ((event: Event) => void)>>;

/** An element. Text is always text: nothing that a device says becomes markup. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (typeof value === 'function') element.addEventListener(name, value);
    else if (value !== false) element.setAttribute(name, value === true ? '' : value);
  element.append(...children);
  return element;
}

export const button = (label: string, press: () => void): HTMLButtonElement => h('button', { type: 'button', click: press }, label);

/** A labelled select; `show` sets it, but not under the person's fingers. */
export function select<const O extends Readonly<Record<string, string>>>(label: string, options: O, change: (value: string) => void) {
  const entries = Object.entries(options).map(([value, text]) => h('option', { value }, text));
  const field = h('select', { change: () => change(field.value) }, ...entries);
  return {
    element: h('label', {}, h('span', {}, label), field),
    show: (value: string) => setValue(field, value),
  };
}

/** A labelled number with its unit; `change` gets it within its bounds. */
export function number(label: string, unit: string, max: number, change: (value: number) => void) {
  const within = () => Math.min(max, Math.max(0, field.valueAsNumber || 0));
  const field = h('input', { type: 'number', min: '0', max: String(max), change: () => change(within()) });
  return {
    element: h('label', {}, h('span', {}, label), field, h('span', { class: 'unit' }, unit)),
    show: (value: number) => setValue(field, String(value)),
  };
}

function setValue(field: HTMLInputElement | HTMLSelectElement, value: string): void {
  if (field !== document.activeElement) field.value = value;
}

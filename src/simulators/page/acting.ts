import { h } from './dom';

const groups = new Set<HTMLFieldSetElement>();
let isReadOnly = false;

/** What changes something: where the person may only look, it is disabled. What only shows something else stays outside. */
export function acting(...children: Node[]): HTMLFieldSetElement {
  const group = h('fieldset', { class: 'acting' }, ...children);
  // A field set disables its buttons and fields; what else can be operated is a slider.
  group.addEventListener('keydown', (event) => group.disabled && isSlider(event.target) && event.stopPropagation(), { capture: true });
  groups.add(group);
  disable(group);
  return group;
}

export function setReadOnly(value: boolean): void {
  isReadOnly = value;
  groups.forEach(disable);
}

function disable(group: HTMLFieldSetElement): void {
  group.disabled = isReadOnly;
  if (isReadOnly) group.setAttribute('aria-disabled', 'true');
  else group.removeAttribute('aria-disabled');
}

const isSlider = (target: EventTarget | null): boolean => target instanceof Element && target.matches('[role="slider"]');

import { h } from './dom';
import { remember, remembered } from './remembered';

/** What can be folded; whether it is open is remembered. */
export function createDrawer(
  name: string,
  { summary, isOpen = false, kind = '' }: { summary: readonly (Node | string)[]; isOpen?: boolean; kind?: string },
  ...children: Node[]
): HTMLDetailsElement {
  const known = remembered(`drawer-${name}`);
  // It is still as it was: only then the browser opens or closes it.
  const press = () => remember(`drawer-${name}`, element.open ? 'closed' : 'open');
  const element: HTMLDetailsElement = h(
    'details',
    { class: `card drawer ${kind}`, open: known === undefined ? isOpen : known === 'open' },
    h('summary', { click: press }, ...summary),
    ...children,
  );
  return element;
}

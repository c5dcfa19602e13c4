type Attributes = Readonly<Record<string, string | boolean | ((event: Event) => void)>>;

/** An element that shows something. */
export interface PagePart<T> {
  readonly element: HTMLElement;
  show(value: T): void;
}

/** An element. Text stays text: nothing that a device sends becomes markup. */
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

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...children: Node[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/**
 * Shows the items of a list in the parent, each by an element that is created once.
 * @param keyOf the key that identifies an item
 */
export function showList<T>(
  parent: HTMLElement,
  keyOf: (item: T) => string | number,
  create: (item: T) => PagePart<T>,
): (items: readonly T[]) => void {
  const parts = new Map<string | number, PagePart<T>>();
  return (items) => {
    for (const [index, item] of items.entries()) {
      const key = keyOf(item);
      const part = parts.get(key) ?? create(item);
      parts.set(key, part);
      // An element that is moved loses the focus.
      const present = parent.children[index] ?? null;
      if (present !== part.element) parent.insertBefore(part.element, present);
      part.show(item);
    }
    while (parent.children.length > items.length) parent.lastElementChild?.remove();
  };
}

import type { Page } from 'playwright-core';

// What the functions given to `evaluate` find in the page.
interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
interface Style {
  readonly color: string;
  readonly backgroundColor: string;
  readonly opacity: string;
}
interface Element {
  readonly parentElement: Element | null;
  readonly tagName: string;
  readonly id: string;
  readonly className: string;
  readonly type?: string;
  readonly disabled?: boolean;
  closest(selector: string): Element | null;
  getBoundingClientRect(): Box;
  getAttribute(name: string): string | null;
  checkVisibility(options: object): boolean;
  matches(selector: string): boolean;
}
declare const document: {
  querySelectorAll(selector: string): Iterable<Element>;
  createTreeWalker(root: unknown, what: number): TreeWalker;
  body: unknown;
};
interface TreeWalker {
  nextNode(): { readonly textContent: string; readonly parentElement: Element } | null;
}
declare const getComputedStyle: (element: Element) => Style;
declare const OffscreenCanvas: new (
  width: number,
  height: number,
) => {
  getContext(kind: '2d'): {
    fillStyle: string;
    fillRect(...box: number[]): void;
    getImageData(...box: number[]): { data: ArrayLike<number> };
    clearRect(...box: number[]): void;
  };
};

const INTERACTIVE = 'a[href], button, input, select, textarea, summary, [tabindex]:not([tabindex="-1"])';

/** What a person can touch that is smaller than so many pixels. A box that is ticked may be touched at its label. */
export const smallTargets = (page: Page, least: number): Promise<string[]> =>
  page.evaluate(
    ([selector, pixels]) =>
      [...document.querySelectorAll(selector)]
        .filter((element) => element.checkVisibility({ visibilityProperty: true }))
        .flatMap((element) => {
          const target = (element.type === 'checkbox' && element.closest('label')) || element;
          const { width, height } = target.getBoundingClientRect();
          const name = `${element.tagName} ${element.id || element.className || (element.getAttribute('aria-label') ?? '')}`;
          return Math.min(width, height) < pixels - 0.01 ? [`${name}: ${width} x ${height}`] : [];
        }),
    [INTERACTIVE, least] as const,
  );

/** What a screen reader can operate but has no name for. */
export async function nameless(page: Page): Promise<string[]> {
  const client = await page.context().newCDPSession(page);
  const { nodes } = await client.send('Accessibility.getFullAXTree');
  await client.detach();
  const roles = [
    'button',
    'link',
    'slider',
    'combobox',
    'switch',
    'checkbox',
    'tab',
    'tabpanel',
    'spinbutton',
    'textbox',
    'image',
    'img',
    'meter',
    'progressbar',
  ];
  const operable = nodes.filter(({ ignored, role }) => !ignored && roles.includes(String(role?.value)));
  if (operable.length === 0) throw new Error('nothing is there to be named');
  return operable.flatMap(({ role, name, backendDOMNodeId }) => (name?.value ? [] : [`${role?.value} ${backendDOMNodeId}`]));
}

/**
 * The texts whose contrast to what is behind them is too low, with their colours.
 * @param least contrast
 * @param of a selector of the elements whose own texts are meant
 */
export const faintTexts = (page: Page, { least = 4.5, of = '*' } = {}): Promise<{ texts: number; faint: string[] }> =>
  page.evaluate(
    ({ least, of }) => {
      const canvas = new OffscreenCanvas(1, 1).getContext('2d');
      const over = (colours: readonly string[]): number[] => {
        canvas.clearRect(0, 0, 1, 1);
        for (const colour of colours) {
          canvas.fillStyle = colour;
          canvas.fillRect(0, 0, 1, 1);
        }
        return [...Array.from(canvas.getImageData(0, 0, 1, 1).data)].slice(0, 3);
      };
      const luminance = (colour: readonly number[]) => {
        const [r = 0, g = 0, b = 0] = colour.map((part) => (part <= 10 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const faint = new Set<string>();
      let texts = 0;
      const walker = document.createTreeWalker(document.body, 4);
      for (let node = walker.nextNode(); node; node = walker.nextNode()) {
        const element = node.parentElement;
        const disabled = element.closest(':disabled, option');
        if (
          !node.textContent.trim() ||
          !element.matches(of) ||
          disabled ||
          !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })
        )
          continue;
        const behind: string[] = [];
        for (let at: Element | null = element; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
        const back = over(['#fff', ...behind]);
        const text = over([`rgb(${back.join(' ')})`, getComputedStyle(element).color]);
        const [low = 0, high = 0] = [luminance(back), luminance(text)].sort((a, b) => a - b);
        const contrast = (high + 0.05) / (low + 0.05);
        texts++;
        if (contrast < least) faint.add(`${node.textContent.trim()}: ${contrast.toFixed(2)} (${text} on ${back})`);
      }
      return { texts, faint: [...faint] };
    },
    { least, of },
  );

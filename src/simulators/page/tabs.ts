import { h } from './dom';
import { createMark, showMark } from './mark';
import { remember, remembered } from './remembered';
import type { Section } from './section';
import { t } from './texts';

/** Under which name the open one is remembered. */
const OPEN = 'vendor';
const NEIGHBOURS: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1 };

interface Tab {
  readonly button: HTMLButtonElement;
  readonly warning: HTMLElement;
  readonly panel: HTMLElement;
}

/** The vendors, one of which is open: that of the address (`#turn`), else that of the last time, else the first. */
export class Tabs {
  readonly element: HTMLElement;
  private readonly tabs = new Map<string, Tab>();
  private readonly list = h('div', { class: 'tabs', role: 'tablist', 'aria-label': t('vendors') });
  private readonly panels = h('div', { class: 'vendors' });
  /** The address leads to a vendor. */
  private isLed = false;

  constructor() {
    this.element = h('div', { class: 'tabbed' }, this.list, this.panels);
    this.list.addEventListener('keydown', (event) => this.press(event));
    addEventListener('hashchange', () => {
      if (this.follow()) this.element.scrollIntoView();
    });
  }

  /** Those that are not there yet are added. */
  begin(sections: ReadonlyMap<string, Section>): void {
    if (this.tabs.size === sections.size) return;
    for (const [id, section] of sections) if (!this.tabs.has(id)) this.add(id, section);
    const known = remembered(OPEN) ?? '';
    this.isLed = this.follow();
    if (!this.isLed) this.open(this.tabs.has(known) ? known : ([...this.tabs.keys()][0] ?? ''));
  }

  /** Once all is shown: somebody who came by a link wants to see what it leads to. After a reload, the browser goes back to where it was. */
  arrive(): void {
    if (this.isLed && !isReloaded()) this.element.scrollIntoView();
    this.isLed = false;
  }

  showFaults(id: string, faults: readonly string[] | undefined): void {
    const tab = this.tabs.get(id);
    if (faults && tab) showMark(tab.warning, faults);
  }

  private add(id: string, { name, element: panel }: Section): void {
    const warning = createMark();
    const choose = () => this.choose(id);
    const button = h('button', { type: 'button', role: 'tab', id: `tab-${id}`, 'aria-controls': id, click: choose }, name, warning);
    this.tabs.set(id, { button, warning, panel });
    this.list.append(button);
    this.panels.append(panel);
  }

  private open(id: string): void {
    for (const [other, { button, panel }] of this.tabs) {
      button.setAttribute('aria-selected', String(other === id));
      button.tabIndex = other === id ? 0 : -1;
      panel.hidden = other !== id;
    }
    remember(OPEN, id);
  }

  private choose(id: string): void {
    this.open(id);
    // A reload, or a link that somebody copies, leads to what is open.
    history.replaceState(null, '', `#${id}`);
  }

  /** Opens the vendor of the address. @returns whether there is one */
  private follow(): boolean {
    const id = location.hash.slice(1);
    if (!this.tabs.has(id)) return false;
    this.open(id);
    return true;
  }

  private press(event: KeyboardEvent): void {
    const ids = [...this.tabs.keys()];
    const at = ids.findIndex((id) => this.tabs.get(id)?.button === document.activeElement);
    const to = event.key === 'Home' ? 0 : event.key === 'End' ? ids.length - 1 : at + (NEIGHBOURS[event.key] ?? Number.NaN);
    const id = ids[(to + ids.length) % ids.length];
    if (id === undefined) return;
    event.preventDefault();
    this.choose(id);
    this.tabs.get(id)?.button.focus();
  }
}

function isReloaded(): boolean {
  const [navigation] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
  return navigation?.type === 'reload';
}

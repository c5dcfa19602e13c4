import { h } from './dom';
import { createDrawer } from './drawer';
import { remember, remembered } from './remembered';
import { t } from './texts';
import { milliseconds, timeOfDay } from './units';
import type { RequestLogEntry, VendorSection } from './update';

const MAX_LINES = 200;
/** Of the newest lines, so many are looked at. */
const IN_SIGHT = 20;
/** What is shown, beside all and one vendor. Not an id of a vendor. */
const ALL = '';
const WITHOUT_READS = '-';
/** Under which name the choice is remembered. */
const FILTER = 'requests-shown';

/**
 * The requests as they are received, newest first; equal ones share a line. So that polls do not push the rest away, a read joins
 * its line where it stands. Another request joins the last one that is no read, and comes to the top. Folded, they are not drawn.
 */
export function createRequests({ isOpen }: { readonly isOpen: boolean }) {
  const list = h('ol', { class: 'requests' });
  const none = h('p', { class: 'none' }, t('noRequests'));
  const filter = h('select', { 'aria-label': t('showRequests'), change: () => choose() });
  let lines: RequestLine[] = [];
  const choose = () => {
    remember(FILTER, filter.value);
    show();
  };
  const show = () => {
    if (!element.open) return;
    const passed = lines.filter((line) => line.passes(filter.value));
    showInOrder(
      list,
      passed.map((line) => line.show()),
    );
    none.hidden = passed.length > 0;
  };
  const element = createDrawer('requests', { summary: [h('h2', {}, t('requests'))], isOpen, kind: 'log' }, filter, none, list);
  element.addEventListener('toggle', show);
  return {
    element,
    add(entries: readonly RequestLogEntry[]) {
      if (entries.length === 0) return;
      for (const entry of entries) lines = withEntry(lines, entry);
      show();
    },
    /** Without requests, and with these vendors to choose from. */
    begin(vendors: readonly VendorSection[]) {
      const chosen = remembered(FILTER) ?? ALL;
      const options = [[ALL, t('allRequests')], [WITHOUT_READS, t('withoutReads')], ...vendors.map(({ id, name }) => [id, name])] as const;
      filter.replaceChildren(...options.map(([value, text]) => h('option', { value, selected: value === chosen }, text)));
      lines = [];
      show();
    },
  };
}

function withEntry(lines: RequestLine[], entry: RequestLogEntry): RequestLine[] {
  const isRead = entry.method === 'GET';
  const candidates = isRead ? lines.slice(0, IN_SIGHT) : lines.filter((line) => !line.isRead).slice(0, 1);
  const joined = candidates.find((line) => line.repeat(entry));
  if (joined && isRead) return lines;
  return [joined ?? new RequestLine(entry, isRead), ...lines.filter((one) => one !== joined)].slice(0, MAX_LINES);
}

/** Moves only what stands elsewhere. */
function showInOrder(parent: HTMLElement, elements: readonly HTMLElement[]): void {
  let next = parent.firstElementChild;
  for (const element of elements)
    if (element === next) next = next.nextElementSibling;
    else parent.insertBefore(element, next);
  while (next) {
    const gone = next;
    next = next.nextElementSibling;
    gone.remove();
  }
}

class RequestLine {
  private readonly time = h('time');
  private readonly times = h('span', { class: 'times' });
  private readonly duration = h('span', { class: 'duration' });
  private element: HTMLElement | undefined;
  private count: number;
  private isShown = false;

  /** @param entry the last one; of reads with the time of the first */
  constructor(
    private entry: RequestLogEntry,
    readonly isRead: boolean,
  ) {
    this.count = entry.count ?? 1;
  }

  /** Counts an equal request. @returns whether it is equal */
  repeat(entry: RequestLogEntry): boolean {
    if ((['direction', 'method', 'path', 'status'] as const).some((key) => entry[key] !== this.entry[key])) return false;
    this.count += entry.count ?? 1;
    // A read stays where it is: the list is in the order of the times that it shows.
    this.entry = this.isRead ? { ...entry, time: this.entry.time, last: entry.last ?? entry.time } : entry;
    this.isShown = false;
    return true;
  }

  show(): HTMLElement {
    this.element ??= this.create();
    if (this.isShown) return this.element;
    this.isShown = true;
    const { time, last, duration } = this.entry;
    this.time.textContent = timeOfDay.format(time);
    if (last !== undefined) this.time.title = `${t('last')} ${timeOfDay.format(last)}`;
    this.times.textContent = this.count > 1 ? `× ${this.count}` : '';
    this.duration.textContent = milliseconds(duration);
    return this.element;
  }

  /** Whether the filter lets it through. */
  passes(filter: string): boolean {
    return filter === ALL || (filter === WITHOUT_READS ? !this.isRead : this.entry.vendor === filter);
  }

  private create(): HTMLElement {
    const { direction, method, path, status } = this.entry;
    const kind = status === 0 || status >= 500 ? 'bad' : status >= 400 ? 'refused' : 'good';
    return h(
      'li',
      { class: direction },
      this.time,
      h('span', { class: 'method', title: t(direction === 'in' ? 'incoming' : 'outgoing') }, direction === 'in' ? method : `← ${method}`),
      h('span', { class: 'path', title: path }, h('bdi', { dir: 'ltr' }, path)),
      this.times,
      h('span', { class: `status ${kind}`, ...(status === 0 && { title: t('noResponse') }) }, status === 0 ? '–' : String(status)),
      this.duration,
    );
  }
}

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
 * its line where it stands. Another request joins the last one that is no read, and comes to the top.
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
    for (const line of lines) line.element.hidden = !line.passes(filter.value);
    none.hidden = lines.some(({ element }) => !element.hidden);
  };
  const enter = (entry: RequestLogEntry) => {
    const isRead = entry.method === 'GET';
    const candidates = isRead ? lines.slice(0, IN_SIGHT) : lines.filter((line) => !line.isRead).slice(0, 1);
    const joined = candidates.find((line) => line.repeat(entry));
    if (joined && isRead) return;
    const line = joined ?? new RequestLine(entry, isRead);
    list.prepend(line.element);
    lines = [line, ...lines.filter((one) => one !== line)];
    for (const { element } of lines.splice(MAX_LINES)) element.remove();
  };
  return {
    element: createDrawer('requests', { summary: [h('h2', {}, t('requests'))], isOpen, kind: 'log' }, filter, none, list),
    add(entries: readonly RequestLogEntry[]) {
      entries.forEach(enter);
      show();
    },
    /** Without requests, and with these vendors to choose from. */
    begin(vendors: readonly VendorSection[]) {
      const chosen = remembered(FILTER) ?? ALL;
      const options = [[ALL, t('allRequests')], [WITHOUT_READS, t('withoutReads')], ...vendors.map(({ id, name }) => [id, name])] as const;
      filter.replaceChildren(...options.map(([value, text]) => h('option', { value, selected: value === chosen }, text)));
      list.replaceChildren();
      lines = [];
    },
  };
}

class RequestLine {
  readonly element: HTMLElement;
  private readonly time = h('time');
  private readonly times = h('span', { class: 'times' });
  private readonly duration = h('span', { class: 'duration' });
  private count = 0;

  constructor(
    private readonly entry: RequestLogEntry,
    readonly isRead: boolean,
  ) {
    const { direction, method, path, status } = entry;
    const kind = status === 0 || status >= 500 ? 'bad' : status >= 400 ? 'refused' : 'good';
    this.element = h(
      'li',
      { class: direction },
      this.time,
      h('span', { class: 'method', title: t(direction === 'in' ? 'incoming' : 'outgoing') }, direction === 'in' ? method : `← ${method}`),
      h('span', { class: 'path', title: path }, h('bdi', { dir: 'ltr' }, path)),
      this.times,
      h('span', { class: `status ${kind}`, ...(status === 0 && { title: t('noResponse') }) }, status === 0 ? '–' : String(status)),
      this.duration,
    );
    this.repeat(entry);
  }

  /** Counts an equal request. @returns whether it is equal */
  repeat(entry: RequestLogEntry): boolean {
    if ((['direction', 'method', 'path', 'status'] as const).some((key) => entry[key] !== this.entry[key])) return false;
    this.count++;
    const time = timeOfDay.format(entry.time);
    // A read stays where it is: the list is in the order of the times that it shows.
    if (this.isRead && this.count > 1) this.time.title = `${t('last')} ${time}`;
    else this.time.textContent = time;
    this.times.textContent = this.count > 1 ? `× ${this.count}` : '';
    this.duration.textContent = milliseconds(entry.duration);
    return true;
  }

  /** Whether the filter lets it through. */
  passes(filter: string): boolean {
    return filter === ALL || (filter === WITHOUT_READS ? !this.isRead : this.entry.vendor === filter);
  }
}

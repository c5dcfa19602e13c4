import { h } from './dom';
import { timeOfDay } from './language';
import { t } from './texts';
import type { RequestLogEntry } from './update';

const MAX_LINES = 200;

/** The requests as they are received, newest first; equal ones in a row share a line. */
export function createRequests() {
  const list = h('ol', { class: 'requests' });
  const none = h('p', { class: 'none' }, t('noRequests'));
  let newest: RequestLine | undefined;
  const enter = (entry: RequestLogEntry) => {
    if (!newest?.repeat(entry)) {
      newest = new RequestLine(entry);
      list.prepend(newest.element);
    }
    if (list.children.length > MAX_LINES) list.lastElementChild?.remove();
  };
  return {
    element: h('section', { class: 'card log' }, h('h3', {}, t('requests')), none, list),
    add(entries: readonly RequestLogEntry[]) {
      entries.forEach(enter);
      none.hidden = list.children.length > 0;
    },
    clear() {
      list.replaceChildren();
      newest = undefined;
    },
  };
}

class RequestLine {
  private readonly time = h('time');
  private readonly times = h('span', { class: 'times' });
  private readonly duration = h('span', { class: 'duration' });
  readonly element: HTMLElement;
  private count = 0;

  constructor(private readonly entry: RequestLogEntry) {
    const { direction, method, path, status } = entry;
    const kind = status === 0 || status >= 500 ? 'bad' : status >= 400 ? 'refused' : 'good';
    this.element = h(
      'li',
      { class: direction },
      this.time,
      h('span', { class: 'method', title: t(direction === 'in' ? 'incoming' : 'outgoing') }, direction === 'in' ? method : `← ${method}`),
      h('span', { class: 'path', title: path }, path),
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
    this.time.textContent = timeOfDay.format(entry.time);
    this.times.textContent = this.count > 1 ? `× ${this.count}` : '';
    this.duration.textContent = `${entry.duration < 10 ? entry.duration.toFixed(1) : Math.round(entry.duration)} ms`;
    return true;
  }
}

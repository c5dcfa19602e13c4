import type { LogEntry } from '../types';
import { h } from './dom';
import { language, word } from './words';

const MOST = 200;
const clock = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });

/** The requests as they come in, newest first. */
export function createRequests() {
  const list = h('ol', { class: 'requests' });
  const none = h('p', { class: 'none' }, word('noRequests'));
  return {
    element: h('section', { class: 'card log' }, h('h3', {}, word('requests')), none, list),
    add(entries: readonly LogEntry[]) {
      list.prepend(...entries.map(row).reverse());
      while (list.children.length > MOST) list.lastElementChild?.remove();
      none.hidden = list.children.length > 0;
    },
    clear() {
      list.replaceChildren();
      none.hidden = false;
    },
  };
}

function row({ direction, time, method, path, status, duration }: LogEntry): HTMLElement {
  const kind = status === 0 || status >= 500 ? 'bad' : status >= 400 ? 'refused' : 'good';
  return h(
    'li',
    { class: direction },
    h('time', {}, clock.format(time)),
    h('span', { class: 'arrow', title: word(direction === 'in' ? 'incoming' : 'outgoing') }, direction === 'in' ? '→' : '←'),
    h('span', { class: 'method' }, method),
    h('span', { class: 'path', title: path }, path),
    h('span', { class: `status ${kind}`, ...(status === 0 && { title: word('noAnswer') }) }, status === 0 ? '–' : String(status)),
    h('span', { class: 'duration' }, `${duration < 10 ? duration.toFixed(1) : Math.round(duration)} ms`),
  );
}

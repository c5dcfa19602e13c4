import { Trouble } from './ask';
import { follow, type Running, running } from './connection';
import { h, showList } from './dom';
import { language } from './language';
import { Notice } from './notice';
import { t } from './texts';

/** Milliseconds between two looks at what runs. */
const INTERVAL = 3000;

const list = new Intl.ListFormat(language);

/** Leads to the only devices that run, or shows all that do. */
export function showRunning(): void {
  const cards = h('ul', { class: 'running' });
  document.documentElement.lang = language;
  document.title = `Ensemble – ${t('subtitle')}`;
  document.body.replaceChildren(h('header', { class: 'top' }, h('h1', {}, 'Ensemble'), h('span', {}, t('subtitle'))), cards);
  const notice = new Notice(cards);
  const show = showList(cards, ({ port }: Running) => port, createCard);
  void follow(async (signal) => {
    while (!signal.aborted) {
      const all = await running('running');
      const [only] = all;
      if (only && all.length === 1) return location.replace(`${only.port}/${location.search}${location.hash}`);
      show(all);
      if (!only) throw new Trouble('gone');
      notice.show();
      await new Promise((resolve) => setTimeout(resolve, INTERVAL));
    }
  }, notice);
}

function createCard({ port, mqttPort }: Running) {
  const name = h('b');
  const link = h(
    'a',
    { class: 'card', href: `${port}/${location.search}` },
    name,
    h('small', {}, t('ports', { port: String(port), mqttPort: String(mqttPort) })),
  );
  return {
    element: h('li', {}, link),
    show(now: Running) {
      name.textContent = nameOf(now) ?? t('running');
    },
  };
}

/** The names of the nodes, which may be several at one port. */
export const nameOf = ({ names }: Running): string | undefined => (names.length > 0 ? list.format(names) : undefined);

import { running } from './connection';
import { h, type PagePart } from './dom';
import { nameOf } from './list';
import { editor, isFramed } from './node-red';
import { t } from './texts';

/** In the header: which devices these are, and a way to the others, where there are any. The sidebar has its own. */
export function createOthers(): PagePart<void> {
  const name = h('span', {}, t('subtitle'));
  const link = h('a', { href: `../${location.search}`, hidden: true }, t('allDevices'));
  return {
    element: h('span', { class: 'which' }, name, link),
    async show() {
      if (!editor) return;
      const all = await running('../running').catch(() => []);
      const own = all.find(({ port }) => location.pathname.endsWith(`/${port}/`));
      name.textContent = (own && nameOf(own)) ?? t('subtitle');
      link.hidden = all.length < 2 || isFramed;
    },
  };
}

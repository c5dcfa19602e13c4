import './page.css';
import './stage.css';
import './vendors.css';
import { createClients } from './clients';
import { connect, post } from './connection';
import { h } from './dom';
import { gathered, type Shown } from './gathered';
import { language } from './language';
import { showRunning } from './list';
import { isList, takeTheme } from './node-red';
import { createOthers } from './others';
import { createRequests } from './requests';
import { createSection, type Section } from './section';
import { Stage } from './stage';
import { Tabs } from './tabs';
import { t } from './texts';
import type { Act, VendorPage } from './vendor-page';

/** What each vendor brings, by its id. */
export type Pages = Readonly<Record<string, VendorPage<never>>>;

/** From this width on, there is room beside the devices. As in the style sheet. */
const WIDE = '(min-width: 1100px)';

/** The page, which connects to the simulator. A vendor that brings nothing has its faults alone. */
export function showDevices(pages: Pages): void {
  takeTheme();
  if (isList) {
    showRunning();
    return;
  }
  const isOpen = matchMedia(WIDE).matches;
  const [requests, clients] = [createRequests({ isOpen }), createClients({ isOpen })];
  const stage = new Stage(pages, actOf);
  const tabs = new Tabs();
  const live = h('span', { class: 'live', role: 'status' });
  const others = createOthers();
  const sections = new Map<string, Section>();
  document.documentElement.lang = language;
  document.title = `Ensemble – ${t('subtitle')}`;
  document.body.replaceChildren(
    h('header', { class: 'top' }, h('h1', {}, 'Ensemble'), others.element, live),
    h('main', {}, h('div', { class: 'devices-side' }, stage.element, tabs.element), h('aside', {}, requests.element, clients.element)),
  );
  const show = (update: Shown) => {
    if (update.sections) requests.begin(update.sections);
    for (const vendor of update.sections ?? [])
      if (!sections.has(vendor.id)) sections.set(vendor.id, createSection(vendor, pages[vendor.id], actOf(vendor.id)));
    tabs.begin(sections);
    for (const [id, section] of sections) tabs.showFaults(id, section.show(update));
    stage.show(update);
    requests.add(update.log);
    if (update.mqtt) clients.show(update.mqtt);
    tabs.arrive();
  };
  live.textContent = t('connecting');
  document.body.classList.add('lost');
  connect(gathered(show), (isLive) => {
    if (isLive) others.show();
    live.textContent = t(isLive ? 'live' : 'reconnecting');
    document.body.classList.toggle('lost', !isLive);
  });
}

const actOf =
  (id: string): Act =>
  (action, input, done) =>
    void post(`page/${id}/${action}`, input, done);

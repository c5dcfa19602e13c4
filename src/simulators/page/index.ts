import './page.css';
import { createClients } from './clients';
import { connect, post } from './connection';
import { h } from './dom';
import { createFaults } from './faults';
import { language } from './language';
import { showRunning } from './list';
import { isList, takeTheme } from './node-red';
import type { Act, Renderer } from './renderer';
import { createRequests } from './requests';
import { t } from './texts';
import type { Faults, Update, VendorSection } from './update';

/** The renderer of each vendor's devices, by the vendor's id. */
export type Renderers = Readonly<Record<string, Renderer<never>>>;

interface Section {
  readonly element: HTMLElement;
  readonly link: HTMLElement;
  show(state: unknown, faults: Faults | undefined): void;
}

/** The page, which connects to the simulator. A vendor without a renderer has its faults alone. */
export function showDevices(renderers: Renderers): void {
  takeTheme();
  if (isList) {
    showRunning();
    return;
  }
  const requests = createRequests();
  const clients = createClients();
  const live = h('span', { class: 'live', role: 'status' });
  const links = h('nav');
  const vendors = h('div', { class: 'vendors' });
  const sections = new Map<string, Section>();
  document.documentElement.lang = language;
  document.title = `Ensemble – ${t('subtitle')}`;
  document.body.append(
    h('header', { class: 'top' }, h('h1', {}, 'Ensemble'), h('span', {}, t('subtitle')), live, links),
    h('main', {}, vendors, h('aside', {}, clients.element, requests.element)),
  );
  const addSection = (vendor: VendorSection) => {
    const section = createSection(vendor, renderers[vendor.id]);
    sections.set(vendor.id, section);
    links.append(section.link);
    vendors.append(section.element);
  };
  const show = (update: Update) => {
    if (update.sections) requests.begin(update.sections);
    for (const vendor of update.sections ?? []) if (!sections.has(vendor.id)) addSection(vendor);
    for (const [id, section] of sections) section.show(update.vendors[id], update.faults[id]);
    requests.add(update.log);
    if (update.mqtt) clients.show(update.mqtt);
  };
  connect(show, (isLive) => {
    live.textContent = t(isLive ? 'live' : 'reconnecting');
    document.body.classList.toggle('lost', !isLive);
  });
}

let posts: Promise<void> = Promise.resolve();

function createSection({ id, name, address, hasOtherwise }: VendorSection, render: Renderer<never> | undefined): Section {
  const act: Act = (action, input) => {
    // One after the other, so that they arrive in order.
    posts = posts.then(() => post(`page/${id}/${action}`, input));
  };
  const devices = h('div', { class: 'vendor' });
  const faults = createFaults(act, hasOtherwise);
  const show = render?.(devices, act);
  devices.append(faults.element);
  return {
    element: h('section', { id }, h('h2', {}, name, h('code', {}, address)), devices),
    link: h('a', { href: `#${id}` }, name),
    show(state, values) {
      if (state) show?.(state as never);
      if (values) faults.show(values);
    },
  };
}

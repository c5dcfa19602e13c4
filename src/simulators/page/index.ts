import './page.css';
import type { Faults, Update, VendorId } from '../types';
import { createClients } from './clients';
import { h } from './dom';
import { createFaults } from './faults';
import type { Act } from './renderer';
import { renderers } from './renderers';
import { createRequests } from './requests';
import { language, word } from './words';

/** Milliseconds until a feed that the browser gave up is opened again. */
const PAUSE = 1000;

const requests = createRequests();
const clients = createClients();
const live = h('span', { class: 'live', role: 'status' });

let posts: Promise<void> = Promise.resolve();
const sections = (Object.keys(renderers) as VendorId[]).map((id) => ({ id, ...createSection(id) }));

function createSection(id: VendorId) {
  const act: Act = (action, input) => {
    // Two at once may overtake one another.
    posts = posts.then(() => post(`page/${id}/${action}`, input));
  };
  const { name, path, render } = renderers[id];
  const devices = h('div', { class: 'vendor' });
  const faults = createFaults(act);
  const show = render(devices, act) as (state: unknown) => void;
  devices.append(faults.element);
  const element = h('section', { id }, h('h2', {}, name, h('code', {}, location.origin + path)), devices);
  return {
    element,
    show: (state?: unknown, switches?: Faults) => {
      if (state) show(state);
      if (switches) faults.show(switches);
    },
  };
}

async function post(path: string, input: Readonly<Record<string, unknown>>): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(path, { method: 'POST', headers, body: JSON.stringify(input) }).catch(() => undefined);
  // A connection that is lost shows at the top; what is refused is a fault of this page.
  if (response && !response.ok) reportError(new Error(await response.text()));
}

function show(update: Update): void {
  if (update.complete) requests.clear();
  for (const section of sections) section.show(update.vendors[section.id], update.faults[section.id]);
  requests.add(update.log);
  if (update.mqtt) clients.show(update.mqtt.address, update.mqtt.clients);
}

function connect(): void {
  const feed = new EventSource('page/feed');
  feed.onopen = () => setLive(true);
  feed.onmessage = (message: MessageEvent<string>) => show(JSON.parse(message.data) as Update);
  feed.onerror = () => {
    setLive(false);
    // After a failed try some browsers wait and try again, others close.
    if (feed.readyState === EventSource.CLOSED) setTimeout(connect, PAUSE);
  };
}

function setLive(isLive: boolean): void {
  live.textContent = word(isLive ? 'live' : 'reconnecting');
  document.body.classList.toggle('lost', !isLive);
}

document.documentElement.lang = language;
document.title = `Ensemble – ${word('subtitle')}`;
document.body.append(
  h(
    'header',
    { class: 'top' },
    h('h1', {}, 'Ensemble'),
    h('span', {}, word('subtitle')),
    live,
    h('nav', {}, ...sections.map(({ id }) => h('a', { href: `#${id}` }, renderers[id].name))),
  ),
  h(
    'main',
    {},
    h('div', { class: 'vendors' }, ...sections.map(({ element }) => element)),
    h('aside', {}, clients.element, requests.element),
  ),
);
connect();

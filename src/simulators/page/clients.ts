import type { MqttClient } from '../types';
import { h } from './dom';
import { word } from './words';

/** Who is connected to the broker, and what for. */
export function createClients() {
  const address = h('code');
  const list = h('ul', { class: 'clients' });
  const none = h('p', { class: 'none' }, word('noClients'));
  return {
    element: h('section', { class: 'card' }, h('h3', {}, word('mqttClients'), address), none, list),
    show(at: string, clients: readonly MqttClient[]) {
      address.textContent = at;
      none.hidden = clients.length > 0;
      list.replaceChildren(...clients.map(item));
    },
  };
}

const item = ({ id, persistent, subscriptions }: MqttClient): HTMLElement =>
  h(
    'li',
    {},
    h('strong', {}, id),
    persistent ? h('small', {}, word('persistent')) : '',
    ...subscriptions.map((topic) => h('code', {}, topic)),
  );

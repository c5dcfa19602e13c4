import { h, type PagePart } from './dom';
import { createDrawer } from './drawer';
import { t } from './texts';
import { number } from './units';
import type { MqttClient, Update } from './update';

/** The clients of the MQTT broker, and their subscriptions. */
export function createClients({ isOpen }: { readonly isOpen: boolean }): PagePart<NonNullable<Update['mqtt']>> {
  const brokerAddress = h('code');
  const count = h('span', { class: 'count' });
  const list = h('ul', { class: 'clients' });
  const none = h('p', { class: 'none' }, t('noClients'));
  return {
    element: createDrawer('clients', { summary: [h('h2', {}, t('mqttClients')), count], isOpen }, brokerAddress, none, list),
    show({ address, clients }) {
      brokerAddress.textContent = address;
      count.textContent = number(clients.length);
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
    persistent ? h('small', {}, t('persistent')) : '',
    ...subscriptions.map((topic) => h('code', {}, topic)),
  );

import { h, type PagePart } from './dom';
import { t } from './texts';
import type { MqttClient, Update } from './update';

/** The clients of the MQTT broker, and their subscriptions. */
export function createClients(): PagePart<NonNullable<Update['mqtt']>> {
  const brokerAddress = h('code');
  const list = h('ul', { class: 'clients' });
  const none = h('p', { class: 'none' }, t('noClients'));
  return {
    element: h('section', { class: 'card' }, h('h3', {}, t('mqttClients'), brokerAddress), none, list),
    show({ address, clients }) {
      brokerAddress.textContent = address;
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

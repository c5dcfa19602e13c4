import { translations } from './language';

const en = {
  subtitle: 'simulated devices',
  live: 'live',
  reconnecting: 'reconnecting …',
  requests: 'Requests',
  noRequests: 'None yet. They appear here as they come in.',
  incoming: 'received',
  outgoing: 'sent by the simulator',
  noAnswer: 'no answer',
  mqttClients: 'MQTT clients',
  noClients: 'Nobody is connected.',
  persistent: 'persistent session',
  faults: 'Rehearse a bad day',
  latency: 'Answer after',
  errorRate: 'Fail with 500',
  retryAfter: 'Answer 429, retry after',
  drop: 'Cut connections',
  dropHint: 'Cuts streams and MQTT connections once',
  misbehaving: 'misbehaving',
};

const de: typeof en = {
  subtitle: 'simulierte Geräte',
  live: 'live',
  reconnecting: 'verbindet neu …',
  requests: 'Anfragen',
  noRequests: 'Noch keine. Sie erscheinen hier, sobald sie eintreffen.',
  incoming: 'empfangen',
  outgoing: 'vom Simulator gesendet',
  noAnswer: 'keine Antwort',
  mqttClients: 'MQTT-Clients',
  noClients: 'Niemand ist verbunden.',
  persistent: 'dauerhafte Sitzung',
  faults: 'Störungen proben',
  latency: 'Antwort nach',
  errorRate: 'Fehler 500 bei',
  retryAfter: 'Antwort 429, erneut nach',
  drop: 'Verbindungen trennen',
  dropHint: 'Trennt einmal alle Streams und MQTT-Verbindungen',
  misbehaving: 'gestört',
};

/** The texts of the page but for those of the vendors. */
export const t = translations({ en, de });

import { translations } from './language';

const en = {
  subtitle: 'simulated devices',
  live: 'live',
  reconnecting: 'reconnecting …',
  requests: 'Requests',
  noRequests: 'None yet. Each appears here when it is received.',
  showRequests: 'Requests shown',
  allRequests: 'all',
  withoutReads: 'without reads (GET)',
  incoming: 'received',
  outgoing: 'sent by the simulator',
  last: 'last at',
  noResponse: 'no response',
  mqttClients: 'MQTT clients',
  noClients: 'No client is connected.',
  persistent: 'persistent session',
  faults: 'Simulated faults',
  latency: 'Response delay',
  errorRate: 'Fail with 500',
  retryAfter: 'Fail with 429, Retry-After',
  drop: 'Cut connections',
  dropHint: 'Closes all streams and MQTT connections once',
  active: 'active',
};

const de: typeof en = {
  subtitle: 'simulierte Geräte',
  live: 'live',
  reconnecting: 'verbindet neu …',
  requests: 'Anfragen',
  noRequests: 'Noch keine. Jede erscheint hier, sobald sie eintrifft.',
  showRequests: 'Gezeigte Anfragen',
  allRequests: 'alle',
  withoutReads: 'ohne Lesen (GET)',
  incoming: 'empfangen',
  outgoing: 'vom Simulator gesendet',
  last: 'zuletzt um',
  noResponse: 'keine Antwort',
  mqttClients: 'MQTT-Clients',
  noClients: 'Kein Client ist verbunden.',
  persistent: 'dauerhafte Sitzung',
  faults: 'Simulierte Fehler',
  latency: 'Antwortverzögerung',
  errorRate: 'Fehler 500 bei',
  retryAfter: 'Fehler 429, Retry-After',
  drop: 'Verbindungen trennen',
  dropHint: 'Trennt einmal alle Streams und MQTT-Verbindungen',
  active: 'aktiv',
};

/** The texts of the page but for those of the vendors. */
export const t = translations({ en, de });

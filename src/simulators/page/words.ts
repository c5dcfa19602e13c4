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

type Words = Readonly<Record<string, string>>;

const languages = ['en', 'de'] as const;
type Language = (typeof languages)[number];

/** The first of the person's languages that the page speaks. */
export const language: Language = navigator.languages.flatMap((tag) => languages.filter((known) => tag.startsWith(known)))[0] ?? 'en';

/** Looks a word up in the person's language; every language has the same words. */
export const wordsOf =
  <W extends Words>(words: Readonly<Record<Language, W>>) =>
  (key: keyof W): string =>
    words[language][key] as string;

/** The words that all vendors share. */
export const word = wordsOf({ en, de });

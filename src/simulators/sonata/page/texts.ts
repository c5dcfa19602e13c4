import { translations } from '../../page/language';

const en = {
  matrix: 'Matrix {device}',
  ids: 'installation {installation} · device {device}',
  lit: '{count} LEDs lit',
  dark: 'off',
  off: 'Off',
  toggle: 'Toggle',
  restart: 'Restart',
  restartHint: 'interrupts the power: the pattern is lost, and the matrix sends an alive event',
  events: 'Webhook',
  subscriber: 'Subscriber',
  noSubscriber: 'none',
  webhookBody: 'Body',
  bodyString: 'JSON text with Python inside',
  bodyObject: 'JSON object',
  bodyText: 'Python text',
  typeKey: 'Key of the type',
  url: 'Server URL',
  installation: 'Installation ID',
  broker: 'MQTT broker',
};

const de: typeof en = {
  matrix: 'Matrix {device}',
  ids: 'Installation {installation} · Gerät {device}',
  lit: '{count} LEDs leuchten',
  dark: 'aus',
  off: 'Aus',
  toggle: 'An/Aus',
  restart: 'Neustart',
  restartHint: 'unterbricht den Strom: das Muster geht verloren, und die Matrix sendet ein alive-Ereignis',
  events: 'Webhook',
  subscriber: 'Abonnent',
  noSubscriber: 'keiner',
  webhookBody: 'Inhalt',
  bodyString: 'JSON-Text mit Python darin',
  bodyObject: 'JSON-Objekt',
  bodyText: 'Python-Text',
  typeKey: 'Schlüssel der Art',
  url: 'Server-URL',
  installation: 'Installations-ID',
  broker: 'MQTT-Broker',
};

/** The texts of Sonata’s part of the page. */
export const t = translations({ en, de });

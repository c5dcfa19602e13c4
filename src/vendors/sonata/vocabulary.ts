import { type Vocabulary, words } from '../../core/diagnostics/recorder';

/** Of the vendor's "Sonata REST API Documentation", its MQTT library, and our events. */
const known = words(`url installation_id device_id values pattern message error key cl i v vl payload type message_type installationId
  deviceId`);

export const vocabulary: Vocabulary = {
  pathWords: words('subscribe unsubscribe pattern toggle off'),
  requestWords: known,
  isWord: (key) => known.has(key),
  eventTypes: words('context alive'),
};

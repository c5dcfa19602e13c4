import { boolean, choice, integer, optional, text } from '../../core/parameters';

export const settings = {
  transport: choice({
    label: 'Receive by',
    help: 'Webhook: the Sonata server posts events to this Node-RED, which it must be able to reach. MQTT: this Node-RED asks the broker for them.',
    options: ['webhook', 'mqtt'],
    optionLabels: { webhook: 'Webhook', mqtt: 'MQTT' },
    default: 'webhook',
  }),
  deviceId: optional(
    integer({
      label: 'Device ID',
      help: 'Events of this matrix only. Empty: of all matrices of the installation.',
      min: 0,
      max: 0xffff,
      lookup: 'devices',
    }),
  ),
  publicUrl: optional(
    text({
      label: 'Public address',
      when: { transport: 'webhook' },
      help: 'The address under which the Sonata server reaches this Node-RED’s HTTP root, for example https://flows.example.com.',
      pattern: '^https?://',
      expected: 'an address that begins with https:// or http://',
    }),
  ),
  interval: integer({
    label: 'Subscribe again every',
    when: { transport: 'webhook' },
    help: 'The server may forget this Node-RED, or somebody else may take its place; so it is asked again at this interval.',
    min: 1,
    max: 1440,
    unit: 'minutes',
    default: 60,
  }),
  unsubscribe: boolean({
    label: 'Unsubscribe when this node is removed',
    when: { transport: 'webhook' },
    help: 'Unsubscribing ends the events of the server for everybody, not for this node alone.',
    default: false,
  }),
  sharedGroup: optional(
    text({
      label: 'Shared group',
      when: { transport: 'mqtt' },
      help: 'Several Node-RED instances with the same group share the events; each event goes to one of them.',
      pattern: '^[^/+#\\s]+$',
      expected: 'a name without spaces, /, + and #',
    }),
  ),
};

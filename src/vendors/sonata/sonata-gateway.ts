import { address, choice, integer, optional, text, type Values } from '../../core/parameters';

/** The vendor's document, "Board identification": 4 bytes and 2 bytes. */
export const installationId = integer({
  label: 'Installation ID',
  help: 'The number of the installation, as printed on the gateway.',
  min: 0,
  max: 0xffffffff,
});

export const settings = {
  baseUrl: address({
    label: 'Server',
    help: 'Address of the Sonata REST server.',
    options: ['https:', 'http:'],
    default: 'https://sonata.twist-innovation.com',
  }),
  installationId: optional(installationId),
  patternKey: choice({
    label: 'Pattern key',
    help: 'The name under which a pattern is sent. The vendor’s document uses both names; sending both suits either server.',
    options: ['both', 'values', 'pattern'],
    optionLabels: { both: 'both' },
    default: 'both',
  }),
  mqttUrl: address({
    label: 'MQTT broker',
    help: 'Address of the broker, for events over MQTT.',
    options: ['mqtt:', 'mqtts:'],
    default: 'mqtt://sonata.twist-innovation.com:1883',
  }),
};

/** The vendor gives out broker credentials for each customer; its REST server asks for none. */
export const credentials = {
  mqttUsername: optional(text({ label: 'MQTT user name', help: 'For events over MQTT. The vendor gives out name and password.' })),
  mqttPassword: optional(text({ label: 'MQTT password', help: 'Belongs to the user name.' })),
};

export type SonataSettings = Values<typeof settings>;

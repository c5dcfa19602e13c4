import { teller } from '../../core/sentence';

/** What panels say of the gateway. */
export const texts = {
  test: {
    server: 'The Sonata server answers.',
    otherServer: 'A server answers at this address, but not as a Sonata server does. Check __fields__.',
    user: 'The broker accepts the MQTT user.',
    anonymous: 'The broker accepts clients without an MQTT user.',
    needsUser: 'Events over MQTT need an MQTT user: the broker accepts nobody without one. Patterns need none.',
    restoreNeedsUser: 'Until then a matrix that starts gets its pattern back only where a sonata-events node hears of it.',
  },
  found: {
    user: 'The broker accepts the user and the topics.',
    anonymous: 'The broker accepts clients without a user, and the topics.',
    topicsRefused: 'The broker refuses the topics of the installation.',
    userRefused: 'The broker refuses the user.',
    noUser: 'The broker wants a user, and the gateway has none.',
  },
} as const;

export const say = teller('sonata-gateway', texts);

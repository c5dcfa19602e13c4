import { type Assumption, cannotTell, confirmed, differs } from '../../core/diagnostics/assumption';
import { asEnsembleError } from '../../core/errors';
import type { SonataClient } from './client';
import { say } from './texts';

export const assumptions: readonly Assumption<SonataClient>[] = [
  {
    id: 'sonata-pattern-key',
    what: 'A pattern is sent under both of its names, `values` and `pattern`.',
    why: 'The document has the one in its table and the other in its example.',
    source: 'contradiction',
    check: 'Send a pattern with each of the three choices of *Pattern key*.',
    corrects: '*Pattern key* of the gateway',
  },
  {
    id: 'sonata-webhook-form',
    what: 'Events come to a webhook as JSON, as Python in a JSON string, or as plain Python.',
    why: 'The document shows Python in quotes, and does not say how it is posted.',
    source: 'guess',
    check: 'Receive an event by webhook: what cannot be read is reported by the node.',
  },
  {
    id: 'sonata-alive',
    what: 'An `alive` event tells its installation and device; what else it holds is ignored.',
    why: 'The document describes no contents for it.',
    source: 'guess',
    check: 'Take the power from a matrix, give it back, and look at `msg.event.raw`.',
  },
  {
    id: 'sonata-boot',
    what: 'A matrix that has started takes a pattern as soon as it has reported `alive`, and does not report before that that it is dark: `restoreOnAlive` would take it for switched off.',
    why: 'The document says only that a pattern is lost with the power, and that `alive` comes when a device has started and is connected.',
    source: 'guess',
    check: 'Take the power from a matrix, give it back, and look at the order of its events.',
  },
  {
    id: 'sonata-one-webhook',
    what: 'A server knows one webhook only, and unsubscribing ends it for everybody. So we subscribe again every minute, and never unsubscribe unless you say so. A response that does not say `Subscribed to` our address is no subscription, and the node stays yellow until an event has come.',
    why: 'Unsubscribing takes no argument.',
    source: 'guess',
    check: 'Subscribe with two addresses, and look which of them gets events.',
    corrects: '*Interval* and *Unsubscribe* of `sonata-events`',
  },
  {
    id: 'sonata-webhook-restart',
    what: 'A server may forget its webhook when it starts again: subscribing again covers that.',
    why: 'The document does not say it.',
    source: 'guess',
    check: 'Only the vendor can tell.',
  },
  {
    id: 'sonata-corners',
    what: 'The corners of the matrix are the first, the tenth, the ninety-first and the last number of a pattern.',
    why: 'The document says that the corners are ignored, and not where they are.',
    source: 'guess',
    check: 'Light these four numbers alone: nothing may be lit.',
  },
  {
    id: 'sonata-mqtt-login',
    what: 'The broker takes the MQTT user that the vendor gives out, and lets it read the topics of its own installation.',
    why: 'The document names neither users nor rights.',
    source: 'guess',
    check: 'Connects to the broker and subscribes for a moment.',
    corrects: '*MQTT broker*, *MQTT username* and *MQTT password* of the gateway',
    async ask(gateway, { scope }) {
      try {
        await gateway.tryBroker(scope);
        return confirmed(gateway.hasLogin ? say('found.user') : say('found.anonymous'));
      } catch (thrown) {
        const error = asEnsembleError(thrown);
        if (error.code === 'FORBIDDEN') return differs(say('found.topicsRefused'));
        if (error.code !== 'UNAUTHORIZED') throw error;
        return gateway.hasLogin ? differs(say('found.userRefused')) : cannotTell(say('found.noUser'));
      }
    },
  },
  {
    id: 'sonata-limits',
    what: 'There is no limit of requests per second, and no port for MQTT with TLS.',
    why: 'The document knows neither.',
    source: 'guess',
    check: 'A server that is asked too often answers 429, which the nodes obey.',
  },
];

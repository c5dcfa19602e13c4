import { z } from 'zod';
import { type BackoffRule, LONGEST_PAUSE, pauseAfter } from '../../core/backoff';
import { asEnsembleError, EnsembleError, NOT_IN_PANELS } from '../../core/errors';
import type { EventContext, EventMessages, StreamState } from '../../core/follow/events';
import { retry } from '../../core/follow/retry';
import { UnreadableEvents } from '../../core/follow/unreadable-events';
import { json } from '../../core/http/response';
import { urlOf } from '../../core/schema/host';
import { address, boolean, choice, integer, optional, text, type Values } from '../../core/schema/parameters';
import type { Scope } from '../../core/scope';
import type { SonataClient } from './client';
import { readMessage, readWebhook, type SonataEvent } from './event-form';
import { topicName } from './mqtt-topics';
import type { FeedMessage, MqttListener } from './recipients';

export const settings = {
  transport: choice({
    label: 'Transport',
    help: 'Webhook: the Sonata server posts to this Node-RED, which it must reach. MQTT: events come from the broker.',
    options: ['webhook', 'mqtt'],
    optionLabels: { webhook: 'Webhook', mqtt: 'MQTT' },
    default: 'webhook',
  }),
  deviceId: optional(
    integer({
      label: 'Device ID',
      help: 'Empty: all matrices of the installation.',
      min: 0,
      max: 0xffff,
      lookup: 'devices',
    }),
  ),
  publicUrl: optional(
    address({
      label: 'Public URL',
      when: { transport: 'webhook' },
      needed: true,
      help: 'URL at which the Sonata server reaches the HTTP root of this Node-RED instance, for example https://flows.example.com.',
      options: ['https:', 'http:'],
    }),
  ),
  interval: integer({
    label: 'Renew subscription every',
    advanced: true,
    when: { transport: 'webhook' },
    help: 'The server may lose the subscription, or another subscriber may replace it.',
    more: 'It is therefore renewed at this interval.',
    min: 1,
    max: 86_400,
    unit: 'seconds',
    default: 60,
  }),
  unsubscribe: boolean({
    label: 'Unsubscribe when this node is removed',
    advanced: true,
    when: { transport: 'webhook' },
    help: 'Unsubscribing ends the events of the server for all subscribers, not only for this node.',
    default: false,
  }),
  sharedGroup: optional(
    text({
      label: 'Shared subscription group',
      advanced: true,
      when: { transport: 'mqtt' },
      help: 'Node-RED instances with the same group share the events; each event goes to one of them.',
      pattern: '^[^/+#\\s]+$',
      expected: 'a name without spaces, /, + and #',
    }),
  ),
};

export const emits = {
  payload: z.looseObject({
    installationId: z.int().min(0),
    deviceId: z.int().min(0),
    type: z.string(),
    pattern: z.array(z.int().min(0).max(15)).length(100).optional().describe('What the matrix shows now, row by row.'),
    values: z.record(z.string(), z.array(z.number())).describe('All values of a context by their index.'),
    key: z.number().optional().describe('The vendor’s number of the request.'),
  }),
  sources: ['webhook', 'mqtt'],
  details: { model: z.string().optional().describe('By MQTT: the model that the topic of a context names.') },
} satisfies EventMessages;

type SonataEventContext = EventContext<SonataClient, Values<typeof settings>>;

export const start = (context: SonataEventContext): void | Promise<void> =>
  context.settings.transport === 'mqtt' ? startMqtt(context) : startWebhook(context);

/** Whether the event is for this node. The gateway learns from each. */
function isWanted({ connection, settings, warn }: SonataEventContext, event: SonataEvent, isInitial = false): boolean {
  // The server may post events of other installations too.
  if (!connection.concerns(event)) return false;
  if (!connection.hear(event, isInitial))
    warn(`events of more than ${connection.devices.most} devices come in: the list of devices lacks the others`);
  return settings.deviceId === undefined || settings.deviceId === event.deviceId;
}

/** Reads one after the other, and reports those that cannot be read. */
function reader<T>(context: SonataEventContext, read: (event: T) => void, textOf: (event: T) => string): (event: T) => void {
  const unreadable = new UnreadableEvents(context.scope, context.report);
  return (event) => {
    try {
      read(event);
    } catch (error) {
      unreadable.came(asEnsembleError(error), { payload: textOf(event) });
    }
  };
}

function startMqtt(context: SonataEventContext): void {
  const { settings, connection, scope } = context;
  const read = ({ topic: { installationId, deviceId, type, name, details }, text, initial, resumed }: FeedMessage): void => {
    // An empty text removes what the broker has retained.
    if (type === 'context' && text === '') return;
    const { event: payload, raw } = readMessage({ type, installationId, deviceId }, text, context.warn);
    if (!isWanted(context, payload, initial)) return;
    context.emit({ topic: name, payload, source: 'mqtt', type, initial, resumed, raw, details });
  };
  const listener: MqttListener = {
    nodeId: context.nodeId,
    deviceId: settings.deviceId,
    receive: reader(context, read, ({ text }) => text),
    state: context.state,
    report: context.report,
    warn: context.warn,
  };
  const feed = connection.feedOf(settings.sharedGroup);
  feed.join(listener, scope);
  context.onRemoved(() => feed.remove(listener));
}

/** Tests wait less. */
export const RETRY: BackoffRule = { first: 1000, most: LONGEST_PAUSE };

async function startWebhook(context: SonataEventContext): Promise<void> {
  const { settings, connection, scope } = context;
  if (settings.publicUrl === undefined) throw new EnsembleError('NOT_CONFIGURED', 'publicUrl is missing', NOT_IN_PANELS);
  const read = (body: Buffer): void => {
    const { event: payload, raw } = readWebhook(body, context.warn);
    subscription.heard();
    if (!isWanted(context, payload)) return;
    const { installationId, deviceId, type } = payload;
    context.emit({ topic: topicName(installationId, deviceId, type), payload, source: 'webhook', type, raw });
  };
  // One URL for all gateways of a server, which has one subscriber only.
  const receive = reader(context, read, (body) => body.toString('utf8'));
  const path = context.webhook(`sonata ${connection.settings.baseUrl}`, receive);
  if (settings.unsubscribe)
    context.onRemoved(async () => void (await connection.send({ method: 'GET', path: '/unsubscribe' }, { repeatable: true, scope })));
  const url = settings.publicUrl + path;
  const subscription = new Subscription(context, url);
  for (;;) {
    await retry({
      scope,
      attempt: () => subscribe(connection, url, scope).catch(failedToSubscribe),
      pause: (error, failures) => pauseAfter(error, failures, RETRY),
      state: (state) => subscription.failed(state),
      report: context.report,
    });
    subscription.made();
    await scope.sleep(settings.interval * 1000);
  }
}

/** URLs at which an event has reached this process: they still work after a deploy. */
const reached = new Set<string>();

/** The state of a subscription: a server accepts any URL, so only an event shows that events arrive. */
class Subscription {
  private waits = false;

  constructor(
    private readonly context: SonataEventContext,
    private readonly url: string,
  ) {}

  made(): void {
    this.waits = !reached.has(this.url);
    this.context.state({ is: this.waits ? 'subscribed' : 'live' });
  }

  heard(): void {
    reached.add(this.url);
    if (this.waits) this.made();
  }

  failed(state: StreamState): void {
    this.waits = false;
    this.context.state(state);
  }
}

function failedToSubscribe(thrown: unknown): never {
  throw asEnsembleError(thrown).with({ operation: 'subscribe' });
}

const promise = json(z.looseObject({ message: z.string() }));

/** Only "Subscribed to <url>" confirms a subscription, whatever the status. @throws EnsembleError */
async function subscribe(connection: SonataClient, url: string, scope: Scope): Promise<void> {
  const response = await connection.send({ method: 'POST', path: '/subscribe', json: { url } }, { repeatable: true, scope });
  const subscribed = /^Subscribed to (\S+)$/.exec(promise(response).message)?.[1] ?? '';
  // A server may write the URL in another way, such as its host in lower case.
  if (urlOf(subscribed)?.href === new URL(url).href) return;
  const { statusCode } = response;
  throw new EnsembleError('BAD_RESPONSE', 'POST /subscribe was not answered with “Subscribed to” and this address', NOT_IN_PANELS, {
    statusCode,
  });
}

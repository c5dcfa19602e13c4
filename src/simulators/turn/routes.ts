import type { ServerResponse } from 'node:http';
import type { Reply, VendorRequest } from '../vendor';
import type { Channel } from './channel';
import { Refused } from './refused';
import type { Feed } from './streams';
import type { Turn } from './turn';

type Body = Readonly<Record<string, unknown>>;

interface Asked {
  readonly turn: Turn;
  readonly request: VendorRequest;
  readonly sender: string;
  readonly response: ServerResponse;
  /** What stands in the path where the route has `:id`: one or more parts. */
  readonly id: string;
}

type Answer = (asked: Asked) => Reply | undefined;

const json = (body: unknown): Reply => ({ status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
/** [G] What the document calls text/plain has no sample. */
const done: Reply = { status: 200, headers: { 'content-type': 'text/plain' }, body: '' };
const EVENT_STREAM = 'text/event-stream';

/** Every path of the document; `:id` stands for an id with its slashes, which are not encoded. */
const ROUTES: Readonly<Record<string, Answer>> = {
  'GET /control/channels': ({ turn }) => json(turn.channels.map((channel) => turn.object(channel))),
  'GET /control/channels/:id': ({ turn, id }) => json(selected(turn, id).map((channel) => turn.object(channel))),
  'GET /control/channels/:id/state': ({ turn, id }) => json(turn.channel(id).state),
  'PUT /control/channels/:id/state': ({ turn, id, request, sender }) => {
    turn.put(id, objectOf(request), sender);
    return done;
  },
  'GET /control/channels/:id/action': ({ turn, id }) => json(turn.channel(id).kind.actions),
  'POST /control/channels/:id/action': ({ turn, id, request, sender }) => {
    turn.act(id, objectOf(request), sender);
    return done;
  },
  'GET /control/events/channels': stream('channels'),
  'GET /control/events/channels/:id': (asked) => {
    const { kind } = selected(asked.turn, asked.id)[0] as Channel;
    const wants = (topic: string) =>
      isWithin(topic, asked.id) || (kind.channelType === asked.id && asked.turn.channel(topic).kind.channelType === asked.id);
    return stream('channels', wants)(asked);
  },
  'GET /control/events/state': stream('states'),
  'GET /control/events/state/:id': (asked) => {
    if (!Object.hasOwn(asked.turn.stateNames, asked.id)) throw new Refused(404, `There is no state ${asked.id}`);
    return stream('states', (topic) => topic === asked.id)(asked);
  },
  'GET /control/state/internal_temperature': ({ turn }) => json(turn.stateNames.internal_temperature?.()),
  'GET /control/state/internal_temperature/value': ({ turn }) => json({ value: turn.stateNames.internal_temperature?.().value }),
  'GET /control/state/internal_temperature/fahrenheit': ({ turn }) =>
    json({ fahrenheit: turn.stateNames.internal_temperature?.().fahrenheit }),
  'GET /control/state': ({ turn }) => json(turn.states),
  'PUT /control/state': ({ turn, request, sender }) => {
    turn.putStates(objectOf(request), sender);
    return done;
  },
  'POST /control/action/reset': ({ turn, request, sender }) => {
    requireType(request, 'application/x-www-form-urlencoded');
    turn.reset(sender);
    return done;
  },
  'GET /config': ({ turn }) => json(turn.config),
  'GET /config/version': ({ turn }) => json(turn.configVersion),
  'GET /config/events': stream('config'),
  // [G] The document says what is served here, not in which form.
  'GET /integrations': ({ turn }) => json({ sonos: { transportControls: turn.transportControls } }),
  'GET /integrations/sonos/transportControls': ({ turn }) => json(turn.transportControls),
  // The document's sample of this stream, alone of all, names the type text/plain.
  'GET /integrations/sonos/transportControls/stream': stream('sonos', undefined, 'text/plain'),
};

const patterns = Object.entries(ROUTES).map(([name, answer]) => {
  const [method, path = ''] = name.split(' ');
  return { method, pattern: new RegExp(`^${path.replace(':id', '(.+?)')}$`), fixed: !path.includes(':id'), answer };
});
// A longer path says more than one with an id at its end.
patterns.sort((one, other) => Number(other.fixed) - Number(one.fixed) || other.pattern.source.length - one.pattern.source.length);

/** Answers, or takes the response over and returns nothing. */
export function answer(turn: Turn, request: VendorRequest, response: ServerResponse): Reply | undefined {
  try {
    const sender = request.headers['sender-id'];
    // "All http requests on the public API require the header".
    if (typeof sender !== 'string' || sender === '') throw new Refused(400, 'The header Sender-Id is missing');
    const path = request.path.replace(/\/$/, '');
    const known = patterns.filter(({ pattern }) => pattern.test(path));
    const found = known.find(({ method }) => method === request.method);
    if (!found) throw new Refused(known.length > 0 ? 405 : 404, known.length > 0 ? 'Method Not Allowed' : 'Not Found');
    const id = found.pattern.exec(path)?.[1] ?? '';
    return found.answer({ turn, request, sender, response, id });
  } catch (error) {
    if (error instanceof Refused) return { status: error.status, body: { error: error.message } };
    throw error;
  }
}

const isWithin = (topic: string, selector: string): boolean => topic === selector || topic.startsWith(`${selector}/`);

/**
 * The channels of a type, of a page or of an id. [G] A type is the first part of an id, for the document
 * says "for a given page type", or one of Table 3; and what fits no channel is not there.
 */
function selected(turn: Turn, selector: string): readonly Channel[] {
  const found = turn.channels.filter(({ kind }) => isWithin(kind.id, selector) || kind.channelType === selector);
  if (found.length === 0) throw new Refused(404, `There is no channel ${selector}`);
  return found;
}

function stream(feed: Feed, wants?: (topic: string) => boolean, contentType = EVENT_STREAM): Answer {
  return ({ turn, response }) => {
    turn.streams.add(response, feed, contentType, wants);
    return undefined;
  };
}

function requireType({ headers }: VendorRequest, type: string): void {
  if (headers['content-type']?.split(';')[0] !== type) throw new Refused(415, `The Content-Type must be ${type}`);
}

function objectOf(request: VendorRequest): Body {
  requireType(request, 'application/json');
  let body: unknown;
  try {
    body = JSON.parse(request.body.toString('utf8'));
  } catch {
    throw new Refused(400, 'The body is not JSON');
  }
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw new Refused(400, 'The body is not a JSON object');
  return body as Body;
}

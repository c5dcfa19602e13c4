import type { ServerResponse } from 'node:http';
import { Refused } from '../http/refused';
import { type DeviceRequest, type JsonObject, jsonObjectOf, requireType } from '../http/request';
import { type DeviceResponse, ok } from '../http/response';
import { Routes } from '../http/routes';
import type { Channel } from './channel';
import type { StreamName, Turn } from './turn';

interface TurnCall {
  readonly turn: Turn;
  readonly request: DeviceRequest;
  readonly sender: string;
  readonly response: ServerResponse;
  /** The parameter of the route: an id with its slashes, which are not encoded. */
  readonly id: string;
}

type TurnHandler = (call: TurnCall) => DeviceResponse | undefined;

/** [G] What the document calls text/plain has no sample. */
const done: DeviceResponse = { status: 200, headers: { 'content-type': 'text/plain' }, body: '' };

/** Every path of the document. */
const ROUTES = new Routes<TurnHandler>({
  'GET /control/channels': ({ turn }) => ok(turn.channels.map((channel) => turn.object(channel))),
  'GET /control/channels/:id*': ({ turn, id }) => ok(selected(turn, id).map((channel) => turn.object(channel))),
  'GET /control/channels/:id*/state': ({ turn, id }) => ok(turn.channel(id).state),
  'PUT /control/channels/:id*/state': ({ turn, id, request, sender }) => {
    turn.put(id, objectOf(request), sender);
    return done;
  },
  'GET /control/channels/:id*/action': ({ turn, id }) => ok(turn.channel(id).kind.actions),
  'POST /control/channels/:id*/action': ({ turn, id, request, sender }) => {
    turn.act(id, objectOf(request), sender);
    return done;
  },
  'GET /control/events/channels': stream('channels'),
  'GET /control/events/channels/:id*': (call) => {
    const { turn, id } = call;
    const { kind } = selected(turn, id)[0] as Channel;
    const wants = (topic: string) => isWithin(topic, id) || (kind.channelType === id && turn.channel(topic).kind.channelType === id);
    return stream('channels', wants)(call);
  },
  'GET /control/events/state': stream('states'),
  'GET /control/events/state/:id*': (call) => {
    if (!Object.hasOwn(call.turn.stateNames, call.id)) throw new Refused(404, `There is no state ${call.id}`);
    return stream('states', (topic) => topic === call.id)(call);
  },
  'GET /control/state/internal_temperature': ({ turn }) => ok(turn.stateNames.internal_temperature?.()),
  'GET /control/state/internal_temperature/value': ({ turn }) => ok({ value: turn.stateNames.internal_temperature?.().value }),
  'GET /control/state/internal_temperature/fahrenheit': ({ turn }) =>
    ok({ fahrenheit: turn.stateNames.internal_temperature?.().fahrenheit }),
  'GET /control/state': ({ turn }) => ok(turn.states),
  'PUT /control/state': ({ turn, request, sender }) => {
    turn.putStates(objectOf(request), sender);
    return done;
  },
  'POST /control/action/reset': ({ turn, request, sender }) => {
    requireType(request.headers, 'application/x-www-form-urlencoded');
    turn.reset(sender);
    return done;
  },
  'GET /config': ({ turn }) => ok(turn.config),
  'GET /config/version': ({ turn }) => ({
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(turn.configVersion),
  }),
  'GET /config/events': stream('config'),
  // [G] The document says what is served here, not in which form.
  'GET /integrations': ({ turn }) => ok({ sonos: { transportControls: turn.transportControls } }),
  'GET /integrations/sonos/transportControls': ({ turn }) => ok(turn.transportControls),
  // In the document's sample, this stream alone has the type text/plain.
  'GET /integrations/sonos/transportControls/stream': stream('sonos', undefined, 'text/plain'),
});

/** Responds, or keeps the response open and returns nothing. @throws Refused */
export function handleRequest(turn: Turn, request: DeviceRequest, response: ServerResponse): DeviceResponse | undefined {
  const sender = request.headers['sender-id'];
  // "All http requests on the public API require the header".
  if (typeof sender !== 'string' || sender === '') throw new Refused(400, 'The header Sender-Id is missing');
  const path = request.path.replace(/\/$/, '');
  const route = ROUTES.match(request.method, path);
  if (!route) throw ROUTES.hasPath(path) ? new Refused(405, 'Method Not Allowed') : new Refused(404, 'Not Found');
  const [id = ''] = route.parts;
  return route.handler({ turn, request, sender, response, id });
}

const isWithin = (topic: string, selector: string): boolean => topic === selector || topic.startsWith(`${selector}/`);

/**
 * The channels of a type, of a page or of an id; 404 where there is none. [G] A type is the first part of an id, for the
 * document says "for a given page type", or one of Table 3.
 */
function selected(turn: Turn, selector: string): readonly Channel[] {
  const found = turn.channels.filter(({ kind }) => isWithin(kind.id, selector) || kind.channelType === selector);
  if (found.length === 0) throw new Refused(404, `There is no channel ${selector}`);
  return found;
}

/** @param wants which events, by their name; all unless given */
function stream(feed: StreamName, wants = (_name: string) => true, contentType?: string): TurnHandler {
  return ({ turn, response }) => {
    turn.streams.open(response, {
      ...(contentType && { contentType }),
      wants: (event) => event.feed === feed && wants(event.name ?? ''),
    });
    return undefined;
  };
}

function objectOf({ headers, body }: DeviceRequest): JsonObject {
  requireType(headers, 'application/json');
  return jsonObjectOf(body);
}

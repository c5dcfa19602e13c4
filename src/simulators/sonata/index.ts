import type { SonataState } from '../types';
import { oneOf, type Reply, type Simulate } from '../vendor';
import { MAX_DEVICE, MAX_INSTALLATION, Matrices } from './matrices';
import { LEDS, type Matrix } from './matrix';

/** What a request is refused for, in the document's words. */
class Refused extends Error {}

type Body = Readonly<Record<string, unknown>>;

/** Sonata: the REST server and the matrices behind it (the vendor's "Sonata REST API Documentation"). */
export const simulateSonata: Simulate<SonataState> = (world) => {
  const matrices = new Matrices(world);
  const { webhook } = matrices;
  const routes = routesOf(matrices);
  return {
    prefix: '/sonata',
    usesBroker: true,
    failure: (error) => ({ error }),
    handle({ method, path, body }): Reply {
      const route = routes[`${method} ${path}`];
      if (!route) return { status: 404, body: { error: 'Not Found' } };
      try {
        const message = route(method === 'POST' ? parse(body) : {});
        world.changed();
        return { status: 200, body: { message } };
      } catch (error) {
        return { status: error instanceof Refused ? 400 : 500, body: { error: (error as Error).message } };
      }
    },
    state: () => ({
      matrices: matrices.all().map(({ installation, device, levels }) => ({ installation, device, levels })),
      subscriber: webhook.subscriber,
      webhookBody: webhook.body,
      typeKey: webhook.typeKey,
    }),
    actions: {
      toggle: (input) => matrices.change(matrices.chosen(input), (matrix) => matrix.toggle()),
      off: (input) => matrices.change(matrices.chosen(input), (matrix) => matrix.off()),
      restart: (input) => matrices.restart(matrices.chosen(input)),
      events: (input) => {
        const values = { webhookBody: webhook.body, typeKey: webhook.typeKey, ...input };
        const webhookBody = oneOf(values, 'webhookBody', ['string', 'object', 'text']);
        webhook.typeKey = oneOf(values, 'typeKey', ['type', 'message_type']);
        webhook.body = webhookBody;
      },
    },
  };
};

/** What the server can be asked; each answers with the `message` of its 200. */
function routesOf(matrices: Matrices): Readonly<Record<string, (body: Body) => string>> {
  const { webhook } = matrices;
  const change = (body: Body, action: (matrix: Matrix) => void): string => {
    const ids = [id(body, 'installation_id', MAX_INSTALLATION), id(body, 'device_id', MAX_DEVICE)] as const;
    matrices.change(matrices.addressed(...ids), action);
    return 'Success';
  };
  return {
    'POST /subscribe': ({ url }) => {
      if (!url) throw new Refused('URL is required');
      webhook.url = String(url);
      return `Subscribed to ${webhook.url}`;
    },
    'GET /unsubscribe': () => {
      webhook.url = '';
      return 'Unsubscribed';
    },
    'POST /pattern': (body) => {
      const values = pattern(body);
      return change(body, (matrix) => matrix.show(values));
    },
    'POST /toggle': (body) => change(body, (matrix) => matrix.toggle()),
    'POST /off': (body) => change(body, (matrix) => matrix.off()),
  };
}

function parse(bytes: Buffer): Body {
  const body: unknown = JSON.parse(bytes.toString('utf8'));
  if (typeof body !== 'object' || body === null) throw new Error('The body is not a JSON object');
  return body as Body;
}

function required(body: Body, key: string): unknown {
  if (!Object.hasOwn(body, key)) throw new Refused(`Missing key: '${key}'`);
  return body[key];
}

/** [G] Text with a number serves too, as it would in a server that only puts it into a topic. */
function id(body: Body, key: string, max: number): number {
  const value = required(body, key);
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= max) return number;
  throw new Error(`${key} must be a whole number from 0 to ${max}`);
}

/** The document's table names the key `values`, its example `pattern`: both serve. */
function pattern(body: Body): number[] {
  const values = body.values ?? body.pattern ?? required(body, 'values');
  if (!Array.isArray(values) || values.length !== LEDS || !values.every(Number.isInteger))
    throw new Refused('Values must be an array of 100 integers');
  return values as number[];
}

import { Refused } from '../http/refused';
import { type JsonObject, jsonObjectOf } from '../http/request';
import { Routes } from '../http/routes';
import { oneOf } from '../input';
import type { SimulatedVendor } from '../vendor';
import { MAX_DEVICE, MAX_INSTALLATION, Matrices } from './matrices';
import { LEDS, type SimulatedMatrix } from './matrix';
import type { SonataState } from './state';

/** Sonata: the REST server and the matrices behind it (the vendor's "Sonata REST API Documentation"). */
export const sonata: SimulatedVendor<SonataState> = {
  name: 'Sonata',
  prefix: '/sonata',
  connection: {
    settings: { baseUrl: 'http://127.0.0.1:{port}/sonata', installationId: '1', mqttUrl: 'mqtt://127.0.0.1:{mqttPort}' },
    credentials: {},
  },
  usesMqtt: true,
  start(services) {
    const matrices = new Matrices(services);
    const { webhook } = matrices;
    const routes = routesOf(matrices);
    return {
      failure: (error) => ({ error }),
      handle({ method, path, body }) {
        const route = routes.match(method, path);
        if (!route) throw new Refused(404, 'Not Found');
        return { status: 200, body: { message: route.handler(method === 'POST' ? objectOf(body) : {}) } };
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
  },
};

/** Each route returns the `message` of its response. */
function routesOf(matrices: Matrices): Routes<(body: JsonObject) => string> {
  const { webhook } = matrices;
  const change = (body: JsonObject, action: (matrix: SimulatedMatrix) => void): string => {
    const ids = [idOf(body, 'installation_id', MAX_INSTALLATION), idOf(body, 'device_id', MAX_DEVICE)] as const;
    matrices.change(matrices.addressed(...ids), action);
    return 'Success';
  };
  return new Routes({
    'POST /subscribe': ({ url }) => {
      if (!url) throw new Refused(400, 'URL is required');
      webhook.url = String(url);
      return `Subscribed to ${webhook.url}`;
    },
    'GET /unsubscribe': () => {
      webhook.url = '';
      return 'Unsubscribed';
    },
    'POST /pattern': (body) => {
      const values = patternOf(body);
      return change(body, (matrix) => matrix.show(values));
    },
    'POST /toggle': (body) => change(body, (matrix) => matrix.toggle()),
    'POST /off': (body) => change(body, (matrix) => matrix.off()),
  });
}

/** [G] The document has no response for a body that is not JSON: that of an exception in the server. */
function objectOf(body: Buffer): JsonObject {
  try {
    return jsonObjectOf(body);
  } catch (error) {
    throw new Refused(500, (error as Error).message);
  }
}

function required(body: JsonObject, key: string): unknown {
  if (!Object.hasOwn(body, key)) throw new Refused(400, `Missing key: '${key}'`);
  return body[key];
}

/** [G] Text with a number is accepted too, as by a server that only puts it into a topic. */
function idOf(body: JsonObject, key: string, max: number): number {
  const value = required(body, key);
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= max) return number;
  throw new Refused(500, `${key} must be a whole number from 0 to ${max}`);
}

/** The document's table names the key `values`, its example `pattern`: both are accepted. */
function patternOf(body: JsonObject): number[] {
  const values = body.values ?? body.pattern ?? required(body, 'values');
  if (!Array.isArray(values) || values.length !== LEDS || !values.every(Number.isInteger))
    throw new Refused(400, 'Values must be an array of 100 integers');
  return values as number[];
}

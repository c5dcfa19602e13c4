import { isObject } from '../core/objects';
import { type Sentence, teller } from '../core/sentence';
import type { Red } from './red';

/** Texts of the runtime that users see, in English. The build puts them into the catalogues, where other languages translate them. */
export const texts = {
  status: {
    idle: 'idle',
    notConfigured: 'not configured',
    connecting: 'connecting',
    connected: 'connected',
    subscribed: 'subscribed, no event yet',
    done: '__operation__ __time__',
    sent: '__operation__: sent __time__',
    failed: '__operation__: __code__ __time__',
    signIn: '__code__: sign in',
    retryIn: '__code__: in __seconds__ s',
    retryOf: '__operation__: __code__, again in __seconds__ s',
    kept: '__code__: __count__ kept since __time__',
    keptNext: '__code__: __count__ kept, again in __seconds__ s',
  },
  signIn: {
    page: {
      done: 'You are signed in',
      failed: 'The sign-in has failed',
      over: 'This sign-in has expired or was already used',
      close: 'You can close this window and return to Node-RED.',
    },
  },
};

export type StatusText = keyof typeof texts.status;
export type PageText = keyof typeof texts.signIn.page;

/** What the simulator says. */
export const simulatorTexts = {
  status: { portTaken: 'port __port__ in use', notAPort: 'wrong __field__', failed: 'failed' },
  error: {
    portTaken:
      'Port __port__ is already in use, by another program or by a simulator with another second port. Choose another port, or end that program; then deploy again.',
    notAPort: '__field__ must be a whole number from 1 to 65535, not "__value__".',
    failed: 'The simulator could not start: __message__',
  },
};

export type SimulatorText = keyof typeof simulatorTexts.status;

/** What panels say beside the texts of `core/error-texts`. */
export const toldTexts = {
  refused: {
    retype: 'Stored for another address: __fields__. Enter it again in the dialog of the connection, or deploy first.',
    retypeHere: 'Stored for another address: __fields__. Enter it again, or deploy first.',
    environment: 'Environment variables are read only for deployed settings: __fields__. Deploy first, or enter the value.',
    deploy: 'The sign-in is used only with the deployed settings. Deploy first.',
    foreign: 'The request seems to come from another site. A proxy in front of Node-RED must forward the Host or X-Forwarded-Host header.',
    endless: 'The JSONata expression did not come to an end in time: __fields__.',
    message: 'Comes from a message, and here is none: __fields__. Enter a value to try it.',
  },
  unread: 'Node-RED does not understand the request. Reload the page in the browser.',
  unreadFile: '__place__ cannot be read (__reason__). Give the user who runs Node-RED the right to read it, and look after the disk.',
  notRunning: 'No simulated devices run at port __port__.',
  inside: 'The request failed inside Node-RED: its log says why.',
} as const;

/** A sentence of these texts. */
export const tell = teller('ensemble-editor', toldTexts);

const CATALOGUE = '@ensemble-flows/node-red-ensemble/ensemble-editor';
const SHARED = `${CATALOGUE}:ensemble-editor`;

export const statusText = (RED: Red, key: StatusText, values: Readonly<Record<string, unknown>> = {}): string =>
  translated(RED, `${SHARED}.status.${key}`, texts.status[key], values);

export const pageText = (RED: Red, key: PageText): string => translated(RED, `${SHARED}.signIn.page.${key}`, texts.signIn.page[key]);

/** The label of an operation; the English one is written in its description. */
export const operationLabel = (RED: Red, type: string, { id, label }: { readonly id: string; readonly label: string }): string =>
  translated(RED, `${CATALOGUE}:${type}.operations.${id}.label`, label);

export const simulatorText = (
  RED: Red,
  kind: keyof typeof simulatorTexts,
  key: SimulatorText,
  values: Readonly<Record<string, unknown>>,
): string => translated(RED, `${CATALOGUE}:ensemble-simulator.${kind}.${key}`, simulatorTexts[kind][key], values);

/** The words of all statuses in the server's language, with their places for values. */
export const statusWords = (RED: Red, actionTypes: readonly string[]): object => ({
  status: textsOf(RED, 'ensemble-editor').status,
  simulator: textsOf(RED, 'ensemble-simulator').status,
  operations: Object.fromEntries(actionTypes.map((type) => [type, labelsOf(RED, type)])),
});

function labelsOf(RED: Red, type: string): object {
  const { operations = {} } = textsOf(RED, type);
  return Object.fromEntries(Object.entries(operations).map(([id, { label }]) => [id, label]));
}

interface TypeTexts {
  readonly status?: object;
  readonly operations?: Readonly<Record<string, { readonly label: string }>>;
}

/** The texts of a type as they are, in the server's language. */
function textsOf(RED: Red, type: string): TypeTexts {
  const texts: unknown = RED._(`${CATALOGUE}:${type}`, { returnObjects: true, skipInterpolation: true });
  return isObject(texts) ? texts : {};
}

/** In the server's language, for a page that Node-RED itself shows. */
export const sentenceText = (RED: Red, { catalogue, key, values, fields, text }: Sentence): string =>
  translated(RED, `${CATALOGUE}:${catalogue}.told.${key}`, text, { ...values, fields: fields.join(', ') });

/** In the server's language; in English where there is no catalogue. */
function translated(RED: Red, key: string, english: string, values: Readonly<Record<string, unknown>> = {}): string {
  const text = RED._(key, { defaultValue: english, ...values });
  // Node-RED's helper for tests gives back what it was asked for.
  return text === key ? english.replace(/__(\w+)__/g, (_, name: string) => String(values[name])) : text;
}

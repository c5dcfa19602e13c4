import type { Red } from './red';

/** Texts of the runtime that users see, in English. The build puts it into the shared catalogue, where other languages translate it. */
export const texts = {
  status: {
    idle: 'idle',
    notConfigured: 'not configured',
    connecting: 'connecting',
    connected: 'connected',
    subscribed: 'subscribed, no event yet',
    done: 'done',
    sent: 'sent',
    signIn: '__code__: sign in',
    retryIn: '__code__: in __seconds__ s',
    kept: '__code__: __count__ kept since __time__',
    keptNext: '__code__: __count__ kept since __time__, next try in __seconds__ s',
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

const CATALOGUE = '@ensemble-flows/node-red-ensemble/ensemble-editor:ensemble-editor';

export const statusText = (RED: Red, key: StatusText, values: Readonly<Record<string, unknown>> = {}): string =>
  translated(RED, `status.${key}`, texts.status[key], values);

export const pageText = (RED: Red, key: PageText): string => translated(RED, `signIn.page.${key}`, texts.signIn.page[key]);

/** In the server's language; in English where there is no catalogue. */
function translated(RED: Red, key: string, english: string, values: Readonly<Record<string, unknown>> = {}): string {
  const inCatalogue = `${CATALOGUE}.${key}`;
  const text = RED._(inCatalogue, { defaultValue: english, ...values });
  // Node-RED's helper for tests gives back what it was asked for.
  return text === inCatalogue ? english.replace(/__(\w+)__/g, (_, name: string) => String(values[name])) : text;
}

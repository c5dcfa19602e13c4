import { told } from '../../core/error-texts';
import { invalidInput } from '../../core/errors';
import { operation } from '../../core/operation';
import { object, secret, text } from '../../core/schema/parameters';
import type { ThingsquareClient } from './client';
import { sendEither } from './either-path';
import { traceOf } from './parameters';
import { readUser, toForm } from './user-data';
import { readToken, readWord } from './word-responses';

const describe = operation<ThingsquareClient>();
const login = text({ label: 'Login', help: 'An e-mail address.' });

/** The user of the connection has no part in what is done for another; and the session that a sign-up may open is that other's. */
const asNobody = { method: 'POST', withoutLogin: true } as const;

/** The token is part of the path. What is no segment of one is not shown, nor what is so short that it could not be taken out of an error. */
function tokenPath(token: string): string {
  if (!/^[\w.~+/=:-]{8,1024}$/.test(token))
    throw invalidInput('token must be an API token: 8 characters or more, without spaces', told('invalid', {}, ['token']));
  return `/0/user/accesstoken/${encodeURIComponent(token)}`;
}

/** Facts: the vendor's "Thingsquare REST API Reference", sections Session methods and User data methods. */
export const operations = [
  describe({
    id: 'get',
    label: 'Get user',
    help: 'Reads the user of the connection: login name, whether it is confirmed, the code by which devices identify the user, and the stored data.',
    parameters: {},
    repeatable: true,
    reads: true,
    target: () => 'user',
    request: () => ({ method: 'GET', path: '/0/user/' }),
    result: readUser,
  }),
  describe({
    id: 'store',
    label: 'Store data',
    help: 'Stores data with the user. Fields that are not given keep their values.',
    parameters: {
      data: object({ label: 'Data', help: 'Fields to store. The backend stores text: numbers, true and false are returned as text.' }),
    },
    repeatable: true,
    target: () => 'user',
    request: ({ data }) => ({ method: 'POST', path: '/0/user/', form: toForm(data) }),
    result: readWord,
  }),
  describe({
    id: 'signup',
    label: 'Sign up',
    help: 'Creates a new user, who receives a confirmation e-mail.',
    more: 'The connection keeps its own user.',
    parameters: {
      login,
      password: secret({
        label: 'Password',
        help: 'Password of the new user. Take it from the message or the environment: a value entered here becomes part of the flow file.',
      }),
    },
    repeatable: false,
    target: ({ login }) => login,
    request({ login, password }, { isPrivate }) {
      if (!isPrivate)
        throw invalidInput(
          'signup needs a connection whose baseUrl begins with https://: the password would cross the network in clear text',
          told('confidential', { protocol: 'https://' }, ['baseUrl']),
        );
      return { ...asNobody, path: '/0/session/signup', form: { login, password }, secrets: [password] };
    },
    result: readWord,
  }),
  describe({
    id: 'resend-confirmation',
    label: 'Resend confirmation',
    help: 'Sends the confirmation e-mail to a new user again.',
    parameters: { login },
    repeatable: false,
    target: ({ login }) => login,
    request: ({ login }) => ({ ...asNobody, path: '/0/session/resend', form: { login } }),
    result: readWord,
  }),
  describe({
    id: 'recover-password',
    label: 'Recover password',
    help: 'Sends an e-mail with a link for setting a new password.',
    parameters: { login },
    repeatable: false,
    target: ({ login }) => login,
    // The document's example and the vendor's library say "recover", its heading "recovery".
    run: ({ login }, context) =>
      sendEither(context, 'POST', ['/0/session/recover', '/0/session/recovery'], { form: { login }, withoutLogin: true }),
  }),
  describe({
    id: 'create-token',
    label: 'Create API token',
    help: 'Creates an API token, with which programs log in as the user of the connection, without login and password.',
    more: 'The result is the token: whoever has it is the user. The vendor does not document it; it is known from its own library.',
    parameters: {},
    // Each request makes another one.
    repeatable: false,
    target: () => 'user',
    request: () => ({ method: 'POST', path: '/0/user/accesstoken' }),
    result: readToken,
  }),
  describe({
    id: 'delete-token',
    label: 'Delete API token',
    help: 'Deletes an API token of the user of the connection: nobody can log in with it from then on.',
    parameters: {
      token: secret({
        label: 'API token',
        help: 'The token that is deleted. Take it from the message or the environment: a value entered here becomes part of the flow file.',
      }),
    },
    // A repetition would be refused although the first request succeeded.
    repeatable: false,
    target: ({ token }) => traceOf('token', token),
    request: ({ token }) => ({ method: 'DELETE', path: tokenPath(token), secrets: [token] }),
    result: readWord,
  }),
  describe({
    id: 'logout',
    label: 'Log out',
    help: 'Ends the session that all nodes of the connection share.',
    more: 'The next request of any of them opens a new one.',
    parameters: {},
    repeatable: false,
    target: () => 'session',
    async run(_values, { connection, scope }) {
      const response = await connection.session.logOut({ scope });
      return { result: readWord(response), statusCode: response.statusCode };
    },
  }),
];

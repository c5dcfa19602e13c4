import type { Connection, LookupContext } from '../core/connection';
import { asEnsembleError } from '../core/errors';
import { isObject } from '../core/objects';
import { Scope } from '../core/scope';
import { answerErrors, guards, jsonOnly, refuse } from './admin-guard';
import type { Clients, ConfigNodeType } from './clients';
import type { ConfigNodeDefinition } from './config-node-definition';
import { dialogIn } from './dialog';
import { deployedConnection, dialogOwner, hidden } from './dialog-connection';
import * as logins from './dialog-logins';
import type { Settled } from './dialog-values';
import type { Handler, Red } from './red';

interface About<C extends Connection> extends LookupContext<C>, Pick<Settled, 'hideInSuccess' | 'hideInLists'> {}
type Answer<C extends Connection> = (connection: C, about: About<C>) => Promise<unknown>;

/** What only dialogs need is loaded with the first; few ever sign in. */
const values = (): typeof import('./dialog-values') => require('./dialog-values');
const signIn = (): typeof import('./sign-in') => require('./sign-in');

/** Routes for the panels: fill dropdowns, try the connection, sign in, with the values of the open dialog. */
export function registerAdminRoutes<T extends ConfigNodeType>(RED: Red, definition: ConfigNodeDefinition<T>): void {
  const { type, load } = definition;
  const toChange = [...guards(RED, 'flows.write'), jsonOnly];
  const test = answering(RED, definition, async (connection, { deployed, scope, hideInSuccess }) => {
    const message = await logins.test(connection, deployed, () => load().test(connection, scope));
    return { message: hideInSuccess(message) };
  });
  RED.httpAdmin.post(`/ensemble/test/${type}`, toChange, test);
  RED.httpAdmin.post(`/ensemble/lookup/${type}/:lookup`, toChange, (request, response, next) => {
    const { lookup = '' } = request.params;
    const { lookups } = load();
    const chosen = Object.hasOwn(lookups, lookup) ? lookups[lookup] : undefined;
    if (!chosen) return response.sendStatus(404);
    const fill: Answer<Clients[T]> = async (connection, about) => {
      const items = await logins.ask(connection, about.deployed, (asked) => chosen(asked, about));
      return inAllTexts(items, about.hideInLists);
    };
    answering(RED, definition, fill)(request, response, next);
  });
  RED.httpAdmin.post(`/ensemble/sign-in/${type}`, toChange, (request, response) => signIn().open(RED, definition, request, response));
  RED.httpAdmin.get(`/ensemble/sign-in/${type}/:id`, guards(RED, 'flows.read'), (request, response) =>
    signIn().tell(RED, type, request, response),
  );
  answerErrors(RED);
}

const answering =
  <T extends ConfigNodeType>(RED: Red, definition: ConfigNodeDefinition<T>, answer: Answer<Clients[T]>): Handler =>
  (request, response) => {
    const scope = new Scope();
    response.on('close', () => void scope.end());
    const work = async (): Promise<unknown> => {
      const dialog = dialogIn(request.body);
      const settled = values().settle(RED, definition, dialog);
      const { parameters, hide, hideInLists, hideInSuccess } = settled;
      const owner = dialogOwner(RED, definition, dialog, settled);
      scope.defer(() => owner.close());
      const deployed = deployedConnection(RED, dialog.id, definition.type);
      try {
        return await answer(owner.get(), { deployed, parameters, within: dialog.within, scope, hideInLists, hideInSuccess });
      } catch (error) {
        throw hidden(error, hide);
      }
    };
    work()
      .then(
        (result) => response.json(result),
        (error: unknown) => refuse(response, asEnsembleError(error)),
      )
      .finally(() => scope.end());
  };

/** The same with each text in it changed. */
function inAllTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => inAllTexts(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inAllTexts(item, change)]));
}

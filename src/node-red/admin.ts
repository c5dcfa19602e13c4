import { asEnsembleError, EnsembleError } from '../core/errors';
import type { Connection, LookupContext } from '../core/operation';
import { Scope } from '../core/scope';
import { type ConfigNodeDefinition, ConnectionOwner, connectionOf } from './connection-owner';
import * as logins from './dialog-logins';
import type { Handler, Red, Response } from './red';

/** What an open dialog sends: its config node as it stands there, whether deployed or not. */
export interface DialogBody {
  readonly id?: string;
  readonly values?: Readonly<Record<string, unknown>>;
  /** Credentials typed anew; those left out keep their deployed values. */
  readonly credentials?: Readonly<Record<string, unknown>>;
  /** Constant values of the panel's other rows. */
  readonly parameters?: Readonly<Record<string, unknown>>;
  /** The entry of a dropdown that was opened. */
  readonly within?: string;
}

type Answer = (connection: Connection, about: LookupContext<Connection>) => Promise<unknown>;

/** Few ever sign in: what it takes is loaded then. */
const signIn = (): typeof import('./sign-in') => require('./sign-in');

/** Routes for the panels: fill dropdowns, try the connection, sign in, with the values of the open dialog. */
export function registerAdminRoutes(RED: Red, definition: ConfigNodeDefinition): void {
  const { type, load } = definition;
  const allowed = RED.auth.needsPermission(`${type}.write`);
  const test = answering(RED, definition, async (connection, { deployed, scope }) => ({
    message: await logins.test(connection, deployed, () => load().test(connection, scope)),
  }));
  RED.httpAdmin.post(`/ensemble/test/${type}`, allowed, test);
  RED.httpAdmin.post(`/ensemble/lookup/${type}/:lookup`, allowed, (request, response, next) => {
    const lookup = load().lookups[request.params.lookup ?? ''];
    if (!lookup) return response.sendStatus(404);
    const fill: Answer = (connection, about) => logins.ask(connection, about.deployed, (asked) => lookup.fill(asked, about));
    answering(RED, definition, fill)(request, response, next);
  });
  RED.httpAdmin.post(`/ensemble/sign-in/${type}`, allowed, (request, response) => signIn().open(RED, definition, request, response));
  RED.httpAdmin.get(`/ensemble/sign-in/${type}/:id`, RED.auth.needsPermission(`${type}.read`), (request, response) =>
    signIn().tell(RED, request, response),
  );
}

const answering =
  (RED: Red, definition: ConfigNodeDefinition, answer: Answer): Handler =>
  (request, response) => {
    const body = (request.body ?? {}) as DialogBody;
    const { id = '', parameters = {}, within } = body;
    const scope = new Scope();
    response.on('close', () => void scope.end());
    const work = async (): Promise<unknown> => {
      const owner = dialogOwner(RED, definition, body);
      scope.defer(() => owner.close());
      return answer(owner.get(), { deployed: deployedConnection(RED, id, definition.type), parameters, within, scope });
    };
    work()
      .then(
        (result) => response.json(result),
        (error: unknown) => refuse(response, error),
      )
      .finally(() => scope.end());
  };

/** A connection with the values of an open dialog. */
export function dialogOwner(
  RED: Red,
  definition: ConfigNodeDefinition,
  { id = '', values = {}, credentials = {} }: DialogBody,
): ConnectionOwner {
  const config = { ...fromEnvironment(RED, values), id: `dialog ${id}` };
  return new ConnectionOwner(RED, definition, config, fromEnvironment(RED, { ...RED.nodes.getCredentials(id), ...credentials }), id);
}

export function refuse(response: Response, error: unknown): void {
  const { code, message } = asEnsembleError(error);
  response.status(400).json({ code, message });
}

export function deployedConnection(RED: Red, id: string, type: string): Connection | undefined {
  try {
    return connectionOf(RED, id, type).current;
  } catch (error) {
    // Not deployed yet: a dialog may well be the first thing that uses it.
    if (error instanceof EnsembleError) return undefined;
    throw error;
  }
}

/** A deploy fills in values that are `${NAME}` as a whole: so must a dialog. */
function fromEnvironment(RED: Red, values: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const filled = Object.entries(values).map(([name, value]) => {
    const isName = typeof value === 'string' && /^\$\{[^}]+\}$/.test(value);
    return [name, isName ? RED.util.evaluateNodeProperty(value, 'env', null, {}) : value];
  });
  return Object.fromEntries(filled);
}

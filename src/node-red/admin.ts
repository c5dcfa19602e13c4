import type { Connection } from '../core/connection';
import { asEnsembleError } from '../core/errors';
import { isObject } from '../core/objects';
import { Scope } from '../core/scope';
import { inEnglish } from '../core/sentence';
import { actionDefinition } from './action-node-definition';
import { asData, guards, handleErrors, jsonOnly, refuse } from './admin-guard';
import type { Clients, ConfigNodeType } from './clients';
import type { ConfigNodeDefinition } from './config-node-definition';
import { type ConnectionOwner, ownersOf } from './connection-owner';
import { type Dialog, parseDialog } from './dialog';
import { dialogOwner, naming, withoutSecrets } from './dialog-connection';
import { testLogin, unlessRefused } from './dialog-logins';
import type { DialogValues } from './dialog-values';
import type { HttpHandler, Red } from './red';

/** A request of an open dialog, with what is needed for the response. */
interface DialogRequest<C extends Connection> {
  readonly dialog: Dialog;
  readonly values: DialogValues;
  /** Of a connection with the values of the dialog. */
  readonly owner: ConnectionOwner<C>;
  /** Those of the running config nodes: several in a subflow, none before the first deploy. */
  readonly deployed: readonly ConnectionOwner<C>[];
  /** Ends when the browser no longer waits. */
  readonly scope: Scope;
}
type DialogAction<C extends Connection> = (request: DialogRequest<C>) => Promise<unknown>;

/** Loaded for the first dialog, so that a Node-RED without dialogs starts faster. */
const dialogValues = (): typeof import('./dialog-values') => require('./dialog-values');
const diagnostics = (): typeof import('./diagnostics') => require('./diagnostics');
const trial = (): typeof import('./trial') => require('./trial');
const signIn = (): typeof import('./sign-in') => require('./sign-in');

/** Routes for the panels: fill dropdowns, try the connection, sign in, with the values of the open dialog. */
export function registerAdminRoutes<T extends ConfigNodeType>(RED: Red, definition: ConfigNodeDefinition<T>): void {
  const { type, load } = definition;
  const mayDeploy = [...guards(RED, 'flows.write'), jsonOnly];
  const test = forDialog(RED, definition, async ({ owner, deployed, values, scope }) => {
    const connection = owner.get();
    const connected = deployed.map(({ current }) => current);
    const told = await testLogin(connection, connected, () => load().test(connection, scope));
    const shown = told.map((sentence) => sentence.withTexts(values.hideInSuccess));
    return { message: inEnglish(shown), told: shown.map(asData) };
  });
  RED.httpAdmin.post(`/ensemble/test/${type}`, mayDeploy, test);
  RED.httpAdmin.post(`/ensemble/lookup/${type}/:lookup`, mayDeploy, (request, response, next) => {
    const { lookup: name = '' } = request.params;
    const { lookups } = load();
    const lookup = Object.hasOwn(lookups, name) ? lookups[name] : undefined;
    if (!lookup) return response.sendStatus(404);
    const list: DialogAction<Clients[T]> = async (asked) => {
      const { deployed, dialog, values, scope } = asked;
      const { within } = dialog;
      const { parameters, hideInLists } = values;
      const found = await onConnection(asked, (connection, same) =>
        lookup(connection, { deployed: (same ?? deployed[0])?.current, parameters, within, scope }),
      );
      return inAllTexts(found, hideInLists);
    };
    forDialog(RED, definition, list)(request, response, next);
  });
  registerReportRoutes(RED, definition, mayDeploy);
  registerTrialRoute(RED, definition, mayDeploy);
  RED.httpAdmin.post(`/ensemble/sign-in/${type}`, mayDeploy, (request, response) =>
    signIn().startSignIn(RED, definition, request, response),
  );
  RED.httpAdmin.get(`/ensemble/sign-in/${type}/:id`, guards(RED, 'flows.read'), (request, response) =>
    signIn().sendSignInState(RED, type, request, response),
  );
  handleErrors(RED);
}

/** *Check* and *Diagnostics*. */
function registerReportRoutes<T extends ConfigNodeType>(RED: Red, definition: ConfigNodeDefinition<T>, mayDeploy: HttpHandler[]): void {
  const { type } = definition;
  const check = forDialog(RED, definition, (asked) =>
    onConnection(asked, (connection, same) =>
      diagnostics().check(definition, asked.dialog, connection, { scope: asked.scope, asDeployed: same !== undefined }),
    ),
  );
  RED.httpAdmin.post(`/ensemble/check/${type}`, mayDeploy, check);
  RED.httpAdmin.post(`/ensemble/diagnostics/${type}`, mayDeploy, (request, response) => {
    // Not by the dialog's values: a report is wanted most where they are wrong.
    try {
      response.json(diagnostics().makeReport(RED, definition, parseDialog(request.body)));
    } catch (error) {
      refuse(response, asEnsembleError(error));
    }
  });
}

/** *Try it* of the action nodes that use the connection. */
function registerTrialRoute<T extends ConfigNodeType>(RED: Red, definition: ConfigNodeDefinition<T>, mayDeploy: HttpHandler[]): void {
  const { type } = definition;
  RED.httpAdmin.post(`/ensemble/try/${type}/:action`, mayDeploy, (request, response, next) => {
    const action = actionDefinition(request.params.action ?? '', type);
    if (!action) return response.sendStatus(404);
    const run: DialogAction<Clients[T]> = async (asked) => {
      const { TrialRun, parseAction, isDryRun } = trial();
      const tried = new TrialRun(RED, action, parseAction(request.body), asked.values, asked.scope);
      return onConnection(asked, (connection) => tried.run(connection, isDryRun(request.body)));
    };
    forDialog(RED, definition, run)(request, response, next);
  });
}

/** Handles a request of an open dialog; what it opens for that is closed after the response. */
const forDialog =
  <T extends ConfigNodeType>(RED: Red, definition: ConfigNodeDefinition<T>, act: DialogAction<Clients[T]>): HttpHandler =>
  (request, response) => {
    const scope = new Scope();
    response.on('close', () => void scope.end());
    const work = async (): Promise<unknown> => {
      const dialog = parseDialog(request.body);
      const values = dialogValues().readDialog(RED, definition, dialog);
      const owner = dialogOwner(RED, definition, dialog, values);
      scope.defer(() => owner.close());
      try {
        return await act({ dialog, values, owner, deployed: ownersOf(dialog.id, definition.type), scope });
      } catch (error) {
        throw naming(definition, values, withoutSecrets(error, values.hide));
      }
    };
    work()
      .then(
        (result) => response.json(result),
        (error: unknown) => refuse(response, asEnsembleError(error)),
      )
      .finally(() => scope.end());
  };

/** Where the dialog is as it was deployed, the login of the deployed connection serves all its rows. */
function onConnection<C extends Connection, R>(
  { owner, deployed }: DialogRequest<C>,
  run: (connection: C, same?: ConnectionOwner<C>) => Promise<R>,
): Promise<R> {
  const same = deployed.find((one) => one.isLike(owner));
  return same ? run(same.get(), same) : unlessRefused(owner.get(), run);
}

/** The same with each text in it changed. */
function inAllTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map((item) => inAllTexts(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, inAllTexts(item, change)]));
}

import { asEnsembleError, type EnsembleError } from '../core/errors';
import type { Clients, ConfigNodeType } from './clients';
import type { ConfigNodeDefinition } from './config-node-definition';
import { ConnectionOwner } from './connection-owner';
import { type Dialog, DialogError } from './dialog';
import type { DialogValues } from './dialog-values';
import type { Red } from './red';
import { tokenStoreOf } from './token-store';

/** The owner of a connection with the values of an open dialog. */
export function dialogOwner<T extends ConfigNodeType>(
  RED: Red,
  definition: ConfigNodeDefinition<T>,
  { id }: Dialog,
  { config, credentials, mayUseSignIn }: DialogValues,
): ConnectionOwner<Clients[T]> {
  const tokens = tokenStoreOf(RED, id);
  const read = () => {
    if (mayUseSignIn) return tokens.read();
    throw new DialogError('deploy', [], 'the sign-in is used only in the way in which it is deployed: deploy first');
  };
  return new ConnectionOwner(RED, definition, { ...config, id: `dialog ${id}` }, credentials, {
    read,
    write: (brought) => tokens.write(brought),
    inTurn: tokens.inTurn,
    lost: tokens.lost,
  });
}

/** An error as a dialog may show it. */
export function withoutSecrets(thrown: unknown, hide: (text: string) => string): EnsembleError {
  const error = asEnsembleError(thrown);
  return error instanceof DialogError ? error : error.withMessage(hide(error.message));
}

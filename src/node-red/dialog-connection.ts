import { told } from '../core/error-texts';
import { asEnsembleError, type EnsembleError } from '../core/errors';
import type { Parameter } from '../core/schema/parameters';
import { isAskedFor } from '../core/schema/parse';
import type { Sentence } from '../core/sentence';
import { sentencesOf } from '../core/told-error';
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

/** The error of a login that was refused over HTTP names what the person has to check; where there is none, no error speaks of it. */
export function naming<T extends ConfigNodeType>(
  { load }: ConfigNodeDefinition<T>,
  { config }: DialogValues,
  error: EnsembleError,
): EnsembleError {
  if (!error.told.some(isUnnamed)) return error;
  const { settings, credentials } = load();
  const isAsked = (parameter: Parameter<unknown>) => isAskedFor(parameter, (name) => config[name] ?? settings[name]?.default);
  const isSent = ({ sentTo }: Parameter<unknown>) => sentTo === undefined || sentTo.includes('baseUrl');
  const names = Object.keys(credentials).filter((name) => {
    const parameter = credentials[name];
    return parameter && isAsked(parameter) && isSent(parameter);
  });
  const named = (sentence: Sentence) => {
    if (names.length === 0) return told(sentence.key === 'login' ? 'noLogin' : 'forbiddenHere', sentence.values);
    return sentence.key === 'login' ? sentence.about(names) : sentence;
  };
  return error.telling(...error.told.map((sentence) => (isUnnamed(sentence) ? named(sentence) : sentence)));
}

/** Says nothing yet of the credentials of this connection. */
const isUnnamed = ({ key, fields }: Sentence): boolean => (key === 'login' || key === 'forbidden') && fields.length === 0;

/** An error as a dialog may show it. */
export function withoutSecrets(thrown: unknown, hide: (text: string) => string): EnsembleError {
  const error = asEnsembleError(thrown);
  if (error instanceof DialogError) return error;
  const shown = sentencesOf(error).map((sentence) => sentence.withTexts(hide));
  return error.withMessage(hide(error.message)).telling(...shown);
}

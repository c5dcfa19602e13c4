import { EnsembleError, type ErrorCode, invalidInput } from '../core/errors';
import { isRecord } from '../core/objects';
import { tell } from './texts';

/** An open dialog of a config node: as it stands there, whether deployed or not. */
export interface Dialog {
  /** '' where the dialog has none. */
  readonly id: string;
  readonly values: DialogFields;
  /** Credentials typed anew; those left out keep their deployed values. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Constant values of the panel's other rows. */
  readonly parameters: DialogFields;
  /** The node whose panel these rows are of. */
  readonly node: string;
  /** The tab or subflow that the config node stands on; '' where it serves all. */
  readonly z: string;
  /** The entry of a dropdown that was opened. */
  readonly within: string | undefined;
}

export type DialogFields = Readonly<Record<string, unknown>>;

/** Errors that a panel explains in the editor's language. */
type Reason = 'foreign' | 'retype' | 'environment' | 'deploy' | 'message' | 'endless';

export class DialogError extends EnsembleError {
  constructor(
    readonly reason: Reason,
    /** The settings and credentials that it is about. */
    readonly fields: readonly string[],
    message: string,
    code: ErrorCode = 'NOT_CONFIGURED',
  ) {
    super(code, message, tell(`refused.${reason}`, {}, fields));
  }

  /** A dialog has no operation and no target. */
  override with(): this {
    return this;
  }
}

const isText = (value: unknown): value is string => typeof value === 'string';

/** The body of a request in form; what is left out is empty. @throws EnsembleError INVALID_INPUT naming the part that does not fit */
export function parseDialog(body: unknown): Dialog {
  if (!isRecord(body)) throw invalidInput('the body must be an object', tell('unread'));
  const part = <T>(name: keyof Dialog, fits: (value: unknown) => value is T, expected: string): T | undefined => {
    const value = Object.hasOwn(body, name) ? body[name] : undefined;
    if (value === undefined || fits(value)) return value;
    throw invalidInput(`${name} must be ${expected}`, tell('unread'));
  };
  const text = (name: keyof Dialog) => part(name, isText, 'text');
  const record = (name: keyof Dialog) => part(name, isRecord, 'an object') ?? {};
  const isAllText = (value: unknown): value is Readonly<Record<string, string>> => isRecord(value) && Object.values(value).every(isText);
  return {
    id: text('id') ?? '',
    values: record('values'),
    credentials: part('credentials', isAllText, 'an object of texts') ?? {},
    parameters: record('parameters'),
    node: text('node') ?? '',
    z: text('z') ?? '',
    within: text('within'),
  };
}

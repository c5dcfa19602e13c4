import type { Connection } from '../core/connection';
import { asEnsembleError, type EnsembleError } from '../core/errors';
import { LOGIN_PAUSES } from '../core/follow/login';

/** Accounts of open dialogs whose refusal is remembered; the oldest is dropped. */
const MAX_ACCOUNTS = 100;

interface RefusedLogin {
  readonly error: EnsembleError;
  /** `performance.now()`. */
  readonly end: number;
}

/** The logins of open dialogs that a vendor has refused, by account: each row of each panel would try them again, and accounts get locked. */
const refusals = new Map<string, RefusedLogin>();

/** Runs with the connection of a dialog, unless its login was refused a short while ago. @throws EnsembleError */
export async function unlessRefused<C extends Connection, R>(dialog: C, run: (connection: C) => Promise<R>): Promise<R> {
  const { account } = dialog;
  if (account === undefined) return run(dialog);
  const refusal = refusals.get(account);
  if (refusal && performance.now() < refusal.end) throw refusal.error;
  return rememberingRefusal(account, () => run(dialog));
}

/** Runs for the Test button, whatever was refused before. Where it succeeds, deployed connections of the account log in anew. */
export async function testLogin<R>(
  { account }: Connection,
  deployed: readonly (Connection | undefined)[],
  run: () => Promise<R>,
): Promise<R> {
  if (account === undefined) return run();
  const result = await rememberingRefusal(account, run);
  for (const connection of deployed) if (connection?.account === account) connection.retryLogin?.();
  return result;
}

/** After a sign-in the vendor may accept the account. */
export function forgetRefusal({ account = '' }: Connection): void {
  refusals.delete(account);
}

async function rememberingRefusal<R>(account: string, run: () => Promise<R>): Promise<R> {
  refusals.delete(account);
  try {
    return await run();
  } catch (thrown) {
    const error = asEnsembleError(thrown);
    if (error.refused) refusals.set(account, { error, end: performance.now() + LOGIN_PAUSES.refused });
    const [oldest = ''] = refusals.keys();
    if (refusals.size > MAX_ACCOUNTS) refusals.delete(oldest);
    throw error;
  }
}

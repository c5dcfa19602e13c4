import { isDeepStrictEqual } from 'node:util';
import type { Connection } from '../core/connection';
import { asEnsembleError, type EnsembleError } from '../core/errors';
import { LOGIN } from '../core/follow/login';

/** Accounts of open dialogs whose refusal is remembered; the oldest gives way. */
const MOST = 100;

interface Refusal {
  readonly error: EnsembleError;
  /** `performance.now()`. */
  readonly end: number;
}

/** The logins of open dialogs that a vendor has refused, by account: each row of each panel would try them again, and accounts get locked. */
const refused = new Map<string, Refusal>();

/** Fills a row by the deployed connection where the dialog says nothing else: its login is there, or is known to be refused. */
export async function ask<C extends Connection, R>(dialog: C, deployed: C | undefined, fill: (connection: C) => Promise<R>): Promise<R> {
  const { account } = dialog;
  if (account === undefined) return fill(dialog);
  if (deployed && deployed.account === account && isDeepStrictEqual(deployed.settings, dialog.settings)) return fill(deployed);
  const known = refused.get(account);
  if (known && performance.now() < known.end) throw known.error;
  return remembering(account, () => fill(dialog));
}

/** A person wants to know: asks whatever was refused before, and tells the deployed connection where all is well. */
export async function test<R>(dialog: Connection, deployed: Connection | undefined, run: () => Promise<R>): Promise<R> {
  const { account } = dialog;
  if (account === undefined) return run();
  const result = await remembering(account, run);
  if (deployed?.account === account) deployed.retryLogin?.();
  return result;
}

/** What a person has done to the account may have mended it. */
export function forget({ account = '' }: Connection): void {
  refused.delete(account);
}

async function remembering<R>(account: string, run: () => Promise<R>): Promise<R> {
  refused.delete(account);
  try {
    return await run();
  } catch (thrown) {
    const error = asEnsembleError(thrown);
    if (error.refused) refused.set(account, { error, end: performance.now() + LOGIN.refused });
    const [oldest = ''] = refused.keys();
    if (refused.size > MOST) refused.delete(oldest);
    throw error;
  }
}

import { connect, type IClientOptions } from 'mqtt';
import { EnsembleError } from '../../core/errors';
import type { Network } from '../../core/operation';
import type { Scope } from '../../core/scope';

/** How to get into the broker. */
export interface Login {
  readonly url: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly tls: Network['tls'];
}

/** MQTT 3.1.1, table 3.1: the login was refused. A later try would be refused too, and may lock the account. */
const REFUSED = new Set([4, 5]);

/** Connects once and leaves again, without a session. @throws EnsembleError UNAUTHORIZED or UNREACHABLE */
export async function tryLogin(options: Login, scope: Scope): Promise<void> {
  const client = connect(options.url, { ...loginOptions(options), clean: true, reconnectPeriod: 0 });
  scope.defer(() => void client.end(true));
  const answer = new Promise<void>((resolve, reject) => {
    client.once('connect', () => resolve());
    client.on('error', (error) => reject(reasonOf(error, options.url)));
    client.once('close', () => reject(reasonOf(undefined, options.url)));
  });
  await scope.race(answer).finally(() => client.end(true));
}

export const loginOptions = ({ username, password, tls }: Login): IClientOptions => ({
  ...(tls as IClientOptions),
  protocolVersion: 4,
  ...(username && { username }),
  ...(password && { password }),
});

/** Why a connection failed, by the last error that the client told. */
export function reasonOf(error: (Error & { code?: unknown }) | undefined, url: string): EnsembleError {
  if (REFUSED.has(error?.code as number))
    return new EnsembleError('UNAUTHORIZED', 'the broker refused the user name or password; deploy again to try once more');
  return new EnsembleError(
    'UNREACHABLE',
    `the broker ${new URL(url).host} cannot be reached: ${error?.message || error?.code || 'the connection broke'}`,
  );
}

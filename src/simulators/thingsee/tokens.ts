import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { ThingseeState } from '../types';
import type { Reply } from '../vendor';

/** The one client that the simulated deployment knows. */
export const CLIENT = { id: 'ensemble', secret: 'simulated-secret' };

/** Milliseconds: "Token expires in 15 mins". */
const LIFE = 15 * 60_000;
const MOST = 1000;

/** "Supports multiple simultaneous tokens." */
export class Tokens {
  /** [G] The document does not say how a token that has expired is refused; gateways in front of such APIs do either. */
  refusal: ThingseeState['refusal'] = '401';
  private readonly ends = new Map<string, number>();

  create(): string {
    const token = randomBytes(24).toString('base64url');
    this.ends.set(token, Date.now() + LIFE);
    const [oldest = ''] = this.ends.keys();
    if (this.ends.size > MOST) this.ends.delete(oldest);
    return token;
  }

  /** The answer to a request without a valid token. It comes from the gateway in front of the API, in a form of its own. */
  check({ authorization = '' }: IncomingHttpHeaders): Reply | undefined {
    const [, token = ''] = /^Bearer (.+)$/.exec(authorization) ?? [];
    if ((this.ends.get(token) ?? 0) > Date.now()) return undefined;
    return { status: Number(this.refusal), body: { message: this.refusal === '401' ? 'Unauthorized' : 'Forbidden' } };
  }

  get valid(): number {
    return [...this.ends.values()].filter((end) => end > Date.now()).length;
  }

  expire(): void {
    this.ends.clear();
  }
}

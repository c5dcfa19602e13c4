import type { IncomingHttpHeaders } from 'node:http';
import { AccessTokens } from '../http/access-tokens';
import type { DeviceResponse } from '../http/response';
import type { ThingseeState } from './state';

/** The one client that the simulated deployment knows. */
export const CLIENT = { id: 'ensemble', secret: 'simulated-secret' };

/** Seconds: "Token expires in 15 mins". */
const LIFE = 15 * 60;

/** "Supports multiple simultaneous tokens." */
export class ClientTokens {
  /** [G] The document does not say how a token that has expired is refused; gateways in front of such APIs do either. */
  refusal: ThingseeState['refusal'] = '401';
  private readonly tokens = new AccessTokens();

  create(): string {
    return this.tokens.issue(LIFE);
  }

  /** The response to a request without a valid token. It comes from the gateway in front of the API, in a form of its own. */
  check({ authorization }: IncomingHttpHeaders): DeviceResponse | undefined {
    if (this.tokens.accepts(authorization)) return undefined;
    return { status: Number(this.refusal), body: { message: this.refusal === '401' ? 'Unauthorized' : 'Forbidden' } };
  }

  get valid(): number {
    return this.tokens.count;
  }

  expire(): void {
    this.tokens.expire();
  }
}

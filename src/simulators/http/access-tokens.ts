import { randomBytes } from 'node:crypto';
import { BoundedMap } from '../bounded-map';

const MAX_TOKENS = 1000;

export const createSecret = (): string => randomBytes(24).toString('base64url');

/** The bearer tokens that a vendor has issued. */
export class AccessTokens {
  /** When each expires, in milliseconds since 1970. */
  private readonly expiry = new BoundedMap<string, number>(MAX_TOKENS);

  /** @param seconds for which the token is valid */
  issue(seconds: number): string {
    const token = createSecret();
    this.expiry.set(token, Date.now() + seconds * 1000);
    return token;
  }

  /** Whether the header `Authorization` holds a valid token. */
  accepts(authorization = ''): boolean {
    const [, token = ''] = /^Bearer (.+)$/.exec(authorization) ?? [];
    return (this.expiry.get(token) ?? 0) > Date.now();
  }

  /** How many are valid. */
  get count(): number {
    const now = Date.now();
    return [...this.expiry.values()].filter((end) => end > now).length;
  }

  /** Ends all of them. */
  expire(): void {
    this.expiry.clear();
  }
}

import type { FlowNode } from '../kit/node-red';

export const CREDENTIALS = { username: 'me@example.com', password: 'pass-word-1' };

/** An account at a server of the test's. */
export const account = (baseUrl: string, more: Record<string, unknown> = {}): FlowNode => ({
  id: 'account',
  type: 'twinkly-account',
  environment: 'custom',
  baseUrl,
  authentication: 'password',
  credentials: CREDENTIALS,
  ...more,
});

import { equal } from 'node:assert/strict';
import type { FlowNode, NodeRed, User } from '../kit/node-red';
import { LOGIN } from '../simulators/twinkly';

export const SECRET = 'sparkle';

/** An account that people sign in to, at the simulated cloud. */
export const oauthAccount = (baseUrl: string, more: Record<string, unknown> = {}): FlowNode => ({
  id: 'account',
  type: 'twinkly-account',
  environment: 'custom',
  baseUrl,
  authentication: 'oauth',
  clientId: 'ensemble',
  credentials: { clientSecret: SECRET },
  ...more,
});

/** Presses the button of an open dialog. */
export function beginSignIn(red: NodeRed, baseUrl: string, user: User = 'admin', more: Record<string, unknown> = {}): Promise<Response> {
  const values = { environment: 'custom', baseUrl, authentication: 'oauth', clientId: 'ensemble' };
  const callback = `${red.url}/ensemble/signed-in`;
  return red.admin('/ensemble/sign-in/twinkly-account', {
    method: 'POST',
    body: { id: 'account', values, credentials: { clientSecret: SECRET }, callback, ...more },
    user,
  });
}

/** What a person does on the vendor's page; returns the address that the browser is sent back to. */
export async function signInOn(page: string): Promise<string> {
  const response = await fetch(page, { method: 'POST', body: new URLSearchParams(LOGIN), redirect: 'manual' });
  equal(response.status, 303);
  return response.headers.get('location') ?? '';
}

/** All of it, without a browser. */
export async function signIn(red: NodeRed, baseUrl: string): Promise<string> {
  const { page } = (await (await beginSignIn(red, baseUrl)).json()) as { page: string };
  const back = await signInOn(page);
  equal((await fetch(back)).status, 200);
  return back;
}

export const signedIn = async (red: NodeRed): Promise<unknown> => (await red.admin('/ensemble/sign-in/twinkly-account/account')).json();

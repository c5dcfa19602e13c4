import type { Simulator } from '../../src/simulators/simulator';
import type { TwinklyState } from '../../src/simulators/twinkly/state';
import { snapshot } from './simulated';

export const LOGIN = { username: 'demo@example.com', password: 'twinkle' };
export const CLIENT = { client_id: 'ensemble', client_secret: 'sparkle' };

export interface Given {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A request to the simulated cloud, as any client would make it. */
export async function ask(simulator: Simulator, method: string, path: string, body?: unknown, token?: string): Promise<Given> {
  const response = await fetch(`${simulator.address}/twinkly${path}`, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

/** Someone who is signed in. */
export async function client(simulator: Simulator) {
  const { body } = await ask(simulator, 'POST', '/v2/auth', LOGIN);
  const token = String(body.access_token);
  return (method: string, path: string, json?: unknown) => ask(simulator, method, path, json, token);
}

/** What a person presses on the device page. */
export async function press(simulator: Simulator, action: string, input: object): Promise<number> {
  const response = await fetch(`${simulator.address}/page/twinkly/${action}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(input),
  });
  return response.status;
}

export async function state(simulator: Simulator): Promise<TwinklyState> {
  const { twinkly } = (await snapshot(simulator)).vendors;
  if (!twinkly) throw new Error('the page was told nothing of Twinkly');
  return twinkly;
}

import type { Simulator } from '../../src/simulators/simulator';
import type { TwinklyState } from '../../src/simulators/twinkly/state';
import { call, press as pressOf, snapshot } from './simulated';

export const LOGIN = { username: 'demo@example.com', password: 'twinkle' };
export const CLIENT = { client_id: 'ensemble', client_secret: 'sparkle' };

export interface CloudResponse {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A request to the simulated cloud, as any client would make it. */
export async function sendToCloud(
  simulator: Simulator,
  method: string,
  path: string,
  body?: unknown,
  token?: string,
): Promise<CloudResponse> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const response = await call(simulator, method, `/twinkly${path}`, body, headers);
  return { status: response.status, body: response.body as CloudResponse['body'] };
}

/** A client that is signed in. */
export async function client(simulator: Simulator) {
  const { body } = await sendToCloud(simulator, 'POST', '/v2/auth', LOGIN);
  const token = String(body.access_token);
  return (method: string, path: string, json?: unknown) => sendToCloud(simulator, method, path, json, token);
}

/** What a person does on the device page. @returns the status of the response */
export const pressTwinkly = (simulator: Simulator, action: string, input: object): Promise<number> =>
  pressOf(simulator, 'twinkly', action, input);

export const twinklyState = async (simulator: Simulator): Promise<TwinklyState> => (await snapshot(simulator)).vendors.twinkly;

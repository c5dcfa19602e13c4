import { type Behaviour, FaultServer, type Recorded, respond } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';

export const CLIENT = { clientId: 'client-41f0', clientSecret: 'secret-7b3c' };
export const TOKEN = 'token-9d2e';

/** A server that gives a token to the one client, and otherwise responds as told. */
export async function startCloud(): Promise<FaultServer> {
  const server = await FaultServer.start();
  server.good = respondWith({});
  return server;
}

/** Good responses: the token, and this `data` for everything else. */
export const respondWith =
  (data: unknown): Behaviour =>
  (response, request) => {
    if (isLogin(request)) return respond({ data: { token: TOKEN } })(response, request);
    return respond({ data })(response, request);
  };

/** Good responses, each by its path; HTTP 404 for any other. A number is the status of an error. */
export const respondByPath =
  (responses: Readonly<Record<string, unknown>>): Behaviour =>
  (response, request) => {
    const data = isLogin(request) ? { token: TOKEN } : (responses[request.path] ?? 404);
    const error = { statusCode: data, error: 'No', message: `no ${request.path}` };
    respond(typeof data === 'number' ? error : { data }, typeof data === 'number' ? data : 200)(response, request);
  };

export const isLogin = ({ path }: Recorded): boolean => path.endsWith('/auth/client-token');

/** The requests that are no logins. */
export const asked = ({ requests }: FaultServer): Recorded[] => requests.filter((request) => !isLogin(request));

export const cloudNode = (baseUrl: string, more: Record<string, unknown> = {}): FlowNode => ({
  id: 'cloud',
  type: 'thingsee-cloud',
  baseUrl,
  credentials: CLIENT,
  ...more,
});

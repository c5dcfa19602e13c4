import type { Behaviour, FaultServer, Recorded } from '../kit/fault-server';
import type { FlowNode } from '../kit/node-red';

export const DEVICE = 'b9b5a63b-85c1-4cc8-ab6e-8c43c2d54d56';

/** A word, as the backend gives most responses. */
export const says =
  (word: string, status = 200, headers: Record<string, string> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-type': 'text/plain', ...headers });
    response.end(word);
  };

export const opensSession = (cookie = 'secret-cookie'): Behaviour =>
  says('login-ok', 201, { 'set-cookie': `session=${cookie}; Path=/; HttpOnly` });

/** A server that accepts every login, and responds to all else as told. */
export function backend(server: FaultServer, otherwise: Behaviour): void {
  server.good = (response, request) => (isLogin(request) ? opensSession() : otherwise)(response, request);
}

export const isLogin = ({ method, path }: Recorded): boolean => method === 'POST' && /^\/0\/session\/(login)?$/.test(path);

/** The frontend node that uses it. */
export const frontend = ({ url }: Pick<FaultServer, 'url'>, more: Record<string, unknown> = {}): FlowNode => ({
  id: 'frontend',
  type: 'thingsquare-frontend',
  baseUrl: url,
  authentication: 'login',
  credentials: { login: 'dummy@example.com', password: 'secret' },
  ...more,
});

/** The fields of a request's form; undefined where it has no body. */
export function formOf(request: Recorded | undefined): Record<string, string> | undefined {
  if (!request?.body) return undefined;
  if (request.headers['content-type'] !== 'application/x-www-form-urlencoded')
    throw new Error(`no form: ${request.headers['content-type']}`);
  return Object.fromEntries(new URLSearchParams(request.body));
}

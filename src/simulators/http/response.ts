import type { ServerResponse } from 'node:http';

/** The response of a simulated vendor. */
export interface DeviceResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes are sent as they are, anything else as JSON. */
  readonly body?: unknown;
}

export const ok = (body: unknown): DeviceResponse => ({ status: 200, body });

export function sendResponse(response: ServerResponse, { status, headers, body }: DeviceResponse): void {
  const isRaw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body);
  response.writeHead(status, { ...(!isRaw && { 'content-type': 'application/json' }), ...headers });
  response.end(isRaw ? body : JSON.stringify(body));
}

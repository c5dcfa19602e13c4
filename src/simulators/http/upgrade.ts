import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { DeviceResponse } from './response';
import { acceptKey, WebSocketClient, type WebSocketService } from './web-socket';

/** Responds to a request for another protocol as to any other request, where there is none. */
export function refuseUpgrade(socket: Duplex, { status, headers, body = '' }: DeviceResponse): void {
  const content = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const fields = Object.entries({ connection: 'close', 'content-length': String(content.length), ...headers });
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...fields.map(([name, value]) => `${name}: ${value}`)];
  socket.end(Buffer.concat([Buffer.from(`${head.join('\r\n')}\r\n\r\n`), content]));
}

/** The subprotocols that a client offers. */
const offered = ({ headers }: IncomingMessage): string[] => (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim());

/** @returns the client; nothing, where the request is none for such a WebSocket */
export function openWebSocket(
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  { protocol }: WebSocketService,
): WebSocketClient | undefined {
  const { upgrade = '', 'sec-websocket-key': key, 'sec-websocket-version': version } = request.headers;
  if (upgrade.toLowerCase() !== 'websocket' || key === undefined || version !== '13' || !offered(request).includes(protocol))
    return undefined;
  const fields = [
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${acceptKey(key)}`,
    `Sec-WebSocket-Protocol: ${protocol}`,
  ];
  socket.write(`HTTP/1.1 101 Switching Protocols\r\n${fields.join('\r\n')}\r\n\r\n`);
  return new WebSocketClient(socket, head);
}

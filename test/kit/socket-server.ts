import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { openWebSocket, refuseUpgrade } from '../../src/simulators/http/upgrade';
import type { WebSocketClient } from '../../src/simulators/http/web-socket';

/** A client of a `SocketServer`. */
export interface OpenSocket {
  readonly request: IncomingMessage;
  readonly wire: Duplex;
  readonly client: WebSocketClient;
}

/**
 * The WebSockets of a vendor's server: what a FaultServer does as `upgrade`. They are held open for `send`; they can break at any
 * byte, freeze or be refused.
 */
export class SocketServer {
  /** How many were opened. */
  opened = 0;
  /** What clients have sent. */
  readonly texts: string[] = [];
  /** The status of a refusal; undefined: all are accepted. */
  refusal: (request: IncomingMessage) => number | undefined = () => undefined;
  /** Happens to each that was accepted. */
  onOpen = (_socket: OpenSocket): void => {};
  readonly sockets = new Set<OpenSocket>();

  constructor(private readonly protocol: string) {}

  readonly behaviour = (request: IncomingMessage, wire: Duplex, head: Buffer): void => {
    const status = this.refusal(request);
    const client = status === undefined && openWebSocket(request, wire, head, { protocol: this.protocol, open: () => {} });
    if (!client) {
      refuseUpgrade(wire, { status: status ?? 400, body: 'refused' });
      return;
    }
    const socket = { request, wire, client };
    this.opened++;
    this.sockets.add(socket);
    client.onText = (text) => void this.texts.push(text);
    client.onEnd = () => this.sockets.delete(socket);
    this.onOpen(socket);
  };

  /** Whether anybody listens. */
  get isHeard(): boolean {
    return this.sockets.size > 0;
  }

  /** Sends a text to all, or to some. */
  send(text: string, isFor: (socket: OpenSocket) => boolean = () => true): void {
    for (const socket of this.sockets) if (isFor(socket)) socket.client.send(text);
  }

  /** Writes bytes to all, whatever they are. */
  write(bytes: Uint8Array): void {
    for (const { wire } of this.sockets) wire.write(bytes);
  }

  /** Breaks all; new ones may come. */
  cut(): void {
    for (const { wire } of this.sockets) wire.destroy();
    this.sockets.clear();
  }

  /** Breaks all after a part (0 to 1) of the bytes of a message. */
  cutWithin(text: string, part: number): void {
    const bytes = frame(text);
    for (const { wire } of this.sockets) wire.end(bytes.subarray(0, Math.floor(bytes.length * part)));
    this.sockets.clear();
  }

  /** Connections stay, but nothing moves on them any more: no ping is answered. */
  freeze(): void {
    for (const { wire } of this.sockets) wire.pause();
    this.sockets.clear();
  }
}

/** A text of fewer than 65,536 bytes as it goes over the wire (RFC 6455, 5.2). */
export function frame(text: string): Buffer {
  const payload = Buffer.from(text);
  const length = payload.length < 126 ? [payload.length] : [126, payload.length >> 8, payload.length & 0xff];
  return Buffer.concat([Buffer.from([0x81, ...length]), payload]);
}

import { createHash } from 'node:crypto';
import type { Duplex } from 'node:stream';

/** RFC 6455, 1.3. */
const ID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const CODE = { unexpected: 1002, unsupported: 1003, tooLarge: 1009 } as const;
/** What a client sends is short. */
const MAX_FRAME = 64 * 1024;
/** A client that does not read is disconnected when so much is waiting for it. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

/** What a vendor does with a WebSocket. */
export interface WebSocketService {
  /** The subprotocol that it speaks. */
  readonly protocol: string;
  open(client: WebSocketClient): void;
}

/** The header `Sec-WebSocket-Accept` for the key of a request. */
export const acceptKey = (key: string): string =>
  createHash('sha1')
    .update(key + ID)
    .digest('base64');

interface Frame {
  readonly isLast: boolean;
  readonly opcode: number;
  readonly payload: Buffer;
}

/** A client that has opened a WebSocket (RFC 6455). It may send text, each in one frame. */
export class WebSocketClient {
  onText = (_text: string): void => {};
  onEnd = (): void => {};
  private unread = Buffer.alloc(0);
  private isOver = false;

  constructor(
    private readonly socket: Duplex,
    head: Buffer,
  ) {
    socket.on('data', (bytes: Buffer) => this.take(bytes));
    socket.on('error', () => {});
    socket.once('end', () => this.destroy());
    socket.once('close', () => this.destroy());
    if (head.length > 0) setImmediate(() => this.take(head));
  }

  send(text: string): void {
    if (this.socket.writableLength > MAX_UNREAD_BYTES) this.destroy();
    else this.write(OPCODE.text, Buffer.from(text));
  }

  close(code = 1000): void {
    if (this.isOver) return;
    const payload = Buffer.alloc(2);
    payload.writeUInt16BE(code);
    this.write(OPCODE.close, payload);
    this.socket.end();
    this.over();
  }

  destroy(): void {
    this.socket.destroy();
    this.over();
  }

  private over(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.onEnd();
  }

  private take(bytes: Buffer): void {
    this.unread = Buffer.concat([this.unread, bytes]);
    for (let frame = this.nextFrame(); frame && !this.isOver; frame = this.nextFrame()) this.handle(frame);
  }

  private handle({ isLast, opcode, payload }: Frame): void {
    if (opcode === OPCODE.ping) this.write(OPCODE.pong, payload);
    else if (opcode === OPCODE.close) this.close();
    else if (opcode === OPCODE.text && isLast) this.onText(payload.toString('utf8'));
    else if (opcode !== OPCODE.pong) this.close(CODE.unsupported);
  }

  /** The next frame, where all of it has come. */
  private nextFrame(): Frame | undefined {
    const { unread } = this;
    if (this.isOver || unread.length < 6) return undefined;
    const [first = 0, second = 0] = unread;
    // "a server MUST close the connection upon receiving a frame that is not masked"; no extension was agreed on.
    if ((second & 0x80) === 0 || (first & 0x70) !== 0) return this.refuse(CODE.unexpected);
    const short = second & 0x7f;
    if (short === 127) return this.refuse(CODE.tooLarge);
    const begin = short === 126 ? 8 : 6;
    const length = short === 126 ? unread.readUInt16BE(2) : short;
    if (length > MAX_FRAME) return this.refuse(CODE.tooLarge);
    if (unread.length < begin + length) return undefined;
    const mask = unread.subarray(begin - 4, begin);
    const payload = Buffer.from(unread.subarray(begin, begin + length).map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
    this.unread = unread.subarray(begin + length);
    return { isLast: (first & 0x80) !== 0, opcode: first & 0x0f, payload };
  }

  private refuse(code: number): undefined {
    this.close(code);
    return undefined;
  }

  /** One frame, which a server does not mask. */
  private write(opcode: number, payload: Buffer): void {
    if (this.isOver || this.socket.destroyed) return;
    const { length } = payload;
    const header = Buffer.alloc(length < 126 ? 2 : length < 65_536 ? 4 : 10);
    header[0] = 0x80 | opcode;
    header[1] = length < 126 ? length : length < 65_536 ? 126 : 127;
    if (header.length === 4) header.writeUInt16BE(length, 2);
    if (header.length === 10) header.writeBigUInt64BE(BigInt(length), 2);
    this.socket.write(Buffer.concat([header, payload]));
  }
}

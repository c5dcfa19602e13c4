import type { IPublishPacket } from 'mqtt';

/**
 * Recognizes events of QoS 1 that were handed on before: where the broker did not get the acknowledgement, it sends them again
 * under the same packet id. There are 65,535 of these, so there can be no more entries.
 */
export class Redeliveries {
  /** By packet id. */
  private readonly checksums = new Map<number, number>();
  /** Packet ids whose acknowledgement may not have arrived: sent since the last ping, before a ping without a response, and by the last connection. */
  private readonly recent = new Set<number>();
  private readonly older = new Set<number>();
  private readonly lost = new Set<number>();
  private pings = 0;
  /** Responses to pings until what was lost has come again. */
  private untilSettled = Number.POSITIVE_INFINITY;

  /** Whether a ping would show that an acknowledgement has arrived. */
  get isUncertain(): boolean {
    return this.recent.size > 0;
  }

  add(packet: IPublishPacket): void {
    const id = packet.messageId as number;
    this.checksums.set(id, checksum(packet));
    this.recent.add(id);
    this.lost.delete(id);
  }

  /**
   * Whether a packet was handed on before. Most brokers mark what they send again (DUP); the embedded one does not. A broker that
   * has lost its newest ids gives them to new events, which may be equal to those before.
   */
  has(packet: IPublishPacket): boolean {
    const id = packet.messageId as number;
    return (packet.dup || this.lost.has(id)) && this.checksums.get(id) === checksum(packet);
  }

  connected(sessionPresent: boolean): void {
    this.pings = 0;
    this.untilSettled = Number.POSITIVE_INFINITY;
    this.lost.clear();
    if (!sessionPresent) this.checksums.clear();
    else for (const id of [...this.older, ...this.recent]) this.lost.add(id);
    this.older.clear();
    this.recent.clear();
  }

  /** The broker has answered what came after the connect. When it has answered a ping, too, it has sent all that it sends again. */
  subscribed(): void {
    this.untilSettled = Math.min(this.untilSettled, this.pings + 1);
  }

  pinged(): void {
    this.pings++;
    for (const id of this.recent) this.older.add(id);
    this.recent.clear();
  }

  /** What was acknowledged before a ping that is answered has arrived. */
  ponged(): void {
    this.pings--;
    if (this.pings <= 0) this.older.clear();
    this.untilSettled--;
    if (this.untilSettled === 0) this.lost.clear();
  }
}

/** FNV-1a over topic and payload. */
function checksum({ topic, payload }: IPublishPacket): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < topic.length; at++) sum = Math.imul(sum ^ topic.charCodeAt(at), 0x01000193);
  for (const byte of payload as Buffer) sum = Math.imul(sum ^ byte, 0x01000193);
  return sum;
}

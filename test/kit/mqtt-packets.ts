/** Types of packets (MQTT 3.1.1, 2.2.1). */
export const TYPE = { connect: 1, publish: 3, puback: 4, subscribe: 8, unsubscribe: 10, pingreq: 12 } as const;

export const typeOf = (packet: Buffer): number => (packet[0] ?? 0) >> 4;

/** Makes packets of what comes in. */
export class Packets {
  private rest: Buffer = Buffer.alloc(0);

  take(chunk: Buffer): Buffer[] {
    this.rest = Buffer.concat([this.rest, chunk]);
    const packets: Buffer[] = [];
    for (let end = packetEnd(this.rest); end <= this.rest.length; end = packetEnd(this.rest)) {
      packets.push(this.rest.subarray(0, end));
      this.rest = this.rest.subarray(end);
    }
    return packets;
  }
}

/** The packet without its fixed header. */
export const packetBody = (packet: Buffer): Buffer => packet.subarray(1 + lengthOf(packet).bytes);

/** How many bytes the length takes: seven bits are in each. */
function lengthOf(packet: Buffer): { bytes: number; length: number } {
  let length = 0;
  for (let bytes = 1; bytes < packet.length; bytes++) {
    const byte = packet[bytes] ?? 0;
    length += (byte & 127) * 128 ** (bytes - 1);
    if (byte < 128) return { bytes, length };
  }
  return { bytes: 0, length: Number.POSITIVE_INFINITY };
}

function packetEnd(packet: Buffer): number {
  const { bytes, length } = lengthOf(packet);
  return 1 + bytes + length;
}

/** A length as a packet has it, of two bytes at most. */
export const lengthBytes = (length: number): number[] => (length < 128 ? [length] : [128 | (length & 127), length >> 7]);

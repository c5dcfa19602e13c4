// Speaks as much MQTT 3.1.1 as a subscriber needs to hear, so that no broker is the slowest part. Told a number, it
// sends so many context events at QoS 0, as fast as they are taken.
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

const CONNECT = 1;
const SUBSCRIBE = 8;
const PINGREQ = 12;
const DEVICES = 16;
const PACKETS = 64;

let subscriber: Socket | undefined;

const server = createServer((socket) => {
  let rest: Buffer = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    // A subscriber's packets are small: one byte holds their length, save a CONNECT's in rare cases.
    for (let end = packetEnd(rest); end <= rest.length; end = packetEnd(rest)) {
      respond(socket, rest.subarray(0, end));
      rest = rest.subarray(end);
    }
  });
});
server.listen(0, '127.0.0.1', () => process.send?.(`mqtt://127.0.0.1:${(server.address() as AddressInfo).port}`));

function packetEnd(bytes: Buffer): number {
  const [, low = 0, high = 0] = bytes;
  if (bytes.length < 2) return Number.POSITIVE_INFINITY;
  return low < 128 ? 2 + low : 3 + (low - 128) + high * 128;
}

function respond(socket: Socket, packet: Buffer): void {
  const type = (packet[0] ?? 0) >> 4;
  if (type === CONNECT) socket.write(Buffer.from([0x20, 2, 0, 0]));
  else if (type === PINGREQ) socket.write(Buffer.from([0xd0, 0]));
  else if (type === SUBSCRIBE) {
    subscriber = socket;
    const filters = countFilters(packet);
    socket.write(Buffer.from([0x90, 2 + filters, packet[2] ?? 0, packet[3] ?? 0, ...new Array<number>(filters).fill(0)]));
    process.send?.('subscribed');
  }
}

/** Each filter has its length in two bytes before it, and a QoS after it. */
function countFilters(packet: Buffer): number {
  let filters = 0;
  for (let at = 4; at < packet.length; at += 3 + packet.readUInt16BE(at)) filters++;
  return filters;
}

function encode(number: number): Buffer {
  const topic = Buffer.from(`v2/16/rx/${number % DEVICES}/context/1`);
  const pattern = Array.from({ length: 100 }, (_, cell) => (cell * number) % 16);
  const values = [0, 1, 2, 3].map((i) => ({ i, v: 0 }));
  const payload = Buffer.from(JSON.stringify({ key: number, cl: [...values, { i: 4, v: pattern }] }));
  const length = 2 + topic.length + payload.length;
  return Buffer.concat([Buffer.from([0x30, 128 | (length % 128), length >> 7, 0, topic.length]), topic, payload]);
}

const packets = Array.from({ length: PACKETS }, (_, number) => encode(number));
const block = Buffer.concat(packets);

process.on('message', async (count: number) => {
  for (let sent = 0; sent < count; sent += PACKETS) if (!subscriber?.write(block)) await once(subscriber as Socket, 'drain');
});
process.on('disconnect', () => process.exit());

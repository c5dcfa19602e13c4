import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Cursor, LOOK_BACK } from '../../src/vendors/thingsee/message-cursor';
import type { FlowNode } from '../kit/node-red';
import { until } from '../kit/within';
import { cloudNode } from './fake-cloud';
import { MessageCloud, type Sent } from './message-cloud';
import { StreamBroker, topicOf } from './stream-broker';

interface EmittedMessage {
  readonly payload: Sent;
  readonly event: { readonly resumed: boolean; readonly late: boolean; readonly source: string };
}

const GRACE = 2;
/** Requests that the node makes at the same time. */
export const AT_ONCE = 4;
const now = () => Math.floor(Date.now() / 1000);

/** A Node-RED in a process of its own, with a context store that writes files at once. */
class KilledNodeRed {
  private constructor(private readonly child: ChildProcess) {}

  static async start(folder: string, flow: readonly FlowNode[], receive: (message: EmittedMessage) => void): Promise<KilledNodeRed> {
    const config = { dir: folder, cache: false };
    const options = { settings: { contextStorage: { default: { module: 'localfilesystem', config } } } };
    // A killed process cannot clear up after itself: what it leaves goes with the folder.
    const child = fork(join(__dirname, '../kit/child.js'), [JSON.stringify(options)], { env: { ...process.env, TMPDIR: folder } });
    const started = once(child, 'message');
    child.on('message', (message: Partial<EmittedMessage>) => message.payload && receive(message as EmittedMessage));
    child.send(flow);
    await started;
    return new KilledNodeRed(child);
  }

  async kill(): Promise<void> {
    if (this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}

/** The group that it follows. */
export const HALL = 'prfi00hall';

/** A cloud, and a Node-RED that follows its group `HALL`. */
interface Site {
  readonly cloud: MessageCloud;
  /** Of its stream. */
  readonly broker: StreamBroker;
  /** What Node-RED has passed on, whichever instance of it. */
  readonly received: readonly EmittedMessage[];
  start(): Promise<void>;
  kill(): Promise<void>;
  round(things: readonly string[]): Promise<unknown>;
  sendAll(things: readonly string[], each: number, seconds: number, first?: number): Sent[];
  isWritten(things: readonly string[]): boolean;
  inOrder(things: readonly string[]): void;
}

/** From when on a cursor has fingerprints: of the time around it, and around the last message before. */
const firstSeen = ({ at, seen = {} }: Cursor = { at: 0 }) =>
  Math.min(
    at,
    ...Object.values(seen)
      .sort((a, b) => b - a)
      .slice(0, 1),
  ) - LOOK_BACK;

/** So many things of the group. */
export const manyThings = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `TSPR${String(index).padStart(13, '0')}`);

/** A test of a Node-RED that is killed and started again. */
export function inANodeRedThatIsKilled(title: string, test: (site: Site) => Promise<void>, transport: 'poll' | 'mqtt' = 'poll'): void {
  describe(`thing-messages (${transport}) in a Node-RED that is killed`, function () {
    this.timeout(600_000);
    let folder: string;
    let cloud: MessageCloud;
    let broker: StreamBroker;
    let instance: KilledNodeRed;
    let received: EmittedMessage[];

    beforeEach(async () => {
      folder = mkdtempSync(join(tmpdir(), 'ensemble-kills-'));
      cloud = await MessageCloud.start();
      broker = await StreamBroker.start();
      received = [];
    });
    afterEach(async () => {
      await instance.kill();
      await cloud.close();
      await broker.close();
      rmSync(folder, { recursive: true, force: true });
    });

    const flow = (): FlowNode[] => [
      { id: 'tab', type: 'tab', label: 'kills' },
      cloudNode(cloud.url, { mqttUrl: broker.url }),
      {
        id: 'feed',
        type: 'thing-messages',
        z: 'tab',
        connection: 'cloud',
        groups: HALL,
        interval: 1,
        transport,
        grace: GRACE,
        wires: [['probe']],
      },
      { id: 'probe', type: 'kit-probe', z: 'tab', wires: [[]] },
    ];
    const start = async () => {
      instance = await KilledNodeRed.start(folder, flow(), (message) => received.push(message));
    };
    /** Each thing is asked once more: what was to come has come, and from here on, what comes is new. */
    const round = (things: readonly string[]) => {
      const before = cloud.asked.length;
      return until(
        'every thing is asked',
        () => new Set(cloud.asked.slice(before).map(({ tuid }) => tuid)).size,
        (count) => count === things.length,
        60_000,
      );
    };

    /** As the deployment's stream brings it, but for one in twenty. */
    const publish = (message: Sent, time: number) => {
      if (transport === 'poll' || message.number % 20 === 5) return;
      setTimeout(() => broker.publish(message, topicOf(HALL, message)), Math.max(0, time - Date.now()));
    };

    /** Sends so many messages for each thing over a time, with late and double ones among them, and numbers them. */
    const sendAll = (things: readonly string[], each: number, seconds: number, first = 0): Sent[] => {
      const from = now() + 1;
      return things.flatMap((tsmTuid, place) =>
        Array.from({ length: each }, (_, index) => {
          const number = first + place * each + index;
          const message = { tsmId: 12100, tsmTs: from + Math.floor((index * seconds) / each), tsmTuid, number };
          const late = number % 10 === 3 ? GRACE - 1 : 0;
          cloud.add(message, (message.tsmTs + late) * 1000);
          publish(message, (message.tsmTs + late) * 1000);
          if (number % 10 === 7) cloud.add(message, message.tsmTs * 1000);
          if (number % 10 === 8) publish(message, message.tsmTs * 1000);
          if (number % 20 === 9) cloud.add({ ...message }, (message.tsmTs + 8) * 1000);
          return message;
        }),
      );
    };
    /** Whether the context store knows of everything that has been passed on: a kill repeats nothing then. */
    const isWritten = (things: readonly string[]) => {
      const { cursors } = JSON.parse(readFileSync(join(folder, 'context/tab/feed.json'), 'utf8')) as { cursors: Record<string, Cursor> };
      const young = new Map(things.map((tuid) => [tuid, 0]));
      const seenFrom = new Map(things.map((tuid) => [tuid, firstSeen(cursors[tuid])]));
      for (const { payload } of received)
        if (payload.tsmTs >= (seenFrom.get(payload.tsmTuid) ?? 0)) young.set(payload.tsmTuid, (young.get(payload.tsmTuid) ?? 0) + 1);
      return things.every((tuid) => Object.keys(cursors[tuid]?.seen ?? {}).length === young.get(tuid));
    };
    const inOrder = (things: readonly string[]) => {
      const last = new Map<string, number>();
      for (const { payload } of received) {
        assert.ok(
          payload.tsmTs >= (last.get(payload.tsmTuid) ?? 0),
          `${payload.tsmTuid}: ${payload.tsmTs} after ${last.get(payload.tsmTuid)}`,
        );
        last.set(payload.tsmTuid, payload.tsmTs);
      }
      assert.equal(last.size, things.length);
    };

    it(title, () => test({ cloud, broker, received, start, kill: () => instance.kill(), round, sendAll, isWritten, inOrder }));
  });
}

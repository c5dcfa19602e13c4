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
import { MessageCloud, type Sent, type Trouble } from './message-cloud';

interface Received {
  readonly payload: Sent;
  readonly event: { readonly resumed: boolean; readonly late: boolean };
}

const GRACE = 2;
/** Requests that the node makes at the same time. */
const AT_ONCE = 4;
const now = () => Math.floor(Date.now() / 1000);

/** A Node-RED in a process of its own, with a context store that writes files at once. */
class Instance {
  private constructor(private readonly child: ChildProcess) {}

  static async start(folder: string, flow: readonly FlowNode[], receive: (message: Received) => void): Promise<Instance> {
    const config = { dir: folder, cache: false };
    const options = { settings: { contextStorage: { default: { module: 'localfilesystem', config } } } };
    // A killed process cannot clear up after itself: what it leaves goes with the folder.
    const child = fork(join(__dirname, '../kit/child.js'), [JSON.stringify(options)], { env: { ...process.env, TMPDIR: folder } });
    const started = once(child, 'message');
    child.on('message', (message: Partial<Received>) => message.payload && receive(message as Received));
    child.send(flow);
    await started;
    return new Instance(child);
  }

  async kill(): Promise<void> {
    if (this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}

describe('thing-messages in a Node-RED that is killed', function () {
  this.timeout(300_000);
  let folder: string;
  let cloud: MessageCloud;
  let instance: Instance;
  let received: Received[];

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ensemble-kills-'));
    cloud = await MessageCloud.start();
    received = [];
  });
  afterEach(async () => {
    await instance.kill();
    await cloud.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const flow = (): FlowNode[] => [
    { id: 'tab', type: 'tab', label: 'kills' },
    cloudNode(cloud.url),
    { id: 'feed', type: 'thing-messages', z: 'tab', connection: 'cloud', groups: 'hall', interval: 1, grace: GRACE, wires: [['probe']] },
    { id: 'probe', type: 'kit-probe', z: 'tab', wires: [[]] },
  ];
  const start = async () => {
    instance = await Instance.start(folder, flow(), (message) => received.push(message));
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

  /** Sends so many messages for each thing over a time, with late and double ones among them, and numbers them. */
  const sendAll = (things: readonly string[], each: number, seconds: number, first = 0): Sent[] => {
    const from = now() + 1;
    return things.flatMap((tsmTuid, place) =>
      Array.from({ length: each }, (_, index) => {
        const number = first + place * each + index;
        const message = { tsmId: 12100, tsmTs: from + Math.floor((index * seconds) / each), tsmTuid, number };
        const late = number % 10 === 3 ? GRACE - 1 : 0;
        cloud.add(message, (message.tsmTs + late) * 1000);
        if (number % 10 === 7) cloud.add(message, message.tsmTs * 1000);
        if (number % 20 === 9) cloud.add({ ...message }, (message.tsmTs + 8) * 1000);
        return message;
      }),
    );
  };
  /** Whether the context store knows of everything that has been passed on: a kill repeats nothing then. */
  const isWritten = (things: readonly string[]) => {
    const { cursors } = JSON.parse(readFileSync(join(folder, 'context/tab/feed.json'), 'utf8')) as { cursors: Record<string, Cursor> };
    const young = new Map(things.map((tuid) => [tuid, 0]));
    for (const { payload } of received)
      if (payload.tsmTs >= (cursors[payload.tsmTuid]?.at ?? 0) - LOOK_BACK)
        young.set(payload.tsmTuid, (young.get(payload.tsmTuid) ?? 0) + 1);
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

  it('passes 20,000 messages of 200 things on, each exactly once and in order, over five kills, 429s and 500s', async () => {
    const things = Array.from({ length: 200 }, (_, index) => `TSPR${String(index).padStart(13, '0')}`);
    cloud.groups.set('hall', things);
    await start();
    await round(things);
    const began = performance.now();
    const before = cloud.asked.length;
    const sent = sendAll(things, 100, 25);
    const trouble = (_tuid: string, count: number): Trouble | undefined => {
      // Now and then, and once so often that a round cannot go on.
      if (count % 31 === 0 || (count > 2000 && count < 2040)) return { status: 429, headers: { 'retry-after': '0' } };
      return count % 47 === 0 ? { status: 500 } : undefined;
    };
    cloud.trouble = trouble;
    for (const kill of [1, 2, 3, 4, 5]) {
      const due = kill * 3000;
      await until(`${due} messages`, () => received.length >= due, Boolean, 120_000);
      // Killed in the middle of a round: all requests that there may be at a time wait, and the context store has kept up.
      cloud.trouble = () => 'silence';
      await until('nobody is answered', () => cloud.open === AT_ONCE, Boolean, 60_000);
      await until('all that was passed on is written', () => isWritten(things));
      await instance.kill();
      cloud.trouble = trouble;
      await start();
    }
    await until('all messages', () => received.length >= sent.length, Boolean, 120_000);
    await round(things);
    const numbers = received.map(({ payload }) => payload.number);
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      sent.map(({ number }) => number),
    );
    inOrder(things);
    assert.ok(received.every(({ event }) => !event.late));
    const resumed = received.filter(({ event }) => event.resumed).length;
    assert.ok(resumed > 0 && resumed < received.length, `${resumed} marked as caught up`);
    const seconds = (performance.now() - began) / 1000;
    const calls = cloud.asked.length - before;
    console.log(`      ${calls} calls in ${Math.round(seconds)} s, at most ${cloud.most} at a time; ${resumed} messages caught up`);
    // One call for each thing and interval (a tenth shorter by chance), and half as many again for full pages and retries.
    assert.ok(calls < things.length * (seconds / 0.9) * 1.5, `${calls} calls`);
    assert.equal(cloud.most, AT_ONCE);
    assert.ok(cloud.logins <= 6);
  });

  it('loses nothing at the worst moment, and marks what comes again', async () => {
    const things = Array.from({ length: 20 }, (_, index) => `TSPR${String(index).padStart(13, '0')}`);
    cloud.groups.set('hall', things);
    await start();
    await round(things);
    const sent: Sent[] = [];
    const kills = 3;
    for (let kill = 1; kill <= kills; kill++) {
      const due = received.length + 200;
      sent.push(...sendAll(things, 20, 5, sent.length));
      await until('messages in the middle of a round', () => received.length >= due, Boolean, 60_000);
      await instance.kill();
      await start();
    }
    const numbers = () => new Set(received.map(({ payload }) => payload.number));
    await until('all messages', () => numbers().size === sent.length, Boolean, 60_000);
    await round(things);
    const seen = new Set<number>();
    for (const { payload, event } of received) {
      assert.ok(event.resumed || !seen.has(payload.number), `${payload.number} came again, and was not marked`);
      seen.add(payload.number);
    }
    console.log(`      ${received.length - sent.length} of ${sent.length} messages came again after ${kills} kills`);
    assert.ok(received.length <= sent.length * (1 + kills));
  });
});

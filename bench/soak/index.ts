import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { Simulator } from '../../src/simulators/simulator';
import { startMosquitto, type TestBroker } from '../../test/kit/broker';
import { FaultServer } from '../../test/kit/fault-server';
import { PlainNodeRed } from '../../test/kit/plain';
import { freePort } from '../../test/kit/ports';
import { ROOT } from '../../test/kit/root';
import { faults, handingOnTo, type Way } from './faults';
import { actions, type Counts, events, flow } from './flow';
import type { Held } from './probe';

const VENDORS = ['twinkly', 'sonata', 'turn', 'thingsquare', 'thingsee'] as const;
const LOGINS = /\/(auth|session)\b/;
/** Seconds that a fault lasts, and that the vendor is well between two. */
const LASTS = { least: 2, most: 20 };
/** Seconds within which everything must work again. */
const PATIENCE = 120;
/** Seconds between two looks at what the process holds, and how many of them are averaged at the beginning and at the end. */
const LOOK = 10;
const AVERAGED = 6;

interface Look extends Held {
  readonly sockets: number;
  readonly descriptors: number;
}

/**
 * Faults of many kinds over all vendors at once, for so many minutes, on a plain Node-RED. Then all is well again, and so must
 * every node be, without a deploy. Returns what has failed.
 */
export async function soak(minutes: number): Promise<string[]> {
  const site = await Site.start();
  try {
    const looks: Look[] = [await site.look()];
    const end = performance.now() + minutes * 60_000;
    const troubles = [
      ...VENDORS.map((vendor, index) => site.trouble(vendor, index * 5, end)),
      site.brokerTrouble(end),
      site.hostTrouble(end),
    ];
    const watching = (async () => {
      while (performance.now() < end) {
        await sleep(LOOK * 1000);
        looks.push(await site.look());
        const { heap, sockets, descriptors } = looks.at(-1) as Look;
        console.log(`${looks.length * LOOK} s: heap ${heap.toFixed(1)} MB, ${sockets} sockets, ${descriptors} descriptors`);
      }
    })();
    await Promise.all([...troubles, watching]);
    await site.heal();
    return await site.judge(looks);
  } catch (error) {
    console.log(`The end of Node-RED's log:\n${site.log.slice(-3000)}`);
    throw error;
  } finally {
    await site.end();
  }
}

class Site {
  readonly kinds = new Map<string, number>();

  private constructor(
    private readonly simulator: Simulator,
    private readonly ways: Readonly<Record<(typeof VENDORS)[number], Way>>,
    private readonly red: PlainNodeRed,
    private readonly probe: string,
    private broker: TestBroker,
    private publisher: MqttClient,
  ) {}

  static async start(): Promise<Site> {
    const simulator = await Simulator.start({ port: 0, mqttPort: 0 });
    const servers = await Promise.all(VENDORS.map(() => FaultServer.start()));
    const ways = Object.fromEntries(
      servers.map((server, index) => {
        server.good = handingOnTo(simulator.address);
        return [VENDORS[index], { server, isLogin: (path: string) => LOGINS.test(path) }];
      }),
    ) as unknown as Site['ways'];
    const broker = await startMosquitto();
    const probePort = await freePort();
    const env = {
      NODE_OPTIONS: `--expose-gc --require ${join(ROOT, 'dist/bench/soak/probe.js')}`,
      ENSEMBLE_PROBE_PORT: String(probePort),
    };
    const red = await PlainNodeRed.start({ env });
    const urls = Object.fromEntries(VENDORS.map((vendor) => [vendor, ways[vendor].server.url])) as Record<keyof Site['ways'], string>;
    await red.deploy(flow({ urls, mqttUrl: broker.url, publicUrl: red.httpUrl }));
    const site = new Site(simulator, ways, red, `http://127.0.0.1:${probePort}`, broker, await connectAsync(broker.url));
    await site.works();
    return site;
  }

  /** One fault after the other, each time another, until the end (`performance.now()`). */
  async trouble(vendor: (typeof VENDORS)[number], first: number, end: number): Promise<void> {
    const way = this.ways[vendor];
    for (let index = first; performance.now() < end; index++) {
      const fault = faults[index % faults.length];
      if (!fault) return;
      this.kinds.set(fault.name, (this.kinds.get(fault.name) ?? 0) + 1);
      await fault.begin(way);
      await sleep(some(end));
      await way.server.heal();
      await sleep(some(end));
    }
  }

  /** The broker loses power, and with it all that it knew; and it comes back. */
  async brokerTrouble(end: number): Promise<void> {
    const { port } = this.broker;
    while (performance.now() < end) {
      await this.publishFor(some(end));
      await this.publisher.endAsync(true);
      await this.broker.stop();
      this.kinds.set('a broker without power', (this.kinds.get('a broker without power') ?? 0) + 1);
      await sleep(some(end));
      this.broker = await startMosquitto({ port });
      this.publisher = await connectAsync(this.broker.url);
    }
  }

  /** An event each second, for so many milliseconds. */
  async publishFor(ms: number): Promise<void> {
    for (const end = performance.now() + ms; performance.now() < end; ) {
      await this.publish();
      await sleep(Math.min(1000, ms));
    }
  }

  /** Tokens are lost, and the process stands still. */
  async hostTrouble(end: number): Promise<void> {
    const lose = [
      () => this.press('twinkly', 'expire'),
      () => this.press('thingsee', 'expire'),
      () => this.press('thingsquare', 'end-sessions'),
    ];
    for (let index = 0; performance.now() < end; index++) {
      await sleep(some(end));
      await lose[index % lose.length]?.();
      await sleep(some(end));
      this.red.program.halt();
      await sleep(Math.min(6000, Math.max(0, end - performance.now())));
      this.red.program.wake();
      for (const kind of ['a token that is lost', 'a process that stands still']) this.kinds.set(kind, (this.kinds.get(kind) ?? 0) + 1);
    }
  }

  async heal(): Promise<void> {
    for (const vendor of VENDORS) await this.ways[vendor].server.heal();
  }

  async look(): Promise<Look> {
    for (const vendor of VENDORS) this.ways[vendor].server.requests.length = 0;
    const held = (await (await fetch(this.probe)).json()) as Held;
    const descriptors = readdirSync(`/proc/${this.red.program.pid}/fd`).length;
    return { ...held, descriptors, sockets: (held.resources.TCPSocketWrap ?? 0) + (held.resources.TLSWrap ?? 0) };
  }

  async judge(looks: readonly Look[]): Promise<string[]> {
    const found: string[] = [];
    const late = await this.works().catch((error: unknown) => String(error));
    console.log(typeof late === 'string' ? late : `everything works again after ${late.toFixed(0)} s`);
    if (typeof late === 'string') found.push(late);
    this.red.program.output.includes('uncaughtException') && found.push('an uncaught exception stands in the log');
    const counts = await this.counts();
    console.log(`kinds of faults: ${this.kinds.size}`);
    for (const name of actions)
      console.log(`${name}: ${counts.begun[name]} messages, ${counts.done[name] ?? 0} done, ${counts.failed[name] ?? 0} failed`);
    for (const name of events) console.log(`${name}: ${counts.events[name] ?? 0} events`);
    if (counts.twice > 0) found.push(`${counts.twice} messages ended twice`);
    const sum = (of: Readonly<Record<string, number>>) => Object.values(of).reduce((total, count) => total + count, 0);
    const missing = sum(counts.begun) - sum(counts.done) - sum(counts.failed) - counts.open;
    if (missing !== 0) found.push(`${missing} messages are unaccounted for`);
    if (counts.open > actions.length) found.push(`${counts.open} messages have no end`);
    const mean = (some: readonly Look[], of: (look: Look) => number) => some.reduce((total, look) => total + of(look), 0) / some.length;
    // Until then V8 compiles what is used often, which stays.
    const warm = Math.floor(looks.length / 3);
    const [early, last] = [looks.slice(warm, warm + AVERAGED), looks.slice(-AVERAGED)];
    const growth = mean(last, ({ heap }) => heap) - mean(early, ({ heap }) => heap);
    const most = Math.max(...looks.map(({ sockets }) => sockets));
    console.log(
      `heap: ${growth >= 0 ? '+' : ''}${growth.toFixed(1)} MB from the end of the first third to the end; sockets: ${most} at most`,
    );
    if (looks.length > 3 * AVERAGED && growth > 3) found.push(`the heap has grown by ${growth.toFixed(1)} MB`);
    if (most > 200) found.push(`${most} sockets were open`);
    return found;
  }

  async end(): Promise<void> {
    await this.red.remove();
    await this.publisher.endAsync(true);
    await Promise.all([this.simulator.close(), this.broker.stop(), ...VENDORS.map((vendor) => this.ways[vendor].server.close())]);
  }

  get log(): string {
    return this.red.output;
  }

  /** Waits until every node is green, has done its work, and has heard what happened since. Returns after how many seconds. */
  private async works(): Promise<number> {
    const start = performance.now();
    const before = await this.counts();
    for (;;) {
      await this.stir();
      await sleep(1000);
      const now = await this.counts();
      const idle = [
        ...actions.filter((name) => (now.done[name] ?? 0) <= (before.done[name] ?? 0)),
        ...events.filter((name) => (now.events[name] ?? 0) <= (before.events[name] ?? 0)),
      ];
      const dull = [...actions, ...events].filter((name) => !/green|blue/.test(this.red.statuses.get(name)?.fill ?? ''));
      const seconds = (performance.now() - start) / 1000;
      if (idle.length + dull.length === 0) return seconds;
      if (seconds < PATIENCE) continue;
      const statuses = dull.map((name) => `${name} (${this.red.statuses.get(name)?.text ?? ''})`);
      throw new Error(`after ${PATIENCE} s, idle: ${idle.join(', ') || 'none'}; not green: ${statuses.join(', ') || 'none'}`);
    }
  }

  /** Something happens at every vendor; the actions of the flow do the rest. */
  private async stir(): Promise<void> {
    await this.publish();
    await this.press('sonata', 'toggle', { installation: 1, device: 3 });
    await this.press('thingsee', 'report', { tuid: 'TSEN03X2Z74162459' });
  }

  private async publish(): Promise<void> {
    const levels = Array.from({ length: 100 }, () => Math.floor(Math.random() * 16));
    const context = { key: 1, cl: [{ i: 4, v: levels }] };
    if (this.publisher.connected) await this.publisher.publishAsync('v2/1/rx/2/context/0', JSON.stringify(context), { qos: 1 });
  }

  private async press(vendor: string, action: string, input: object = {}): Promise<void> {
    const headers = { 'content-type': 'application/json' };
    const answered = await fetch(`${this.simulator.address}/page/${vendor}/${action}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(input),
    });
    if (!answered.ok) throw new Error(`${vendor} ${action}: HTTP ${answered.status} ${await answered.text()}`);
  }

  private async counts(): Promise<Counts> {
    const nothing = { begun: {}, done: {}, failed: {}, events: {} };
    return { ...nothing, ...((await (await fetch(`${this.red.httpUrl}/counts`)).json()) as Counts) };
  }
}

/** Milliseconds that something lasts, not beyond the end. */
function some(end: number): number {
  const seconds = LASTS.least + Math.random() * (LASTS.most - LASTS.least);
  return Math.min(seconds * 1000, Math.max(0, end - performance.now()));
}

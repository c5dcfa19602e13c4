import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { World } from '../vendor';
import type { Light, Params } from './light';
import { Refused } from './refused';
import type { Body } from './sign-ins';

/** "integer that set the number of seconds to wait for a synchronous command to finish; default to 10 seconds" */
const DEFAULT_TIMEOUT = 10;
/** [G] Installing sends an effect to the devices first. */
const INSTALLING = 20;
/** [G] How many commands the cloud remembers. */
const MOST = 1000;

interface Command {
  readonly id: string;
  readonly command: string;
  /** What it was sent to; [G] `installationId` beside the document's `objectId`. */
  readonly addressee: Readonly<Record<'objectId' | 'installationId', number>> | object;
  readonly started: number;
  readonly duration: number;
  status: 'running' | 'success' | 'failed';
}

/** Runtime commands: each takes its time, and then has its effect. */
export class Commands {
  /** Milliseconds that a command takes. */
  time = 150;
  outcome: 'succeed' | 'fail' = 'succeed';
  private readonly known = new Map<string, Command>();

  constructor(private readonly world: World) {}

  /** Sends a command to the lights of an object or an installation. [G] The form of the answers. */
  async send(lights: readonly Light[], addressee: Command['addressee'], body: Body): Promise<object> {
    const { command, params = {}, unreliable = false, forceOffline = true } = body;
    if (typeof command !== 'string') throw new Refused(400, 'command must be text');
    if (typeof params !== 'object' || params === null) throw new Refused(400, 'params must be an object');
    const timeout = numberOf(body.timeout, DEFAULT_TIMEOUT) * 1000;
    // "forceOffline: send the command to devices, even if the runtime status report the online property as false"
    if (!forceOffline && lights.some(({ online }) => !online)) throw new Refused(409, 'offline');
    const effects = lights.map((light) => ({ light, effect: light.prepare(command, params as Params) }));
    const sent = this.start(command, addressee, effects, timeout);
    // "without waiting for response from devices": always 200, whatever becomes of it.
    if (unreliable) return {};
    const { async: asynchronous = command === 'installEffect' } = body;
    if (asynchronous) return { commandId: sent.command.id };
    await this.within(timeout, sent.over);
    return this.describe(sent.command);
  }

  status(addressee: Command['addressee'], id: string): object {
    const command = this.known.get(id);
    if (!command || JSON.stringify(command.addressee) !== JSON.stringify(addressee)) throw new Refused(404, 'the command is unknown');
    return this.describe(command);
  }

  get running(): number {
    return [...this.known.values()].filter(({ status }) => status === 'running').length;
  }

  /** Waits for the end of a command, and not longer than its time. */
  private async within(timeout: number, over: Promise<void>): Promise<void> {
    const waiting = new AbortController();
    const signal = AbortSignal.any([waiting.signal, this.world.signal]);
    // Whoever comes second is not waited for.
    await Promise.race([over, sleep(timeout, undefined, { signal }).catch(() => {})]);
    waiting.abort();
  }

  private start(name: string, addressee: Command['addressee'], effects: readonly { light: Light; effect: () => void }[], timeout: number) {
    const duration = this.time * (name === 'installEffect' ? INSTALLING : 1);
    const command: Command = { id: randomUUID(), command: name, addressee, started: Date.now(), duration, status: 'running' };
    this.known.set(command.id, command);
    for (const [id] of this.known) if (this.known.size > MOST) this.known.delete(id);
    this.world.changed();
    return { command, over: this.execute(command, effects, timeout) };
  }

  /** A device that is offline never answers: the command fails when the time for it is over. */
  private async execute(command: Command, effects: readonly { light: Light; effect: () => void }[], timeout: number): Promise<void> {
    const { outcome } = this;
    const absent = effects.some(({ light }) => !light.online);
    try {
      await sleep(absent ? Math.max(timeout, command.duration) : command.duration, undefined, { signal: this.world.signal });
    } catch {
      // The simulator ends, and its commands with it.
      return;
    }
    if (outcome === 'succeed') for (const { light, effect } of effects) if (light.online) effect();
    command.status = absent || outcome === 'fail' ? 'failed' : 'success';
    this.world.changed();
  }

  private describe(command: Command): object {
    return { ...command.addressee, commandId: command.id, status: command.status, progress: progressOf(command) };
  }
}

/** Percent; a command that is not over is not at 100. */
function progressOf({ status, started, duration }: Command): number {
  if (status === 'success') return 100;
  return Math.min(99, Math.floor((100 * (Date.now() - started)) / Math.max(1, duration)));
}

function numberOf(value: unknown, preset: number): number {
  if (value === undefined) return preset;
  if (!Number.isInteger(value) || (value as number) < 0) throw new Refused(400, 'timeout must be a whole number of seconds');
  return value as number;
}

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { BoundedMap } from '../bounded-map';
import { Refused } from '../http/refused';
import type { JsonObject } from '../http/request';
import { found } from '../input';
import type { Services } from '../vendor';
import type { Light } from './light';

/** "integer that set the number of seconds to wait for a synchronous command to finish; default to 10 seconds" */
const DEFAULT_TIMEOUT = 10;
/** [G] Installing sends an effect to the devices first. */
const INSTALLING = 20;
/** [G] How many commands the cloud remembers. */
const MAX_COMMANDS = 1000;

interface SentCommand {
  readonly id: string;
  readonly command: string;
  /** What it was sent to; [G] `installationId` beside the document's `objectId`. */
  readonly addressee: Readonly<Record<'objectId' | 'installationId', number>> | object;
  readonly started: number;
  readonly duration: number;
  status: 'running' | 'success' | 'failed';
}

/** Runtime commands: each takes a while, and then has its effect. */
export class Commands {
  /** Milliseconds that a command takes. */
  time = 150;
  outcome: 'succeed' | 'fail' = 'succeed';
  private readonly known = new BoundedMap<string, SentCommand>(MAX_COMMANDS);

  constructor(private readonly services: Services) {}

  /** Sends a command to the lights of an object or an installation. [G] The form of the responses. */
  async send(lights: readonly Light[], addressee: SentCommand['addressee'], body: JsonObject): Promise<object> {
    const { command, params = {}, unreliable = false, forceOffline = true } = body;
    if (typeof command !== 'string') throw new Refused(400, 'command must be text');
    if (typeof params !== 'object' || params === null) throw new Refused(400, 'params must be an object');
    const timeout = numberOf(body.timeout, DEFAULT_TIMEOUT) * 1000;
    // "forceOffline: send the command to devices, even if the runtime status report the online property as false"
    if (!forceOffline && lights.some(({ online }) => !online)) throw new Refused(409, 'offline');
    const effects = lights.map((light) => ({ light, effect: light.prepare(command, params as JsonObject) }));
    const sent = this.start(command, addressee, effects, timeout);
    // "without waiting for response from devices": always 200, whether it succeeds or not.
    if (unreliable) return {};
    const { async: asynchronous = command === 'installEffect' } = body;
    if (asynchronous) return { commandId: sent.command.id };
    await this.within(timeout, sent.completed);
    return this.describe(sent.command);
  }

  status(addressee: SentCommand['addressee'], id: string): object {
    const command = this.known.get(id);
    const isSame = JSON.stringify(command?.addressee) === JSON.stringify(addressee);
    return this.describe(found(isSame ? command : undefined, `command ${id}`));
  }

  get running(): number {
    return [...this.known.values()].filter(({ status }) => status === 'running').length;
  }

  /** Waits for the end of a command, but not longer than its timeout. */
  private async within(timeout: number, completed: Promise<void>): Promise<void> {
    const waiting = new AbortController();
    const signal = AbortSignal.any([waiting.signal, this.services.signal]);
    await Promise.race([completed, sleep(timeout, undefined, { signal }).catch(() => {})]);
    waiting.abort();
  }

  private start(
    name: string,
    addressee: SentCommand['addressee'],
    effects: readonly { light: Light; effect: () => void }[],
    timeout: number,
  ) {
    const duration = this.time * (name === 'installEffect' ? INSTALLING : 1);
    const command: SentCommand = { id: randomUUID(), command: name, addressee, started: Date.now(), duration, status: 'running' };
    this.known.set(command.id, command);
    this.services.changed();
    return { command, completed: this.execute(command, effects, timeout) };
  }

  /** A device that is offline never responds: the command fails after its timeout. */
  private async execute(command: SentCommand, effects: readonly { light: Light; effect: () => void }[], timeout: number): Promise<void> {
    const { outcome } = this;
    const absent = effects.some(({ light }) => !light.online);
    try {
      await sleep(absent ? Math.max(timeout, command.duration) : command.duration, undefined, { signal: this.services.signal });
    } catch {
      // The simulator has ended.
      return;
    }
    if (outcome === 'succeed') for (const { light, effect } of effects) if (light.online) effect();
    command.status = absent || outcome === 'fail' ? 'failed' : 'success';
    this.services.changed();
  }

  private describe(command: SentCommand): object {
    return { ...command.addressee, commandId: command.id, status: command.status, progress: progressOf(command) };
  }
}

/** Percentage; only a command that has succeeded is at 100. */
function progressOf({ status, started, duration }: SentCommand): number {
  if (status === 'success') return 100;
  return Math.min(99, Math.floor((100 * (Date.now() - started)) / Math.max(1, duration)));
}

function numberOf(value: unknown, preset: number): number {
  if (value === undefined) return preset;
  if (!Number.isInteger(value) || (value as number) < 0) throw new Refused(400, 'timeout must be a whole number of seconds');
  return value as number;
}

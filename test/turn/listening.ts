import assert from 'node:assert/strict';
import type { EnsembleError } from '../../src/core/errors';
import type { EventContext, StreamState, VendorEvent } from '../../src/core/follow/events';
import type { StreamTiming } from '../../src/core/follow/stream';
import { Scope } from '../../src/core/scope';
import { TurnClient } from '../../src/vendors/turn/client';
import { start } from '../../src/vendors/turn/turn-sse';
import { answer, type Behaviour } from '../kit/fault-server';

type Settings = Parameters<typeof start>[0]['settings'];

export const HASTY: StreamTiming = { silence: 75_000, standstill: 30_000, reconnect: { first: 4, most: 20 }, settle: 20, stable: 10_000 };

export const deviceAt = (port: number, timing: Partial<StreamTiming> = {}, host = '127.0.0.1'): TurnClient => {
  const settings = { host, port, senderId: 'me' };
  return new TurnClient({ settings, credentials: {}, network: { timeout: 30_000 }, identity: 'x'.repeat(20) }, { ...HASTY, ...timing });
};

/** A turn-sse node without Node-RED, and all that it tells. */
export class Listening {
  readonly events: VendorEvent[] = [];
  readonly reports: EnsembleError[] = [];
  readonly states: StreamState[] = [];
  readonly warnings: string[] = [];
  readonly scope = new Scope();
  /** The store tells only now what it holds. */
  tellLate: (states: readonly (readonly [string, unknown])[]) => void = () => {};

  private constructor(readonly kept: Map<string, unknown>) {}

  static async start(
    device: TurnClient,
    settings: Partial<Settings> = {},
    states?: readonly (readonly [string, unknown])[],
  ): Promise<Listening> {
    const all: Settings = { stream: 'channels', selector: undefined, ignoreOwn: true, initial: false, ...settings };
    const kept = new Map<string, unknown>(states !== undefined ? [['states', { stream: all.stream, selector: all.selector, states }]] : []);
    const listening = new Listening(kept);
    await start(listening.context(device, all));
    return listening;
  }

  /** What it remembers of each topic, when it has ended. */
  async remembered(): Promise<ReadonlyMap<string, unknown>> {
    await this.scope.end();
    return new Map((this.kept.get('states') as { states: [string, unknown][] } | undefined)?.states);
  }

  private context(connection: TurnClient, settings: Settings): EventContext<TurnClient, Settings> {
    const { scope, events, states, reports, warnings, kept } = this;
    return {
      nodeId: 'node',
      connection,
      settings,
      scope,
      emit: (event) => void events.push(event),
      state: (state) => void states.push(state),
      report: (error) => void reports.push(error),
      warn: (text) => void (warnings.includes(text) || warnings.push(text)),
      memory: {
        read: async (key, late) => {
          this.tellLate = (states) => late?.({ stream: settings.stream, selector: settings.selector, states });
          return structuredClone(kept.get(key));
        },
        write: (key, make) => void kept.set(key, structuredClone(make())),
        written: async () => {},
      },
      webhook: () => assert.fail('a Turn has no webhook'),
      onRemoved: () => {},
    };
  }
}

/** A Turn whose state is what `read` says, and whose streams are held open for `say`. */
export class OpenTurn {
  readings = 0;
  private readonly streams = new Set<Parameters<Behaviour>[0]>();

  /** @param read answers the reading of that number, from 1 */
  constructor(private readonly read: (reading: number) => unknown) {}

  readonly behaviour: Behaviour = (response, request) => {
    if (/\/(events|stream)\b/.test(request.path)) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      this.streams.add(response);
      response.once('close', () => this.streams.delete(response));
    } else {
      const body = this.read(++this.readings);
      if (body instanceof Promise) body.then((late) => answer(late)(response, request));
      else answer(body)(response, request);
    }
  };

  get isHeard(): boolean {
    return this.streams.size > 0;
  }

  say(name: string, data: unknown): void {
    for (const stream of this.streams) stream.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  state(topic: string, state: object, modifiedBy = 'somebody'): void {
    this.say(topic, { modifiedBy, state });
  }

  cut(): void {
    for (const stream of this.streams) stream.destroy();
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { within } from '../kit/within';
import type { ThsqCall, Told } from './thsq-process';

const started = new Set<ThsqClient>();

/** The vendor's own client, see `thsq-process`. It ends with the test. */
export class ThsqClient {
  /** Its events, with the first thing that each brings. */
  readonly events: { readonly event: string; readonly value: unknown; readonly values: readonly unknown[] }[] = [];
  private readonly waiting = new Map<number, (values: unknown[]) => void>();
  private readonly child: ChildProcess;
  private calls = 0;

  constructor() {
    this.child = fork(join(__dirname, 'thsq-process.js'), {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      execArgv: ['--no-deprecation'],
      // JSON has no undefined, which is what many callbacks get.
      serialization: 'advanced',
    });
    this.child.on('message', (told: Told) => {
      if ('event' in told) this.events.push({ event: told.event, value: told.values[0], values: told.values });
      else this.waiting.get(told.id)?.(told.values);
    });
    started.add(this);
  }

  /** Calls a method, and returns the first thing that its callback gets. */
  call(method: string, ...values: unknown[]): Promise<unknown> {
    return this.send({ method, values });
  }

  /** Calls a method that calls nobody back, and returns what it returns. */
  ask(method: string, ...values: unknown[]): Promise<unknown> {
    return this.send({ method, values, isSilent: true });
  }

  end(): void {
    this.child.kill('SIGKILL');
  }

  private send(call: Omit<ThsqCall, 'id'>): Promise<unknown> {
    const id = ++this.calls;
    const answered = new Promise<unknown[]>((resolve) => this.waiting.set(id, resolve));
    this.child.send({ ...call, id });
    return within(20_000, `thsq answers ${call.method}`, answered).then(([value]) => value);
  }
}

if (typeof afterEach === 'function')
  afterEach(() => {
    for (const client of started) client.end();
    started.clear();
  });

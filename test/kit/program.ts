import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { until } from './within';

const programs = new Set<Program>();
// No signal reaches a group of its own.
process.on('exit', () => {
  for (const program of programs) program.kill();
});

/** A program in a process group of its own, as a shell would start it, with all that it says. */
export class Program {
  output = '';
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
  private readonly child: ChildProcess;

  constructor(command: string, args: readonly string[], options: SpawnOptions = {}) {
    this.child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    programs.add(this);
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (text: Buffer) => {
        this.output += text.toString();
      });
    this.ended = new Promise((resolve) => {
      this.child.on('error', (error) => resolve(String(error)));
      this.child.on('close', (code, signal) => resolve(code ?? signal ?? ''));
    });
  }

  /** Waits until the program has said it. */
  async says(text: string, ms = 240_000): Promise<void> {
    let over = false;
    void this.ended.then(() => {
      over = true;
    });
    await until(
      `"${text}" in the output`,
      () => ({ said: this.output.includes(text), over, output: this.output }),
      ({ said }) => {
        if (over && !said) throw new Error(`ended without saying "${text}": ${this.output}`);
        return said;
      },
      ms,
    );
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Ctrl-C in a terminal goes to the whole group. */
  interrupt(): void {
    this.signal('SIGINT');
  }

  /** What a program sends that started this one, and knows of no group. */
  terminate(): void {
    this.child.kill('SIGTERM');
  }

  /** As a laptop's lid does it: the program stands still until it is woken. */
  halt(): void {
    this.signal('SIGSTOP');
  }

  wake(): void {
    this.signal('SIGCONT');
  }

  /** Whether any process of the group is still there. */
  get alive(): boolean {
    return this.signal(0);
  }

  /** Whatever is left of it. */
  kill(): void {
    this.signal('SIGKILL');
  }

  private signal(signal: NodeJS.Signals | 0): boolean {
    try {
      return process.kill(-(this.child.pid ?? 0), signal);
    } catch {
      return false;
    }
  }
}

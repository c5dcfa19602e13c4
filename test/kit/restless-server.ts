import { EventServer } from './event-server';
import { FaultServer } from './fault-server';

/** What was changed, and whether those who listen can have heard of it. */
export interface Change {
  readonly id: string;
  readonly value: number;
  readonly sender: string;
  /** `told`: written to a stream that went on; `missed`: nobody listened; `cut`: the stream broke in the middle of it. */
  readonly fate: 'told' | 'missed' | 'cut';
}

export interface RestlessOptions {
  readonly ids: readonly string[];
  /** The event that tells of a change. */
  readonly frame: (id: string, value: number, sender: string) => string;
  /** The state as the vendor tells it. */
  readonly list: (values: ReadonlyMap<string, number>) => unknown;
}

/** A vendor whose values change all the time, and whose stream breaks at any byte. Each value is one that never was before. */
export class RestlessServer extends EventServer {
  readonly changes: Change[] = [];
  /** The true state. */
  readonly values: Map<string, number>;
  /** Happens before the state is told to who asks for it. */
  onReading = (): void => {};
  private server: FaultServer | undefined;
  private count = 0;

  constructor(private readonly options: RestlessOptions) {
    super(() => {
      this.onReading();
      return options.list(this.values);
    });
    this.values = new Map(options.ids.map((id) => [id, 0]));
  }

  async listen(): Promise<this> {
    this.server = await FaultServer.start();
    this.server.good = this.behaviour;
    return this;
  }

  get port(): number {
    return Number(new URL(this.server?.url ?? '').port);
  }

  async close(): Promise<void> {
    await this.server?.close();
  }

  /** Gives something a value that nothing ever had. */
  change(id: string, sender = 'somebody else', value = ++this.count): void {
    this.send(this.changed(id, sender, value, 'told'));
  }

  /** The same, and breaks the stream after a part of the bytes that tell of it (0 to 1). */
  changeAndCut(id: string, part: number): void {
    this.cutWithin(this.changed(id, 'somebody else', ++this.count, 'cut'), part);
  }

  private changed(id: string, sender: string, value: number, fate: 'told' | 'cut'): string {
    this.values.set(id, value);
    this.changes.push({ id, value, sender, fate: this.isHeard ? fate : 'missed' });
    return this.options.frame(id, value, sender);
  }
}

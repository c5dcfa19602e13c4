import type { RequestLogEntry } from './update';
import type { Act } from './vendor-page';

/** Milliseconds after a turn of the dial in which something should have followed. */
const PATIENCE = 5000;
/** In the path of a request that logs in. */
const LOGIN = /token|session|login/i;

/** Watches to which of the other vendors something is sent after a person has turned the dial. */
export class Following {
  private readonly followed = new Set<string>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private isOver = false;
  private hasActed = false;
  private led: string | undefined;

  /** @param changed called when it is known what has not followed */
  constructor(private readonly changed: () => void) {}

  /** Whether this vendor has not followed the last turn. */
  hasMissed(vendor: string): boolean {
    return this.isOver && !this.followed.has(vendor);
  }

  /** The same act, which is known to be that of a person. */
  after(act: Act): Act {
    return (action, input, done) => {
      this.hasActed = true;
      act(action, input, done);
    };
  }

  /** At its end, the dial changes nothing; and where the Turn itself has forgotten its value, nothing follows. */
  lead(value: string | undefined): void {
    if (value === this.led) return;
    if (this.hasActed) this.wait();
    this.hasActed = false;
    this.led = value;
  }

  /** @param others the new requests of the other vendors. One that has failed has changed nothing. */
  see(others: readonly RequestLogEntry[]): void {
    for (const { vendor, direction, method, path, status } of others)
      if (direction === 'in' && method !== 'GET' && status < 400 && !LOGIN.test(path)) this.followed.add(vendor);
  }

  private wait(): void {
    if (this.timer !== undefined) return;
    this.followed.clear();
    this.isOver = false;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.isOver = true;
      this.changed();
    }, PATIENCE);
  }
}

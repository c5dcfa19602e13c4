import type { RequestLogEntry } from './update';
import type { Act } from './vendor-page';

/** Milliseconds after a turn of the dial in which something should have followed. */
const PATIENCE = 5000;

/** Watches whether something is sent to the other devices after a person has turned the dial. */
export class Following {
  isMissed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private hasActed = false;
  private led: string | undefined;

  /** @param missed called when nothing has followed */
  constructor(private readonly missed: () => void) {}

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

  /** @param others the new requests of the other vendors */
  see(others: readonly RequestLogEntry[]): void {
    if (!others.some(({ direction, method }) => direction === 'in' && method !== 'GET')) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.isMissed = false;
  }

  private wait(): void {
    this.timer ??= setTimeout(() => {
      this.isMissed = true;
      this.missed();
    }, PATIENCE);
  }
}

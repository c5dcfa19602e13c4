import type { Scope } from '../scope';
import { Standstill } from '../standstill';

/** What came in while this process stood still for longer (milliseconds) is a backlog. Tests wait less. */
export const STANDSTILL = { ms: 10_000 };
/** All in milliseconds. */
const SHORTEST_BACKLOG = 300;
const LONGEST_BACKLOG = 10_000;

/** Distinguishes what came in during an interruption from what happens now. */
export class Backlog {
  isComing = false;
  private end = 0;
  private sincePing = 0;
  private readonly standstill: Standstill;
  /** Those before the connection, or before the backlog that began last. */
  private standstills = 0;

  constructor(
    scope: Scope,
    private readonly ping: () => void,
    private readonly onEnd: () => void,
  ) {
    this.standstill = new Standstill(scope, STANDSTILL.ms);
  }

  /** @param interruption how long it was, in milliseconds; undefined: unknown */
  begin(interruption: number = LONGEST_BACKLOG): void {
    // A backlog takes less time than the interruption, or it never ends.
    this.end = performance.now() + Math.min(LONGEST_BACKLOG, Math.max(SHORTEST_BACKLOG, interruption));
    this.isComing = true;
    this.sincePing = 0;
    this.standstills = this.standstill.count;
    this.ping();
  }

  /** Something comes in: a standstill before it was an interruption. */
  bytes(): void {
    if (this.standstill.count > this.standstills) this.begin();
  }

  /** An event has come that a broker keeps for a client that is away. */
  came(): void {
    this.sincePing++;
  }

  /**
   * The broker answers a ping after what it sent before: when nothing came in between, the backlog is over. Where events never
   * pause, what comes after its longest time counts as live.
   */
  ponged(): void {
    if (!this.isComing) return;
    this.isComing = this.sincePing > 0 && performance.now() < this.end;
    this.sincePing = 0;
    if (this.isComing) this.ping();
    else this.onEnd();
  }

  stop(): void {
    this.isComing = false;
    this.standstills = this.standstill.count;
  }
}

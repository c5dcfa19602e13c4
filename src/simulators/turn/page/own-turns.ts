import type { Done } from '../../page/connection';
import type { TurnChannel, TurnPage } from '../state';

/** Milliseconds after the last response in which the Turn has told its value. */
const SETTLING = 1000;

interface Turned {
  steps: number;
  /** Of what goes beyond the end, the Turn takes a part: what comes then is sent by itself. */
  readonly isAtEnd: boolean;
}

/** Sends steps. */
export type SendTurn = (page: string, steps: number, done?: Done) => void;

/** What a person turns is shown at once. One request is under way; what is turned meanwhile is sent together. */
export class OwnTurns {
  private page: TurnPage | undefined;
  /** The value that the person has turned to, until the Turn has it. */
  private value: number | undefined;
  private waiting: Turned[] = [];
  private isSending = false;
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** @param changed called when another value is to be shown */
  constructor(
    private readonly send: SendTurn,
    private readonly changed: () => void,
  ) {}

  /** The page that the dial is for, as the Turn tells it. */
  see(page: TurnPage): void {
    if (page.id !== this.page?.id) this.leave();
    this.page = page;
    if (!this.isSending && this.told === this.value) this.settle();
  }

  /** The page as the person has turned it. */
  shown(page: TurnPage): TurnPage {
    const { value } = this;
    if (value === undefined || page.id !== this.page?.id) return page;
    const turned = (channel: TurnChannel) =>
      channel.id === page.dialChannel ? { ...channel, state: { ...channel.state, value } } : channel;
    return { ...page, channels: page.channels.map(turned) };
  }

  /** Whether the dial can be turned further. @param direction greater than 0: up */
  canTurn(direction: number): boolean {
    const channel = this.channel;
    return channel !== undefined && (direction > 0 ? this.now < channel.max : this.now > channel.min);
  }

  turn(steps: number): void {
    const channel = this.channel;
    if (!channel || !this.canTurn(steps)) return;
    const { min, max, step } = channel;
    const value = Math.min(max, Math.max(min, this.now + steps * step));
    const taken = Math.sign(steps) * Math.ceil(Math.abs(value - this.now) / step);
    this.value = value;
    const last = this.waiting.at(-1);
    const isAtEnd = value === min || value === max;
    if (last && !last.isAtEnd && !isAtEnd) last.steps += taken;
    else this.waiting.push({ steps: taken, isAtEnd });
    this.changed();
    if (!this.isSending) this.flush();
  }

  private get channel(): TurnChannel | undefined {
    return this.page?.channels.find(({ id }) => id === this.page?.dialChannel);
  }

  private get told(): number {
    return Number(this.channel?.state.value) || 0;
  }

  private get now(): number {
    return this.value ?? this.told;
  }

  private flush(): void {
    clearTimeout(this.timer);
    // Steps and as many back are nothing.
    let next = this.waiting.shift();
    while (next?.steps === 0) next = this.waiting.shift();
    this.isSending = next !== undefined;
    if (next && this.page) this.send(this.page.id, next.steps, (hasArrived) => this.go(hasArrived));
    else if (this.told === this.value) this.settle();
    else this.timer = setTimeout(() => this.settle(), SETTLING);
  }

  /** What has not arrived is forgotten, with what comes after it. */
  private go(hasArrived: boolean): void {
    if (!hasArrived) this.waiting = [];
    this.flush();
  }

  /** From here on, what the Turn tells is shown. */
  private settle(): void {
    clearTimeout(this.timer);
    if (this.value === undefined) return;
    this.value = undefined;
    this.changed();
  }

  /** For another page: what waits belongs to this one. */
  private leave(): void {
    const { page } = this;
    for (const { steps } of this.waiting.splice(0)) if (page && steps !== 0) void this.send(page.id, steps);
    clearTimeout(this.timer);
    this.value = undefined;
  }
}

export const LEDS = 100;
export const MAX_LEVEL = 15;
/** The corners have no LED; their values are ignored ("Set Pattern"). */
const CORNERS = [0, 9, 90, 99];

/**
 * [G] The document has no error for a level below 0 or above 15, so the nearest one is taken; and corners, which are ignored,
 * are 0 in events, whatever was sent.
 */
const shownOf = (values: readonly number[]): number[] =>
  values.map((value, index) => (CORNERS.includes(index) ? 0 : Math.min(MAX_LEVEL, Math.max(0, value))));
const all = (level: number): number[] => shownOf(new Array<number>(LEDS).fill(level));

/** One LED matrix. It loses its pattern with its power. */
export class SimulatedMatrix {
  private shown: readonly number[] = [];
  private lastOn: readonly number[] = [];

  constructor(
    readonly installation: number,
    readonly device: number,
  ) {
    this.restart();
  }

  get levels(): readonly number[] {
    return this.shown;
  }

  show(values: readonly number[]): void {
    this.shown = shownOf(values);
    if (this.isOn) this.lastOn = this.shown;
  }

  off(): void {
    this.shown = all(0);
  }

  toggle(): void {
    if (this.isOn) this.off();
    else this.shown = this.lastOn;
  }

  restart(): void {
    this.off();
    // [G] What a toggle shows before any pattern was shown: there is no "last on state".
    this.lastOn = all(MAX_LEVEL);
  }

  private get isOn(): boolean {
    return this.shown.some((level) => level > 0);
  }
}

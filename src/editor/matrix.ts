import type { Parameter } from '../core/schema/parameters';

/** The arithmetic of a grid of levels, without its display. */
export class Matrix {
  readonly columns: number;
  readonly rows: number;
  readonly min: number;
  readonly max: number;
  private readonly corners: boolean;

  constructor({ columns = 1, rows = 1, min = 0, max = 1, corners = true }: Parameter<unknown>) {
    this.columns = columns;
    this.rows = rows;
    this.min = min;
    this.max = max;
    this.corners = corners;
  }

  get size(): number {
    return this.columns * this.rows;
  }

  /** Whether there is an LED at this place. */
  has(index: number): boolean {
    const edges = [0, this.columns - 1, this.size - this.columns, this.size - 1];
    return index >= 0 && index < this.size && (this.corners || !edges.includes(index));
  }

  /** Levels for all places; places without an LED have the lowest. */
  map(level: (index: number) => number | undefined): number[] {
    return Array.from({ length: this.size }, (_, index) => (this.has(index) ? this.clamp(level(index) ?? this.min) : this.min));
  }

  clamp(level: number): number {
    return Math.min(this.max, Math.max(this.min, level));
  }

  /** Moves the pattern; what leaves the grid is lost. */
  shift(cells: readonly number[], right: number, down: number): number[] {
    return this.map((index) => {
      const [column, row] = [(index % this.columns) - right, Math.floor(index / this.columns) - down];
      return column < 0 || column >= this.columns ? undefined : cells[row * this.columns + column];
    });
  }

  /** The places on a straight line between two places: a fast pointer skips some. */
  line(from: number, to: number): number[] {
    const [x, y] = [from % this.columns, Math.floor(from / this.columns)];
    const [dx, dy] = [(to % this.columns) - x, Math.floor(to / this.columns) - y];
    const steps = Math.max(Math.abs(dx), Math.abs(dy), 1);
    return Array.from(
      { length: steps + 1 },
      (_, step) => x + Math.round((dx * step) / steps) + this.columns * (y + Math.round((dy * step) / steps)),
    );
  }

  /** As readable text: a line for each row. */
  format(cells: readonly number[]): string {
    const lines = Array.from({ length: this.rows }, (_, row) => cells.slice(row * this.columns, (row + 1) * this.columns).join(', '));
    return `[${lines.map((line) => `\n  ${line}`).join(',')}\n]`;
  }
}

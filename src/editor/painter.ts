import { fitting } from '../core/schema/parse';
import type { SideControl } from './control';
import { type Field, sharedText } from './fields';
import { Matrix } from './matrix';
import { KEYS, PainterTools } from './painter-tools';
import { verdictOnInput } from './validation';

/** The levels in a text, flat or by rows; undefined if it is invalid. */
export function readCells(field: Field, text: string): number[] | undefined {
  if (verdictOnInput(field, { type: 'json', value: text }) !== true) return undefined;
  try {
    return fitting(field.parameter, JSON.parse(text)) as number[];
  } catch {
    // The value of an environment variable is not known here.
    return undefined;
  }
}

const ARROWS: Readonly<Record<string, readonly [right: number, down: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** A grid of LEDs to paint on: by pointer, touch or keyboard. */
export class Painter implements SideControl {
  readonly isForJson = true;
  /** The board shows it. */
  readonly help = '';
  private readonly matrix: Matrix;
  private readonly element = $('<div>', { class: 'ensemble-painter' });
  private readonly board: JQuery;
  private readonly leds: readonly JQuery[];
  private readonly tools: PainterTools;
  /** Its row, which is laid out around the board. */
  private row = $();
  private cells: readonly number[];
  private brush: number;
  /** While the pointer is down: the level that it paints, and its last place. */
  private stroke: { readonly level: number; readonly at: number } | undefined;

  constructor(
    private readonly field: Field,
    private readonly onPaint: (cells: readonly number[]) => void,
  ) {
    this.matrix = new Matrix(field.parameter);
    this.cells = this.matrix.map(() => undefined);
    this.brush = this.matrix.max;
    this.leds = this.cells.map((_, index) => this.led(index));
    this.board = this.makeBoard();
    this.tools = new PainterTools(field, this.matrix, {
      cells: () => this.cells,
      paint: (cells) => this.paint(cells),
      pick: (level) => {
        this.brush = level;
      },
    });
    this.element.append(this.board, this.tools.element);
    this.setFocus(this.leds.findIndex((_, index) => this.matrix.has(index)));
    this.draw(this.cells);
  }

  appendTo(row: JQuery): this {
    this.element.appendTo(row);
    this.row = row;
    return this;
  }

  toggle(visible: boolean): void {
    this.row.toggleClass('ensemble-painted', visible);
  }

  /** Shows the levels in a text; an invalid one changes nothing. */
  show(value: string): undefined {
    const cells = value === '' ? [] : readCells(this.field, value);
    if (cells) this.draw(cells);
  }

  private draw(cells: readonly number[]): void {
    this.cells = this.matrix.map((index) => cells[index]);
    for (const [index, led] of this.leds.entries()) if (this.matrix.has(index)) this.dress(led, index);
  }

  private paint(cells: readonly number[]): void {
    this.draw(cells);
    this.onPaint(this.cells);
  }

  private set(places: readonly number[], level: number): void {
    this.paint(this.matrix.map((index) => (places.includes(index) ? level : this.cells[index])));
  }

  private led(index: number): JQuery {
    const led = $('<div>', { class: 'ensemble-led', role: 'gridcell', tabindex: -1 }).attr('data-index', index);
    return this.matrix.has(index)
      ? led
      : led.addClass('ensemble-led-absent').removeAttr('tabindex').attr('aria-label', sharedText('painter.absent'));
  }

  private dress(led: JQuery, index: number): void {
    const { columns, min, max } = this.matrix;
    const level = this.cells[index] ?? min;
    const place = { row: Math.floor(index / columns) + 1, column: (index % columns) + 1, level };
    led.css('--glow', (level - min) / (max - min)).attr({ 'data-level': level, 'aria-label': sharedText('painter.cell', place) });
  }

  private makeBoard(): JQuery {
    const { rows, columns } = this.matrix;
    const board = $('<div>', {
      class: 'ensemble-board',
      role: 'grid',
      'aria-label': this.field.label,
      'aria-describedby': KEYS,
    });
    board.css('--columns', columns);
    for (let row = 0; row < rows; row++)
      $('<div>', { role: 'row' })
        .append(...this.leds.slice(row * columns, (row + 1) * columns))
        .appendTo(board);
    board.on('pointerdown', (event) => this.startStroke(event.originalEvent as PointerEvent));
    board.on('pointermove', (event) => this.continueStroke(event.originalEvent as PointerEvent));
    board.on('pointerup pointercancel', () => {
      this.stroke = undefined;
    });
    board.on('keydown', (event) => this.press(event));
    board.on('copy', ({ originalEvent }) => {
      (originalEvent as ClipboardEvent).clipboardData?.setData('text/plain', this.matrix.format(this.cells));
      return false;
    });
    board.on('paste', ({ originalEvent }) => {
      this.tools.paste((originalEvent as ClipboardEvent).clipboardData?.getData('text/plain') ?? '');
      return false;
    });
    return board;
  }

  /** The place under the pointer; -1 outside the board, and where there is no LED. */
  private placeAt({ clientX, clientY }: PointerEvent): number {
    const { left, top, width, height } = (this.board[0] as HTMLElement).getBoundingClientRect();
    const { columns, rows } = this.matrix;
    const [column, row] = [Math.floor(((clientX - left) / width) * columns), Math.floor(((clientY - top) / height) * rows)];
    const index = row * columns + column;
    return column < 0 || column >= columns || !this.matrix.has(index) ? -1 : index;
  }

  private startStroke(event: PointerEvent): void {
    const at = this.placeAt(event);
    if (at < 0 || event.button !== 0) return;
    event.preventDefault();
    (this.board[0] as HTMLElement).setPointerCapture(event.pointerId);
    // A stroke that begins on the level of the brush erases.
    this.stroke = { level: this.cells[at] === this.brush ? this.matrix.min : this.brush, at };
    this.setFocus(at, true);
    this.set([at], this.stroke.level);
  }

  private continueStroke(event: PointerEvent): void {
    const at = this.placeAt(event);
    if (!this.stroke || at < 0 || at === this.stroke.at) return;
    this.set(this.matrix.line(this.stroke.at, at), this.stroke.level);
    this.stroke = { ...this.stroke, at };
  }

  private press(event: JQuery.KeyDownEvent): void {
    const at = Number($(event.target).attr('data-index'));
    const level = this.levelOfKey(event.key, this.cells[at] ?? 0);
    const arrow = ARROWS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey || (!arrow && level === undefined)) return;
    event.preventDefault();
    event.stopPropagation();
    if (arrow) this.moveFocus(at, ...arrow);
    else this.set([at], level ?? 0);
  }

  /** Digits set a level, and letters those above 9; + and - change it; space and Enter paint. */
  private levelOfKey(key: string, level: number): number | undefined {
    if (key === '+') return level + 1;
    if (key === '-') return level - 1;
    if (key === ' ' || key === 'Enter') return level === this.brush ? this.matrix.min : this.brush;
    return /^[0-9a-f]$/i.test(key) ? Number.parseInt(key, 16) : undefined;
  }

  private moveFocus(from: number, right: number, down: number): void {
    const { columns, size } = this.matrix;
    const column = (from % columns) + right;
    const to = from + right + down * columns;
    if (column >= 0 && column < columns && to >= 0 && to < size && this.matrix.has(to)) this.setFocus(to, true);
  }

  /** Only one LED at a time can be reached by the tab key. */
  private setFocus(index: number, now = false): void {
    this.board.find('[tabindex=0]').attr('tabindex', -1);
    const led = this.leds[index]?.attr('tabindex', 0);
    if (now) led?.trigger('focus');
  }
}

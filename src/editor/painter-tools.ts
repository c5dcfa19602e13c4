import { fitting } from '../core/schema/parse';
import { type Field, sharedText } from './fields';
import type { Matrix } from './matrix';
import { verdictOnInput } from './validation';

interface Canvas {
  readonly cells: () => readonly number[];
  readonly paint: (cells: readonly number[]) => void;
  readonly pick: (level: number) => void;
}

/** Id of what the keyboard does. */
export const KEYS = 'ensemble-painter-keys';

/** The tools beside the grid: the levels to paint with, and changes of the whole pattern. */
export class PainterTools {
  readonly element = $('<div>', { class: 'ensemble-tools' });
  private readonly array: JQuery;
  private readonly keys = $('<div>', { class: 'ensemble-hint', id: KEYS, text: sharedText('painter.keys') }).hide();
  private readonly error = $('<div>', { class: 'ensemble-note', role: 'alert', 'data-kind': 'error' });

  constructor(
    private readonly field: Field,
    private readonly matrix: Matrix,
    private readonly canvas: Canvas,
  ) {
    this.array = $('<textarea>', { rows: 4, 'aria-label': sharedText('painter.pasteHere'), placeholder: sharedText('painter.pasteHere') });
    this.array.on('input', () => this.paste(String(this.array.val()))).hide();
    this.element.append(this.levels(), this.changes(), this.others(), this.array, this.error, this.keys);
  }

  /** Applies a pasted array, or shows why it is invalid. */
  paste(text: string): void {
    const trimmed = text.trim();
    const json = /^\[/.test(trimmed) ? trimmed : `[${trimmed}]`;
    const verdict = trimmed === '' || verdictOnInput(this.field, { type: 'json', value: json });
    this.error.text(verdict === true ? '' : verdict);
    if (verdict !== true || trimmed === '') return;
    this.canvas.paint(fitting(this.field.parameter, JSON.parse(json)) as number[]);
    this.array.val('').hide();
  }

  private levels(): JQuery {
    const { min, max } = this.matrix;
    const group = $('<div>', { class: 'ensemble-levels', role: 'radiogroup', 'aria-label': sharedText('painter.levels') });
    for (let level = min; level <= max; level++) {
      const radio = $('<input>', {
        type: 'radio',
        name: 'ensemble-level',
        value: level,
        'aria-label': sharedText('painter.level', { level }),
      });
      radio.prop('checked', level === max).on('change', () => this.canvas.pick(level));
      const led = $('<span>', { class: 'ensemble-led', text: level }).css('--glow', (level - min) / (max - min));
      $('<span>', { class: 'ensemble-level' }).append(radio, led).appendTo(group);
    }
    return group;
  }

  private changes(): JQuery {
    const { matrix, canvas } = this;
    const { min, max } = matrix;
    return $('<div>', { class: 'ensemble-buttons' }).append(
      this.button('clear', 'fa-eraser', () => matrix.map(() => min)),
      this.button('fill', 'fa-square', () => matrix.map(() => Number(this.element.find(':checked').val()))),
      this.button('invert', 'fa-adjust', () => matrix.map((index) => max + min - (canvas.cells()[index] ?? min))),
    );
  }

  /** As icons: what else may be done has one line. */
  private others(): JQuery {
    const move = (right: number, down: number) => () => this.matrix.shift(this.canvas.cells(), right, down);
    return $('<div>', { class: 'ensemble-buttons' }).append(
      this.button('left', 'fa-arrow-left', move(-1, 0), true),
      this.button('up', 'fa-arrow-up', move(0, -1), true),
      this.button('down', 'fa-arrow-down', move(0, 1), true),
      this.button('right', 'fa-arrow-right', move(1, 0), true),
      ...this.exchange(),
      toolButton('keys', 'fa-keyboard-o', true).on('click', () => this.keys.toggle()),
    );
  }

  private exchange(): JQuery[] {
    const copy = toolButton('copy', 'fa-clone', true).on('click', () =>
      RED.clipboard.copyText(this.matrix.format(this.canvas.cells()), copy),
    );
    const paste = toolButton('paste', 'fa-clipboard', true).on('click', () => {
      this.error.text('');
      this.array.toggle();
      if (this.array.is(':visible')) this.array.trigger('focus');
    });
    return [copy, paste];
  }

  private button(name: string, icon: string, cells: () => readonly number[], isIcon = false): JQuery {
    return toolButton(name, icon, isIcon).on('click', () => this.canvas.paint(cells()));
  }
}

function toolButton(name: string, icon: string, isIcon: boolean): JQuery {
  const label = sharedText(`painter.${name}`);
  const button = $('<button>', { type: 'button', class: 'red-ui-button red-ui-button-small', 'data-tool': name });
  button.append($('<i>', { class: `fa ${icon}`, 'aria-hidden': 'true' }));
  if (!isIcon) return button.append(' ', document.createTextNode(label));
  RED.popover.tooltip(button, label);
  return button.addClass('ensemble-icon').attr('aria-label', label);
}

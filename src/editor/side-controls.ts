import type { Color } from '../core/schema/parameters';
import { fitting } from '../core/schema/parse';
import type { SideControl } from './control';
import { type Field, sharedText } from './fields';

export function colorPicker(row: JQuery, put: (value: string) => void): SideControl {
  const name = sharedText('color.pick');
  const input = $('<input>', { type: 'color', class: 'ensemble-color', 'aria-label': name, title: name });
  input.on('input', () => put(String(input.val()))).prependTo(row.find('.ensemble-control'));
  return {
    isForJson: false,
    toggle: (visible) => void input.toggle(visible),
    show(value) {
      const color = cssColor(value);
      // The browser's picker has no state for none.
      input.val(color ?? '#000000').toggleClass('ensemble-color-none', color === undefined);
      return undefined;
    },
  };
}

export function slider(
  { label, parameter: { min = 0, max = 100, default: preset = min } }: Field,
  row: JQuery,
  put: (value: string) => void,
): SideControl {
  const input = $('<input>', { type: 'range', class: 'ensemble-slider', min, max, step: 1, 'aria-label': label });
  input.on('input', () => put(String(input.val()))).appendTo(row.find('.ensemble-control'));
  return {
    isForJson: false,
    toggle: (visible) => void input.toggle(visible),
    show(value) {
      const level = value === '' ? Number(preset) : Number(value);
      // Of what is no number, such as a variable of the environment, a slider would show its middle.
      if (Number.isFinite(level)) input.val(level);
      else input.hide();
      return undefined;
    },
  };
}

const COLOR = { kind: 'color', label: '', help: '', required: true } as const;

/** A colour in any of its forms as `#rrggbb`; undefined if it is not one. */
export function cssColor(value: unknown): string | undefined {
  let color: Color;
  try {
    color = fitting(COLOR, value) as Color;
  } catch {
    // It may be incomplete while it is typed.
    return undefined;
  }
  const parts = 'r' in color ? [color.r, color.g, color.b] : rgbOf(color);
  return `#${parts.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;
}

function rgbOf({ h, s, v }: Extract<Color, { h: number }>): number[] {
  const part = (offset: number): number => {
    const place = (offset + h / 60) % 6;
    return 255 * (v / 100) * (1 - (s / 100) * Math.max(0, Math.min(place, 4 - place, 1)));
  };
  return [part(5), part(3), part(1)];
}

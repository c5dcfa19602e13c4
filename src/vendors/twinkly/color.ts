import type { Color } from '../../core/schema/parameters';
import type { WireProfile } from './wire-profile';

type ColorPart = 'hue' | 'saturation' | 'value' | 'red' | 'green' | 'blue';

/** A colour as the profile writes it: by hue, or by red, green and blue, which not every string understands. */
export function onWire(color: Color, profile: WireProfile): Partial<Record<ColorPart, number>> {
  const scaled = (parts: Partial<Record<ColorPart, number>>) =>
    Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, profile.scaled(name as ColorPart, part)]));
  if ('r' in color && !profile.byHue) return scaled({ red: color.r / 255, green: color.g / 255, blue: color.b / 255 });
  const { h, s, v } = 'r' in color ? hsvOf(color) : color;
  const circle = profile.scaled('hue', 1);
  return { ...scaled({ saturation: s / 100, value: v / 100 }), hue: profile.scaled('hue', h / 360) % circle };
}

/** Degrees and percent, of parts from 0 to 255. */
function hsvOf({ r, g, b }: Extract<Color, { r: number }>): Extract<Color, { h: number }> {
  const most = Math.max(r, g, b);
  const range = most - Math.min(r, g, b);
  const sixth = range === 0 ? 0 : most === r ? (g - b) / range : most === g ? (b - r) / range + 2 : (r - g) / range + 4;
  return { h: ((sixth + 6) % 6) * 60, s: most === 0 ? 0 : (100 * range) / most, v: (100 * most) / 255 };
}

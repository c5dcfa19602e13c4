import { svg } from '../../page/dom';
import type { TwinklyObject } from '../state';

const SWAG = 100;
const HEIGHT = 90;
/** More bulbs could not be told apart. */
const MAX_BULBS = 48;

/** How many bulbs stand for the LEDs of a string. */
export const bulbsOf = (ledCount: number): number => Math.min(MAX_BULBS, Math.max(21, Math.round(ledCount / 7)));

/** A garland of bulbs, on a cable that hangs from hooks. @param swags how often it hangs down */
export function createString(number: number, swags = 3) {
  const pointAt = (along: number) => pointOf(along, swags);
  const picture = svg('svg', { viewBox: `0 4 ${swags * SWAG} ${HEIGHT}`, class: 'string', role: 'img' });
  const steps = Array.from({ length: 121 }, (_, step) => pointAt(step / 120));
  picture.append(svg('polyline', { points: steps.map(([x, y]) => `${x},${y}`).join(' ') }));
  const bulbs = Array.from({ length: number }, (_, index) => {
    const [x, y] = pointAt((index + 0.5) / number);
    return svg('circle', { cx: String(x), cy: String(y + 5), r: '4.2' });
  });
  picture.append(...bulbs);
  return {
    element: picture,
    show({ colours, brightness, online, mode }: TwinklyObject) {
      picture.classList.toggle('absent', !online);
      picture.classList.toggle('moving', mode !== 'color' && mode !== 'off');
      // Even the lowest brightness is clearly visible.
      const glow = colours.length > 0 && brightness > 0 ? 0.12 + 0.88 * (brightness / 100) : 0;
      picture.style.setProperty('--glow', String(glow));
      for (const [index, bulb] of bulbs.entries()) {
        bulb.style.setProperty('--light', colours[index % Math.max(1, colours.length)] ?? '#000');
        bulb.style.setProperty('--turn', `${-((index * 7) % 11) / 4}s`);
      }
    },
  };
}

/** A point on the cable. @param along 0 to 1 */
function pointOf(along: number, swags: number): readonly [x: number, y: number] {
  const within = 2 * ((along * swags) % 1) - 1;
  const y = along === 1 ? 16 : 16 + 52 * (1 - within * within);
  return [12 + along * (swags * SWAG - 24), Math.round(y * 10) / 10];
}

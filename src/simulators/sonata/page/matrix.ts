import { h, type PagePart } from '../../page/dom';

const SIDE = 10;
const MAX_LEVEL = 15;
const LAST = SIDE * SIDE - 1;
const CORNERS = [0, SIDE - 1, LAST - SIDE + 1, LAST];

/** The LEDs of a matrix by their levels; there are none in the corners. */
export function createGrid(): PagePart<readonly number[]> {
  const leds = Array.from({ length: SIDE * SIDE }, (_, index) => (CORNERS.includes(index) ? undefined : h('i', { class: 'led' })));
  return {
    element: h('div', { class: 'matrix', role: 'img' }, ...leds.map((led) => led ?? h('b'))),
    show(levels) {
      for (const [index, led] of leds.entries()) if (led) showLevel(led, index, levels[index] ?? 0);
    },
  };
}

function showLevel(led: HTMLElement, index: number, level: number): void {
  if (led.dataset.level === String(level)) return;
  led.dataset.level = String(level);
  led.title = `${index}: ${level}`;
  // Even the lowest level is clearly visible.
  led.style.setProperty('--glow', String(level && 0.25 + (0.75 * level) / MAX_LEVEL));
}

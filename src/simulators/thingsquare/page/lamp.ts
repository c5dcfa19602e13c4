import { h, svg } from '../../page/dom';

/** A lantern at a wall, which shines as much as its level says. */
export function createLamp() {
  const path = (name: string, d: string) => svg('path', { class: name, d });
  const picture = svg(
    'svg',
    { viewBox: '0 0 80 110', 'aria-hidden': 'true' },
    path('iron', 'M37 0h6v14h-6z M40 12c11 0 21 6 25 15H15c4-9 14-15 25-15z'),
    path('glass', 'M18 29h44l-8 56H26z'),
    path('bulb', 'M36 29h8v8c4 3 6 7 6 12a10 10 0 0 1-20 0c0-5 2-9 6-12z'),
    path('bars', 'M33 29l3 56 M47 29l-3 56'),
    path('iron', 'M24 85h32l-3 7H27z M37 92h6v8l-3 5-3-5z'),
  );
  const element = h('div', { class: 'lamp' }, picture);
  return {
    element,
    /** @param level 0 to 100 */
    show(level: number) {
      // Even the lowest level is clearly visible.
      const glow = level > 0 ? 0.15 + 0.85 * (Math.min(100, level) / 100) : 0;
      element.classList.toggle('lit', level > 0);
      element.style.setProperty('--glow', String(glow));
    },
  };
}

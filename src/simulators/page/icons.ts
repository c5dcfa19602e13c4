import { svg } from './dom';

const icon =
  (...paths: readonly string[]) =>
  (): SVGElement =>
    svg('svg', { class: 'icon', viewBox: '0 0 20 20', 'aria-hidden': 'true' }, ...paths.map((d) => svg('path', { d })));

/** What stands on buttons in place of words. */
export const icons = {
  copy: icon('M8 7h8v9H8z', 'M12 7V4H4v9h4'),
  done: icon('M4 11l4 4 8-10'),
  restart: icon('M15.5 7A6.5 6.5 0 1 0 16.5 11', 'M16 3v4.5h-4.5'),
};

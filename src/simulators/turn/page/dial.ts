import { h, type PagePart } from '../../page/dom';
import type { TurnPage } from '../state';
import { t } from './texts';
import { channelValue, displayOf } from './values';

/** Degrees of the ring, and pixels of the wheel, for one step. */
const STEP_ANGLE = 12;
const STEP_WHEEL = 50;
const KEYS: Readonly<Record<string, number>> = {
  ArrowUp: 1,
  ArrowRight: 1,
  ArrowDown: -1,
  ArrowLeft: -1,
  PageUp: 5,
  PageDown: -5,
  Home: -1000,
  End: 1000,
};

/** The round display with the ring around it that a person turns. */
export function createDial(turn: (steps: number) => void): PagePart<TurnPage> {
  const name = h('span', { class: 'turn-name' });
  const large = h('b', { class: 'turn-large' });
  const small = h('span', { class: 'turn-small' });
  const ring = h(
    'div',
    { class: 'turn-ring', role: 'slider', tabindex: '0', 'aria-label': t('dial') },
    h('div', { class: 'turn-knob' }),
    h('div', { class: 'turn-gauge' }, h('div', { class: 'turn-glass' }, name, large, small)),
  );
  const move = gather((steps) => {
    turn(steps);
    angle += Math.max(-30, Math.min(30, steps)) * STEP_ANGLE;
    ring.style.setProperty('--angle', `${angle}deg`);
  });
  let angle = 0;
  listen(ring, move);
  return {
    element: ring,
    show(page) {
      const display = displayOf(page);
      const channel = page.channels.find(({ id }) => id === page.dialChannel);
      const [value, max] = [Number(channelValue(page, page.dialChannel)) || 0, channel?.max ?? 0];
      name.textContent = page.name;
      large.textContent = display.large;
      small.textContent = display.small;
      ring.title = channel ? t('dialHint') : t('noDial');
      ring.classList.toggle('still', !channel);
      ring.style.setProperty('--part', String(max > 0 ? Math.min(1, value / max) : 0));
      for (const [key, text] of Object.entries({
        valuemin: 0,
        valuemax: max,
        valuenow: value,
        valuetext: `${page.name}: ${display.large}`,
      }))
        ring.setAttribute(`aria-${key}`, String(text));
      ring.setAttribute('aria-disabled', String(!channel));
    },
  };
}

/** Steps within one frame of the display are sent as one, but those back alone: at the end of the dial, only they count. */
function gather(send: (steps: number) => void): (steps: number) => void {
  let waiting = 0;
  const flush = () => {
    const all = Math.trunc(waiting);
    waiting = 0;
    if (all !== 0) send(all);
  };
  return (steps) => {
    if (waiting * steps < 0) flush();
    if (waiting === 0) requestAnimationFrame(flush);
    waiting += steps;
  };
}

function listen(ring: HTMLElement, move: (steps: number) => void): void {
  let last: number | undefined;
  let rest = 0;
  const collect = (amount: number, step: number) => {
    rest += amount / step;
    const whole = Math.trunc(rest);
    rest -= whole;
    if (whole !== 0) move(whole);
  };
  ring.addEventListener('pointerdown', (event) => {
    ring.setPointerCapture(event.pointerId);
    last = angleOf(ring, event);
    rest = 0;
  });
  ring.addEventListener('pointermove', (event) => {
    if (last === undefined) return;
    const now = angleOf(ring, event);
    // In the shorter direction.
    collect(((now - last + 540) % 360) - 180, STEP_ANGLE);
    last = now;
  });
  const release = () => {
    last = undefined;
    // What is left of a turn is no part of the next one.
    rest = 0;
  };
  for (const end of ['pointerup', 'pointercancel']) ring.addEventListener(end, release);
  ring.addEventListener('wheel', (event) => {
    event.preventDefault();
    collect(-event.deltaY, STEP_WHEEL);
  });
  ring.addEventListener('keydown', (event) => {
    const steps = KEYS[event.key];
    if (steps === undefined) return;
    event.preventDefault();
    move(steps);
  });
}

/** Where the pointer is on the ring, in degrees. */
function angleOf(ring: HTMLElement, { clientX, clientY }: PointerEvent): number {
  const { left, top, width, height } = ring.getBoundingClientRect();
  return (Math.atan2(clientY - top - height / 2, clientX - left - width / 2) * 180) / Math.PI;
}

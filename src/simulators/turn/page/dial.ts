import { h, type PagePart } from '../../page/dom';
import { named } from '../../page/language';
import type { TurnPage } from '../state';
import { OwnTurns, type SendTurn } from './own-turns';
import { t } from './texts';
import { channelValue, displayOf } from './values';

/** Degrees of the ring, and pixels of the wheel, for one step. */
const STEP_ANGLE = 12;
const STEP_WHEEL = 50;
/** Milliseconds without the wheel after which the next turn of it is a new one. */
const WHEEL_PAUSE = 400;
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

interface Described {
  readonly page: TurnPage;
  readonly value: number;
  readonly max: number;
  readonly isStill: boolean;
  readonly text: string;
}

function describe(ring: HTMLElement, { page, value, max, isStill, text }: Described): void {
  ring.title = isStill ? t('noDial') : t('dialHint');
  ring.classList.toggle('still', isStill);
  ring.style.setProperty('--part', String(max > 0 ? Math.min(1, value / max) : 0));
  const attributes = { valuemin: 0, valuemax: max, valuenow: value, valuetext: named(page.name, text) };
  for (const [key, attribute] of Object.entries(attributes)) ring.setAttribute(`aria-${key}`, String(attribute));
  // Where it can turn, it depends on what is around it whether the person may turn it.
  if (isStill) ring.setAttribute('aria-disabled', 'true');
  else ring.removeAttribute('aria-disabled');
}

export interface Dial extends PagePart<TurnPage> {
  /** The page as a person has turned it, which the Turn may not have told yet. */
  shown(page: TurnPage): TurnPage;
}

/**
 * The round display with the ring around it that a person turns.
 * @param turned called when something else is to be shown
 */
export function createDial(turn: SendTurn, turned: () => void): Dial {
  const name = h('span', { class: 'turn-name' });
  const large = h('b', { class: 'turn-large' });
  const small = h('span', { class: 'turn-small' });
  const face = h('div', { class: 'turn-face' });
  const ring = h(
    'div',
    { class: 'turn-ring', role: 'slider', tabindex: '0', 'aria-label': t('dial') },
    h('div', { class: 'turn-knob' }),
    h('div', { class: 'turn-gauge' }, h('div', { class: 'turn-glass' }, name, large, small)),
    face,
  );
  const own = new OwnTurns(turn, turned);
  let angle = 0;
  listen(ring, face, {
    move(steps) {
      own.turn(steps);
      angle += Math.max(-30, Math.min(30, steps)) * STEP_ANGLE;
      ring.style.setProperty('--angle', `${angle}deg`);
    },
    canMove: (direction) => own.canTurn(direction),
  });
  return {
    element: ring,
    shown: (page) => own.shown(page),
    show(told) {
      own.see(told);
      const page = own.shown(told);
      const display = displayOf(page);
      const channel = page.channels.find(({ id }) => id === page.dialChannel);
      const [value, max] = [Number(channelValue(page, page.dialChannel)) || 0, channel?.max ?? 0];
      name.textContent = page.name;
      large.textContent = display.large;
      small.textContent = display.small;
      describe(ring, { page, value, max, isStill: !channel, text: display.large });
    },
  };
}

interface Turning {
  move(steps: number): void;
  canMove(direction: number): boolean;
}

function listen(ring: HTMLElement, face: HTMLElement, { move, canMove }: Turning): void {
  let rest = 0;
  const collect = (amount: number, step: number) => {
    rest += amount / step;
    const whole = Math.trunc(rest);
    rest -= whole;
    if (whole !== 0) move(whole);
  };
  // What is left of a turn is no part of the next one.
  const begin = () => {
    rest = 0;
  };
  listenToPointer(ring, face, { begin, turn: (angle) => collect(angle, STEP_ANGLE) });
  const isMeant = watchWheel(ring);
  ring.addEventListener('wheel', (event) => {
    // At the end, and with what is for the browser, the page moves.
    if (!isMeant() || event.ctrlKey || !canMove(-event.deltaY)) return;
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

interface Turn {
  begin(): void;
  turn(angle: number): void;
}

function listenToPointer(ring: HTMLElement, face: HTMLElement, { begin, turn }: Turn): void {
  let last: number | undefined;
  ring.addEventListener('pointerdown', (event) => {
    // A finger on the display scrolls the page.
    if (event.target === face && event.pointerType !== 'mouse') return;
    ring.setPointerCapture(event.pointerId);
    last = angleOf(ring, event);
    begin();
  });
  ring.addEventListener('pointermove', (event) => {
    if (last === undefined) return;
    const now = angleOf(ring, event);
    // In the shorter direction.
    turn(((now - last + 540) % 360) - 180);
    last = now;
  });
  const release = () => {
    last = undefined;
    begin();
  };
  for (const end of ['pointerup', 'pointercancel']) ring.addEventListener(end, release);
}

/** @returns whether the wheel is meant for the ring: it has the focus, and the wheel began to turn there. A page that scrolls past turns nothing. */
function watchWheel(ring: HTMLElement): () => boolean {
  let [at, isMeant] = [Number.NEGATIVE_INFINITY, false];
  const watch = ({ timeStamp, target }: WheelEvent) => {
    if (timeStamp - at > WHEEL_PAUSE) isMeant = target instanceof Node && ring.contains(target);
    at = timeStamp;
  };
  addEventListener('wheel', watch, { capture: true, passive: true });
  return () => isMeant && ring === document.activeElement;
}

/** Where the pointer is on the ring, in degrees. */
function angleOf(ring: HTMLElement, { clientX, clientY }: PointerEvent): number {
  const { left, top, width, height } = ring.getBoundingClientRect();
  return (Math.atan2(clientY - top - height / 2, clientX - left - width / 2) * 180) / Math.PI;
}

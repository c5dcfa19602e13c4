import { h, type PagePart } from './dom';

/** Pixels after which a finger that moves sideways is no tap. */
const SLOP = 6;
/** The width of the thumb, whose middle stands for the value. */
const THUMB = 16;

interface SliderOptions {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly text: (value: number) => string;
  readonly change: (value: number) => void;
}

/** A value that is set by moving it, with what it is set to. */
export function slider(label: string, { min, max, step, text, change }: SliderOptions): PagePart<number> {
  const shown = h('b');
  const explain = (value: number) => {
    shown.textContent = text(value);
    field.setAttribute('aria-valuetext', text(value));
  };
  const slide = () => {
    explain(field.valueAsNumber);
    change(field.valueAsNumber);
  };
  const field = h('input', { type: 'range', min: String(min), max: String(max), step: String(step), input: slide });
  const track = h('div', { class: 'track' }, field);
  const isHeld = listen(track, field, slide);
  return {
    element: h('label', { class: 'slide' }, h('span', {}, label), shown, track),
    show(value) {
      if (isHeld()) return;
      field.value = String(value);
      explain(value);
    },
  };
}

/**
 * A browser sets a range where a finger touches it, even one that goes on to scroll the page. Here, a finger sets it by a tap or by
 * moving sideways; the browser takes one away (`pointercancel`) that scrolls.
 * @returns whether somebody holds it
 */
function listen(track: HTMLElement, field: HTMLInputElement, slide: () => void): () => boolean {
  let held: { readonly id: number; readonly x: number; isMoving: boolean } | undefined;
  const setBy = ({ clientX }: PointerEvent) => {
    const { left, width } = track.getBoundingClientRect();
    const [min, max, before] = [Number(field.min), Number(field.max), field.value];
    // The field itself keeps its steps, and its ends.
    field.value = String(min + ((clientX - left - THUMB / 2) / (width - THUMB)) * (max - min));
    if (field.value !== before) slide();
  };
  track.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || held || field.disabled) return;
    held = { id: event.pointerId, x: event.clientX, isMoving: event.pointerType === 'mouse' };
    track.setPointerCapture(event.pointerId);
    if (held.isMoving) setBy(event);
  });
  track.addEventListener('pointermove', (event) => {
    if (held?.id !== event.pointerId) return;
    held.isMoving ||= Math.abs(event.clientX - held.x) > SLOP;
    if (held.isMoving) setBy(event);
  });
  track.addEventListener('pointerup', (event) => {
    if (held?.id !== event.pointerId) return;
    setBy(event);
    held = undefined;
  });
  track.addEventListener('pointercancel', ({ pointerId }) => {
    if (held?.id === pointerId) held = undefined;
  });
  return () => held !== undefined;
}

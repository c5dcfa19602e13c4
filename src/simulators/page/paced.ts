import type { Done } from './connection';

/** A function that sends at most once in so many milliseconds, and one after the other; of what comes meanwhile, the last is sent. */
export function paced<T>(pause: number, send: (value: T, done: Done) => void): (value: T) => void {
  let waiting: { readonly value: T } | undefined;
  let isPausing = false;
  const next = () => {
    isPausing = waiting !== undefined;
    if (!waiting) return;
    const { value } = waiting;
    waiting = undefined;
    const begin = performance.now();
    send(value, (hasArrived) => {
      // What is sent long afterwards, nobody expects any more.
      if (!hasArrived) waiting = undefined;
      setTimeout(next, begin + pause - performance.now());
    });
  };
  return (value) => {
    waiting = { value };
    if (!isPausing) next();
  };
}

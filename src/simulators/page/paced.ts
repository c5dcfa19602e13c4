/** A function that sends at most once in so many milliseconds; of what comes meanwhile, the last is sent. */
export function paced<T>(pause: number, send: (value: T) => void): (value: T) => void {
  let waiting: { readonly value: T } | undefined;
  let isPausing = false;
  const next = () => {
    isPausing = waiting !== undefined;
    if (!waiting) return;
    const { value } = waiting;
    waiting = undefined;
    send(value);
    setTimeout(next, pause);
  };
  return (value) => {
    waiting = { value };
    if (!isPausing) next();
  };
}

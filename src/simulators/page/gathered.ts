import type { Change, RequestLogEntry, Update } from './update';

/** What the page shows at once: the states of the vendors that have changed, whole. */
export type Shown = Omit<Update, 'changes'>;

/** A page that nobody sees shows nothing: of the requests that it then gets, so many are kept. */
const MAX_ENTRIES = 1000;

/** Shows the first state at once, and what follows once for each frame of the display. */
export function gathered(show: (shown: Shown) => void): (update: Update) => void {
  let states: Record<string, unknown> = {};
  let waiting: Shown | undefined;
  const flush = () => {
    if (waiting) show(waiting);
    waiting = undefined;
  };
  return ({ changes, ...update }) => {
    if (update.sections) {
      states = { ...update.vendors };
      waiting = undefined;
      show(update);
      return;
    }
    for (const change of changes) states = changed(states, change) as typeof states;
    const vendors = Object.fromEntries(changes.flatMap(([[id]]) => (id === undefined ? [] : [[id, states[id]]])));
    if (!waiting) requestAnimationFrame(flush);
    waiting = together(waiting, { ...update, vendors });
  };
}

/** A value with another one at a place in it. */
function changed(whole: unknown, [[key, ...path], value]: Change): unknown {
  if (key === undefined) return value;
  const part = changed((whole as Record<string, unknown>)[key], [path, value]);
  return Array.isArray(whole) ? whole.map((known, index) => (index === Number(key) ? part : known)) : { ...(whole as object), [key]: part };
}

function together(before: Shown | undefined, now: Shown): Shown {
  if (!before) return now;
  return {
    ...before,
    ...now,
    vendors: { ...before.vendors, ...now.vendors },
    faults: { ...before.faults, ...now.faults },
    log: bounded([...before.log, ...now.log]),
  };
}

const bounded = (log: readonly RequestLogEntry[]): readonly RequestLogEntry[] => log.slice(-MAX_ENTRIES);

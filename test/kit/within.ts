/** Waits for a promise, but not for ever: a test then fails with the name of what did not happen. */
export async function within<T>(ms: number, what: string | (() => string), promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const end = () => reject(new Error(`within ${ms} ms: ${typeof what === 'string' ? what : what()}`));
    // Where this process stood still, what came meanwhile is read before.
    timer = setTimeout(() => setImmediate(end), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Milliseconds between two questions: asking costs time, too, so that it is done less often where it takes long. */
const pauseBetween = (waited: number): number => Math.min(50, 10 + waited / 50);

/** Waits until something holds that nothing announces; asks often, and gives up with the last answer. */
export async function until<T>(what: string, ask: () => T | Promise<T>, holds: (value: T) => boolean = Boolean, ms = 45_000): Promise<T> {
  const start = Date.now();
  for (;;) {
    const waited = Date.now() - start;
    const value = await ask();
    if (holds(value)) return value;
    // A process that stood still over the end asks once more.
    if (waited > ms) throw new Error(`within ${ms} ms: ${what}; last seen: ${JSON.stringify(value)}`);
    await new Promise((resolve) => setTimeout(resolve, pauseBetween(waited)));
  }
}

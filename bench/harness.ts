import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';

export type Figures = Readonly<Record<string, number>>;
/** Sets a side up; what it returns measures one round. */
export type Side = () => Promise<() => Promise<Figures>>;

/** A piece of work, and how well it is done. */
export interface Row {
  readonly name: string;
  readonly title: string;
  /** Each runs in a process of its own; they take turns. */
  readonly sides: Readonly<Record<string, Side>>;
  /** Rounds in one process; the first of several is for warming up. */
  readonly rounds: number;
  /** Processes for each side, one after the other: what luck a process has with its memory stays with it. */
  readonly lives?: number;
  judge(rounds: Readonly<Record<string, readonly Figures[]>>): readonly Line[];
}

/** One line of the table. */
export interface Line {
  readonly what: string;
  readonly rate?: number;
  /** Microseconds of CPU for each. */
  readonly cpu?: number;
  readonly found?: string;
  readonly wanted?: string;
  readonly ok?: boolean;
}

export interface Rate extends Figures {
  readonly rate: number;
  readonly cpu: number;
}
export type Rates = Readonly<Record<string, Rate>>;

interface Race {
  readonly name: string;
  readonly title: string;
  /** All do the same work. The first is measured against the others. */
  readonly sides: Readonly<Record<string, Side>>;
  /** What none of them does, but can be computed. */
  readonly computed?: (best: Rates) => Rates;
  /** The least ratio of the first side's rate to another's. */
  readonly wanted: Readonly<Record<string, number>>;
}

/**
 * A row of rates. The best round of each side counts: whatever else runs on the machine only makes a side slower,
 * and by chance, which a median would keep and the best leaves out.
 */
export function race({ name, title, sides, computed, wanted }: Race): Row {
  return {
    name,
    title,
    sides,
    rounds: 6,
    lives: 3,
    judge(rounds) {
      const best: Rates = Object.fromEntries(Object.entries(rounds).map(([side, rates]) => [side, bestOf(rates as Rate[])]));
      const [first] = Object.values(best);
      return Object.entries({ ...best, ...computed?.(best) }).map(([what, side]) => {
        const least = wanted[what];
        if (least === undefined || !first) return { what, ...side };
        const ratio = first.rate / side.rate;
        return { what, ...side, found: `${ratio.toFixed(2)} of it`, wanted: `>= ${least}`, ok: ratio >= least };
      });
    },
  };
}

const bestOf = (rates: readonly Rate[]): Rate => ({
  rate: Math.max(...rates.map(({ rate }) => rate)),
  cpu: Math.min(...rates.map(({ cpu }) => cpu)),
});

export const median = (rounds: readonly Figures[], figure: string): number =>
  rounds.map((figures) => figures[figure] ?? Number.NaN).sort((a, b) => a - b)[rounds.length >> 1] ?? Number.NaN;

/** A round that counts: how many were done in a second, and what one took of the CPU. */
export const counted = (work: () => Promise<number>) => async (): Promise<Figures> => {
  const cpu = process.cpuUsage();
  const started = performance.now();
  const count = await work();
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  return { rate: (count / ms) * 1000, cpu: (user + system) / count };
};

/** The longest turn of the event loop in milliseconds, from now until it is asked. */
export function longestTurn(): () => number {
  let [last, longest, isOver] = [performance.now(), 0, false];
  const look = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (!isOver) setImmediate(look);
  };
  look();
  return () => {
    isOver = true;
    return longest;
  };
}

/** Megabytes in use after collection. */
export function heap(): number {
  global.gc?.();
  return process.memoryUsage().heapUsed / 1e6;
}

export async function measure(row: Row): Promise<readonly Line[]> {
  const names = Object.keys(row.sides);
  const figures: Record<string, Figures[]> = Object.fromEntries(names.map((name) => [name, []]));
  for (let life = 0; life < (row.lives ?? 1); life++) {
    const running = new Map<string, ChildProcess>();
    try {
      for (const name of names) running.set(name, (await start('side', row.name, name)).process);
      for (let round = 0; round < row.rounds; round++)
        for (const [name, side] of running) {
          side.send('go');
          const found = (await reply(side)) as Figures;
          if (round > 0 || row.rounds === 1) figures[name]?.push(found);
        }
    } finally {
      for (const side of running.values()) side.disconnect();
    }
  }
  return row.judge(figures);
}

/** Starts a file of the benchmark in a process of its own, which ends with this one; returns what it tells first. */
export async function start(file: string, ...args: string[]): Promise<{ process: ChildProcess; told: unknown }> {
  const process = fork(join(__dirname, file), args, { execArgv: ['--expose-gc'] });
  return { process, told: await reply(process) };
}

/** The next message of another process. */
export function reply(process: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`${process.spawnargs.slice(2).join(' ')} ended with code ${code}`));
    process.once('exit', onExit);
    process.once('message', (message) => {
      process.off('exit', onExit);
      resolve(message);
    });
  });
}

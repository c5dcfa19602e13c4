import type { ThingKind } from './state';

/** The fields of one message beside its header. */
export interface Report {
  readonly tsmId: number;
  readonly [field: string]: number;
}

/** What a kind of thing is and measures. Ids and fields: the vendor's pages on message profiles. */
export interface Model {
  readonly kind: ThingKind;
  /** The field that the device page shows. */
  readonly main: string;
  /** Seconds between its reports; minutes in real things. */
  readonly interval: number;
  /** Ids of the commands to which it replies. */
  readonly commands: readonly number[];
  /** What it measures at a time (unix seconds); things with different seeds differ. */
  measure(at: number, seed: number): Report[];
}

/** [G] The documents name these fields, but the message id is not certain. */
const GUESSED = { distance: 15100, count: 13103, air: 24101, gateway: 11100, angle: 12103 };

const ANY = [1500, 1501, 17110];
const DAY = 86400;

/** A value that oscillates around a middle, with a smaller faster oscillation. */
function wave(
  at: number,
  seed: number,
  { mid, swing, period, digits = 1 }: { mid: number; swing: number; period: number; digits?: number },
) {
  const turn = Math.sin((2 * Math.PI * at) / period + seed) + 0.15 * Math.sin((at * 17) / period + seed * 3);
  return Number((mid + swing * turn).toFixed(digits));
}

const weather = (at: number, seed: number): Report => ({
  tsmId: 12100,
  temp: wave(at, seed, { mid: 21.5, swing: 1.8, period: 1200 }),
  humd: wave(at, seed + 2, { mid: 42, swing: 6, period: 1800 }),
  airp: wave(at, seed + 4, { mid: 101_300, swing: 240, period: DAY, digits: 3 }),
  lght: Math.round(wave(at, seed + 1, { mid: 280, swing: 160, period: 900 })),
});

/** How many visitors: several at a time, with pauses of none. */
const visitors = (at: number, seed: number): number => Math.max(0, Math.round(wave(at, seed, { mid: 2, swing: 6, period: 240 })));
const isOpen = (at: number, seed: number): boolean => wave(at, seed, { mid: 0, swing: 1, period: 90 }) > 0.4;

/** By the first four characters of the TUID. */
export const MODELS: Readonly<Record<string, Model>> = {
  TSPR: {
    kind: 'presence',
    main: 'moveCount',
    interval: 5,
    commands: [...ANY, 13200],
    measure: (at, seed) => [{ tsmId: 13100, moveCount: visitors(at, seed) }],
  },
  TSEN: { kind: 'environment', main: 'temp', interval: 6, commands: [...ANY, 12200], measure: (at, seed) => [weather(at, seed)] },
  TSPD: {
    kind: 'door',
    main: 'hall',
    interval: 7,
    commands: [...ANY, 12200],
    measure: (at, seed) => [
      { tsmId: 12101, hall: isOpen(at, seed) ? 0 : 1, hallCount: visitors(at, seed) },
      { tsmId: GUESSED.angle, angle: isOpen(at, seed) ? 85 : 0 },
    ],
  },
  TSAR: {
    kind: 'air',
    main: 'carbonDioxide',
    interval: 8,
    commands: ANY,
    measure: (at, seed) => [
      { tsmId: 24100, carbonDioxide: Math.round(wave(at, seed, { mid: 720, swing: 240, period: 600 })), status: 0 },
      { tsmId: GUESSED.air, tvoc: Math.round(wave(at, seed, { mid: 130, swing: 70, period: 500 })) },
    ],
  },
  TSTF: {
    kind: 'distance',
    main: 'dist',
    interval: 9,
    commands: ANY,
    measure: (at, seed) => [{ tsmId: GUESSED.distance, dist: Math.round(wave(at, seed, { mid: 900, swing: 620, period: 420 })) }],
  },
  TSLK: {
    kind: 'leakage',
    main: 'resistance',
    interval: 10,
    commands: [...ANY, 12200],
    measure: (at, seed) => [{ tsmId: 12102, resistance: Math.round(wave(at, seed, { mid: 985, swing: 30, period: 300 })) }],
  },
  TSAP: {
    kind: 'count',
    main: 'totalIn',
    interval: 8,
    commands: ANY,
    measure: (at, seed) => {
      const [into, out] = [visitors(at, seed), visitors(at, seed + 1)];
      return [{ tsmId: GUESSED.count, in: into, out, totalIn: Math.floor((at % DAY) / 40), totalOut: Math.floor((at % DAY) / 44) }];
    },
  },
  TSGW: {
    kind: 'gateway',
    main: 'rssi',
    interval: 15,
    commands: [],
    measure: (at, seed) => [{ tsmId: GUESSED.gateway, rssi: Math.round(wave(at, seed, { mid: -71, swing: 8, period: 400 })) }],
  },
  // Pre-production things have no prefix.
  XXXX: { kind: 'unknown', main: 'temp', interval: 12, commands: [...ANY, 12200], measure: (at, seed) => [weather(at, seed)] },
};

import { hasMosquitto } from '../test/kit/broker';
import { dropdowns } from './dropdown';
import { events } from './events';
import type { Row } from './harness';
import { latency } from './latency';
import { latest } from './latest';
import { load } from './load';
import { million } from './million';
import { patterns } from './pattern';
import { start } from './start';
import { takeover } from './takeover';
import { turnBurst, turnEvents } from './turn-events';
import { twinklyPoll } from './twinkly-poll';
import { waiting } from './waiting';
import { workers } from './workers';

/** The table of DESIGN.md, paragraph "Fast". */
export const rows: readonly Row[] = [
  ...patterns,
  events,
  turnEvents,
  turnBurst,
  twinklyPoll,
  load,
  million,
  latest,
  waiting,
  dropdowns,
  latency,
  // They need a real broker.
  ...(hasMosquitto ? [...workers, takeover] : []),
  start,
];

import { events } from './events';
import type { Row } from './harness';
import { latest } from './latest';
import { load } from './load';
import { million } from './million';
import { patterns } from './pattern';

/** The table of DESIGN.md, paragraph "Fast". */
export const rows: readonly Row[] = [...patterns, events, load, million, latest];

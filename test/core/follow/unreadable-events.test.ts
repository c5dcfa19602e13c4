import { deepEqual } from 'node:assert/strict';
import { EnsembleError, NOT_IN_PANELS } from '../../../src/core/errors';
import { REPORTS, UnreadableEvents } from '../../../src/core/follow/unreadable-events';
import { Scope } from '../../../src/core/scope';
import { until } from '../../kit/within';

describe('events that cannot be read', () => {
  const { minutes } = REPORTS;
  let scope: Scope;
  let reports: [text: string, payload: unknown][];
  let unreadable: UnreadableEvents;
  const come = (...payloads: number[]) => {
    for (const payload of payloads) unreadable.came(new EnsembleError('BAD_RESPONSE', `event ${payload}`, NOT_IN_PANELS), { payload });
  };

  beforeEach(() => {
    REPORTS.minutes = 50 / 60_000;
    scope = new Scope();
    reports = [];
    unreadable = new UnreadableEvents(scope, ({ message }, { payload } = {}) => void reports.push([message, payload]));
  });
  afterEach(async () => {
    REPORTS.minutes = minutes;
    await scope.end();
  });

  it('are reported when the first comes, and then at intervals, as the newest with their number', async () => {
    const within = `within ${REPORTS.minutes} minutes`;
    come(1, 2, 3, 4);
    deepEqual(reports, [['event 1', 1]]);
    await until('the second report', () => reports.length === 2);
    come(5);
    await until('the third', () => reports.length === 3);
    deepEqual(reports.slice(1), [
      [`event 4 (the newest of 3 events ${within})`, 4],
      ['event 5', 5],
    ]);
  });

  it('are another trouble after an interval without one', async () => {
    come(1);
    await new Promise<void>((resolve) => scope.timeout(REPORTS.minutes * 60_000, resolve));
    come(2);
    deepEqual(reports, [
      ['event 1', 1],
      ['event 2', 2],
    ]);
  });
});

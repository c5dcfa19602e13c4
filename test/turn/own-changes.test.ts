import { equal, ok } from 'node:assert/strict';
import { EnsembleError, NOT_IN_PANELS } from '../../src/core/errors';
import { OwnChannelChanges } from '../../src/vendors/turn/own-changes';

describe('own changes of a Turn', () => {
  it('remember the newest of many, so that each costs as little as the first', async () => {
    const own = new OwnChannelChanges();
    let looked = 0;
    const change = (value: number) => ({
      get value() {
        looked++;
        return value;
      },
    });
    for (let value = 1; value <= 1000; value++) await own.note('light/1/1', change(value), Promise.resolve());
    const began = performance.now();
    ok(own.explain('light/1/1', { value: 0 }, { value: 1000, on: true }, began));
    ok(!own.explain('light/1/1', { value: 0 }, { value: 999, on: true }, began));
    // A reading may have been answered before the newest.
    ok(own.explain('light/1/1', { value: 0 }, { value: 999, on: true }, 0));
    ok(looked < 10, `${looked} changes were looked at`);
  });

  it('take either for possible where the response was lost', async () => {
    const own = new OwnChannelChanges();
    await own.note('light/1/1', { value: 50 }, Promise.reject(new EnsembleError('TIMEOUT', 'no response', NOT_IN_PANELS))).catch(() => {});
    for (const [value, isExplained] of [
      [10, true],
      [50, true],
      [30, false],
    ] as const)
      equal(own.explain('light/1/1', { value: 10 }, { value }, performance.now()), isExplained);
  });

  it('are over with their event, also where the Turn has rounded', async () => {
    const own = new OwnChannelChanges();
    await own.note('temperature/1/1', { value: 20.55 }, Promise.resolve());
    own.eventCame('temperature/1/1', true, { value: 20.5 });
    ok(own.explain('temperature/1/1', { value: 20.5 }, { value: 20.5 }, performance.now()));
    ok(!own.explain('temperature/1/1', { value: 20.5 }, { value: 20.55 }, performance.now()));
  });
});

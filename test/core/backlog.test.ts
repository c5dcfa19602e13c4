import { equal } from 'node:assert/strict';
import { Backlog, STANDSTILL } from '../../src/core/mqtt/backlog';
import { Scope } from '../../src/core/scope';
import { having } from '../sonata/feed';

describe('backlog of a broker', () => {
  it('begins with what came while this process stood still, and ends when the broker has no more', () =>
    having(STANDSTILL, { ms: 1000 }, async () => {
      const scope = new Scope();
      let pings = 0;
      let ends = 0;
      const backlog = new Backlog(
        scope,
        () => pings++,
        () => ends++,
      );
      const standStill = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200);

      backlog.bytes();
      equal(backlog.isComing, false);

      standStill();
      backlog.bytes();
      equal(backlog.isComing, true);
      backlog.came();
      backlog.ponged();
      equal(backlog.isComing, true);
      backlog.ponged();
      equal(backlog.isComing, false);
      backlog.bytes();
      equal(backlog.isComing, false);
      equal(pings, 2);
      equal(ends, 1);

      // A new connection has nothing of what came before it.
      standStill();
      backlog.stop();
      backlog.bytes();
      equal(backlog.isComing, false);
      await scope.end();
    }));
});

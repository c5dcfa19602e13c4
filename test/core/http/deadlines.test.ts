import { deepEqual, equal, ok } from 'node:assert/strict';
import { mock } from 'node:test';
import { Attempt } from '../../../src/core/http/attempt';
import { Deadlines } from '../../../src/core/http/deadlines';

describe('the deadlines of the attempts under way', () => {
  // A clock of its own: on a real one, two limits are over at the same time where the process stood still.
  let now: number;
  const real = performance.now;
  beforeEach(() => {
    now = 0;
    mock.timers.enable({ apis: ['setTimeout'] });
    // Not by a mock, which would remember every call.
    performance.now = () => now;
  });
  afterEach(() => {
    performance.now = real;
    mock.timers.reset();
  });
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed++) {
      now++;
      mock.timers.tick(1);
    }
  };

  it('have each its own time, in whatever order they come and go', () => {
    const open = new Deadlines();
    const late: [number, number][] = [];
    const begin = (limit: number) => {
      const attempt = new Attempt({ method: 'GET', path: '/slow' }, { baseUrl: 'http://127.0.0.1', timeout: limit }, limit);
      const leave = open.add(attempt);
      attempt.onEnd = () => {
        leave();
        late.push([limit, now]);
      };
      return leave;
    };
    begin(400);
    begin(100);
    const answered = begin(30_000);
    const another = begin(50);
    begin(700);
    pass(20);
    begin(250);
    answered();
    another();
    pass(30_000);
    deepEqual(late, [
      [100, 100],
      [250, 270],
      [400, 400],
      [700, 700],
    ]);
  });

  it('are given up a batch at a time, however many they are', async () => {
    const open = new Deadlines();
    let ended = 0;
    const begin = (limit: number) => {
      const attempt = new Attempt({ method: 'GET', path: '/slow' }, { baseUrl: 'http://127.0.0.1', timeout: limit }, limit);
      const leave = open.add(attempt);
      attempt.onEnd = () => {
        leave();
        ended++;
      };
    };
    for (let count = 0; count < 3000; count++) begin(100);
    for (let count = 0; count < 200_000; count++) begin(200);
    pass(99);
    equal(ended, 0);
    pass(1);
    const turns = [ended];
    while (ended < 3000) {
      const before = ended;
      await new Promise<void>((resolve) => setImmediate(resolve));
      turns.push(ended - before);
    }
    equal(open.size, 200_000);
    ok(Math.max(...turns) <= 500, turns.join());
  });
});

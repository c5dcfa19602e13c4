import { deepEqual } from 'node:assert/strict';
import { mock } from 'node:test';
import { Exchange } from '../../src/core/exchange';
import { OpenExchanges } from '../../src/core/open-exchanges';

describe('the exchanges under way', () => {
  // A clock of its own: on a real one, two limits are over at the same time where the process stood still.
  let now: number;
  beforeEach(() => {
    now = 0;
    mock.timers.enable({ apis: ['setTimeout'] });
    mock.method(performance, 'now', () => now);
  });
  afterEach(() => {
    mock.restoreAll();
    mock.timers.reset();
  });
  const pass = (ms: number) => {
    for (let passed = 0; passed < ms; passed++) {
      now++;
      mock.timers.tick(1);
    }
  };

  it('have each its own time, in whatever order they come and go', () => {
    const open = new OpenExchanges();
    const late: [number, number][] = [];
    const begin = (limit: number) => {
      const exchange = new Exchange({ method: 'GET', path: '/slow' }, { baseUrl: 'http://127.0.0.1', timeout: limit }, limit);
      const leave = open.add(exchange);
      exchange.onEnd = () => {
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
});

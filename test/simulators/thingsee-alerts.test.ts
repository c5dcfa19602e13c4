import { deepEqual } from 'node:assert/strict';
import { mock } from 'node:test';
import { Clock } from '../../src/simulators/clock';
import { Deployment } from '../../src/simulators/thingsee/deployment';

describe('alerts of the simulated Thingsee that come by themselves', () => {
  const { signal } = new AbortController();
  const services = { changed: () => {}, publish: () => {}, log: () => {}, clock: new Clock(signal), signal };
  const alerting = () => deployment.alerting.map(({ tuid }) => tuid);
  let deployment: Deployment;
  beforeEach(() => {
    // One second before a full minute of the clock.
    mock.timers.enable({ apis: ['setInterval', 'Date'], now: 660 * 1000 - 1000 });
    deployment = new Deployment(services);
  });
  afterEach(() => mock.timers.reset());
  // Second by second: timers that run within one tick all see its end.
  const pass = (seconds: number) => {
    for (let passed = 0; passed < seconds; passed++) mock.timers.tick(1000);
  };

  it('begin a minute after the start, whatever the clock shows, at one thing after the other, and last 25 seconds', () => {
    const [first, second] = deployment.things.keys();
    pass(59);
    deepEqual(alerting(), []);
    pass(1);
    deepEqual(alerting(), [first]);
    pass(25);
    deepEqual(alerting(), []);
    pass(35);
    deepEqual(alerting(), [second]);
  });

  it('leave alone what a person has begun', () => {
    const [first] = deployment.things.values();
    if (!first) throw new Error('there are no things');
    deployment.toggleAlert(first);
    pass(100);
    deepEqual(alerting(), [first.tuid]);
  });

  it('stay ended where a person has ended one', () => {
    const [first] = deployment.things.values();
    if (!first) throw new Error('there are no things');
    pass(60);
    deployment.toggleAlert(first);
    pass(30);
    deepEqual(first.alerts.at(-1), { type: 'heartbeat missed', from: 719, to: 719 });
  });
});

import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { EnsembleError } from '../../src/core/errors';
import { retrying, type StreamState } from '../../src/core/follow/events';
import { Scope } from '../../src/core/scope';
import type { NodeStatus, Red, RuntimeNode } from '../../src/node-red/red';
import { Statuses, StatusLine } from '../../src/node-red/status';
import { until } from '../kit/within';

const red = { _: (_key: string, { defaultValue, ...values }: Record<string, unknown>) => filled(String(defaultValue), values) };
const filled = (text: string, values: Record<string, unknown>) => text.replace(/__(\w+)__/g, (_, name) => String(values[name]));
const statuses = new Statuses(red as unknown as Red);
const down = new EnsembleError('UNREACHABLE', 'down');
const secondsIn = ({ text }: NodeStatus) => Number(/in (\d+) s/.exec(text)?.[1]);

describe('the status of an action', () => {
  const evidence = { unusable: undefined, operation: 'apply', inFlight: 0, waiting: 0, progress: '', retry: undefined, keeping: undefined };

  it('says how many of several requests have failed', () => {
    const last = { first: new EnsembleError('NOT_FOUND', 'no such lamp'), count: 2, of: 40 };
    assert.deepEqual(statuses.action({ ...evidence, last }).status, { fill: 'red', shape: 'ring', text: 'NOT_FOUND 2/40' });
  });

  it('says how many messages are kept, since when, and when the next of them is tried', () => {
    const about = { count: 3, since: new Date().setHours(0, 5), error: down };
    const shown = (more: object) => {
      const { status, lasts } = statuses.action({
        ...evidence,
        inFlight: 2,
        last: 'done',
        keeping: { kept: { ...about, next: undefined, ...more } },
      });
      assert.deepEqual([status.fill, status.shape], ['yellow', 'ring']);
      return [status.text, lasts !== undefined];
    };
    assert.deepEqual(shown({}), ['UNREACHABLE: 3 kept since 00:05', false]);
    const next = performance.now() + 20_400;
    assert.deepEqual(shown({ next }), ['UNREACHABLE: 3 kept since 00:05, next try in 20 s', true]);
    assert.deepEqual(shown({ since: new Date(2026, 1, 3, 4, 5).getTime() }), ['UNREACHABLE: 3 kept since 2026-02-03 04:05', false]);
  });
});

describe('the status of a stream', () => {
  it('shows a countdown that is never longer than the time that is left', () => {
    void fc.assert(
      fc.property(fc.integer({ min: 1500, max: 4_000_000 }), (wait) => {
        const { status, lasts = Number.POSITIVE_INFINITY } = statuses.stream(retrying(down, wait));
        const seconds = secondsIn(status);
        // A second counts from its half.
        assert.ok(seconds * 1000 <= wait + 500, `${seconds} s of ${wait} ms`);
        assert.ok(seconds * 1000 <= wait - lasts + 510, `${seconds} s, still after ${lasts} of ${wait} ms`);
        assert.ok(seconds * 2100 >= wait, `${seconds} s of ${wait} ms`);
      }),
    );
  });

  it('is in English where Node-RED’s helper for tests gives back the key', () => {
    const alone = new Statuses({ _: (key: string) => key } as unknown as Red);
    assert.equal(alone.stream(retrying(down, 2000)).status.text, 'UNREACHABLE: in 2 s');
  });

  it('is red where no further attempt is made', () => {
    const refused = new EnsembleError('UNAUTHORIZED', 'unknown user');
    refused.refused = true;
    assert.deepEqual(statuses.stream(retrying(refused, 5000)).status, { fill: 'red', shape: 'ring', text: 'UNAUTHORIZED' });
  });

  it('counts down by itself and says that the next attempt is under way, twice a second at most', async () => {
    const scope = new Scope();
    const shown: { readonly text: string; readonly at: number }[] = [];
    const node = { status: ({ text }: NodeStatus) => shown.push({ text, at: performance.now() }) } as unknown as RuntimeNode;
    let state: StreamState = { is: 'connecting' };
    const line = new StatusLine(node, scope, () => statuses.stream(state));
    const tell = (next: StreamState) => {
      state = next;
      line.changed();
    };
    tell(retrying(down, 2400));
    for (let times = 0; times < 100; times++) line.changed();
    await until('the next try', () => shown.at(-1)?.text === 'connecting');
    assert.deepEqual(
      shown.map(({ text }) => text),
      ['UNREACHABLE: in 2 s', 'UNREACHABLE: in 1 s', 'connecting'],
    );
    tell({ is: 'live' });
    await until('it is live', () => shown.at(-1)?.text === 'connected');
    for (const [index, { at }] of shown.entries()) assert.ok(index === 0 || at - (shown[index - 1]?.at ?? 0) >= 499);
    await scope.end();
    tell({ is: 'connecting' });
    assert.equal(shown.at(-1)?.text, 'connected');
  });
});

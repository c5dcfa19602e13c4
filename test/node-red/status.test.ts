import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { EnsembleError, NOT_IN_PANELS } from '../../src/core/errors';
import { retrying, type StreamState } from '../../src/core/follow/events';
import { Scope } from '../../src/core/scope';
import type { NodeStatus, Red, RuntimeNode } from '../../src/node-red/red';
import { type LastAction, Statuses, StatusLine } from '../../src/node-red/status';
import { until } from '../kit/within';

const red = { _: (_key: string, { defaultValue, ...values }: Record<string, unknown>) => filled(String(defaultValue), values) };
const filled = (text: string, values: Record<string, unknown>) => text.replace(/__(\w+)__/g, (_, name) => String(values[name]));
const statuses = new Statuses(red as unknown as Red);
const at = (hours: number, minutes: number) => new Date().setHours(hours, minutes);
const down = new EnsembleError('UNREACHABLE', 'down', NOT_IN_PANELS);
const secondsIn = ({ text }: NodeStatus) => Number(/in (\d+) s/.exec(text)?.[1]);

describe('the status of an action', () => {
  const operation = { id: 'set-brightness', label: 'Set brightness' };
  const evidence = {
    unusable: undefined,
    operation,
    inFlight: 0,
    waiting: 0,
    progress: '',
    last: undefined,
    refused: undefined,
    retry: undefined,
    keeping: undefined,
  };
  const over = (outcome: LastAction['outcome'], more: Partial<LastAction> = {}) =>
    statuses.action({ ...evidence, last: { operation, at: at(14, 3), outcome, ...more } });

  it('says what was done last, and when', () => {
    assert.deepEqual(over('done').status, { fill: 'green', shape: 'dot', text: 'Set brightness 14:03' });
    assert.deepEqual(over('sent').status, { fill: 'green', shape: 'dot', text: 'Set brightness: sent 14:03' });
    assert.deepEqual(over(down).status, { fill: 'red', shape: 'ring', text: 'Set brightness: UNREACHABLE 14:03' });
    const early = new EnsembleError('INVALID_INPUT', 'operation is missing', NOT_IN_PANELS);
    assert.equal(over(early, { operation: undefined }).status.text, 'INVALID_INPUT 14:03');
    const signIn = Object.assign(new EnsembleError('UNAUTHORIZED', 'not signed in', NOT_IN_PANELS), { needsSignIn: true });
    assert.match(over(signIn).status.text, /^Set…: UNAUTHORIZED: sign in 14:03$/);
  });

  it('says how many of several requests have failed', () => {
    const outcome = { first: new EnsembleError('NOT_FOUND', 'no such lamp', NOT_IN_PANELS), count: 2, of: 40 };
    assert.deepEqual(over(outcome).status, { fill: 'red', shape: 'ring', text: 'Set brightness: NOT_FOUND 2/40 14:03' });
  });

  it('has the date from the next day on, and then stays as it is', () => {
    const { lasts = 0 } = over('done');
    const midnight = Date.now() + lasts;
    assert.deepEqual([new Date(midnight + 50).getHours(), lasts > 0], [0, true]);
    const earlier = over('done', { at: new Date(2026, 1, 3, 4, 5).getTime() });
    assert.deepEqual([earlier.status.text, earlier.lasts], ['Set brightness 2026-02-03 04:05', undefined]);
  });

  it('is short: of a long label, as much is shown as has a place', () => {
    const long = { id: 'list-all-things', label: 'List things of all groups' };
    assert.equal(over('done', { operation: long }).status.text, 'List things of all groups 14:03');
    assert.equal(over(down, { operation: long }).status.text, 'List things of…: UNREACHABLE 14:03');
    for (const code of ['INVALID_INPUT', 'COMMAND_FAILED', 'NOT_CONFIGURED'] as const)
      for (const { label } of [long, operation, { label: 'x'.repeat(200) }])
        assert.ok(over(new EnsembleError(code, '', NOT_IN_PANELS), { operation: { id: 'x', label } }).status.text.length <= 36);
  });

  it('has the label of the operation in the server’s language', () => {
    const german: Readonly<Record<string, string>> = {
      '@ensemble-flows/node-red-ensemble/ensemble-editor:turn-channel.operations.set-state.label': 'Zustand setzen',
    };
    const translated = { _: (key: string, values: Record<string, unknown>) => german[key] ?? red._(key, values) };
    const last = { operation: { id: 'set-state', label: 'Set state' }, at: at(9, 5), outcome: 'done' } as const;
    const shown = new Statuses(translated as unknown as Red, 'turn-channel').action({ ...evidence, last });
    assert.equal(shown.status.text, 'Zustand setzen 09:05');
  });

  it('says what is under way, and how many messages wait', () => {
    const { status } = statuses.action({ ...evidence, last: undefined, inFlight: 1, waiting: 2, progress: '40 %' });
    assert.deepEqual(status, { fill: 'blue', shape: 'dot', text: 'Set brightness 40 % +2' });
  });

  it('says that a message was refused while another is under way', () => {
    const refused = new EnsembleError('QUEUE_FULL', '1000 messages are waiting already', NOT_IN_PANELS);
    const { status } = statuses.action({ ...evidence, inFlight: 1, waiting: 1000, refused });
    assert.deepEqual(status, { fill: 'blue', shape: 'dot', text: 'Set brightness +1000 QUEUE_FULL' });
    const long = { id: 'list-all-things', label: 'List things of all groups' };
    const busy = new EnsembleError('BUSY', 'still under way', NOT_IN_PANELS);
    assert.equal(
      statuses.action({ ...evidence, operation: long, inFlight: 1, waiting: 20_000, refused }).status.text,
      'List things of… +20000 QUEUE_FULL',
    );
    assert.equal(statuses.action({ ...evidence, inFlight: 1, refused: busy }).status.text, 'Set brightness BUSY');
  });

  it('says what will be tried again, and when, in a text that stays as it is but for the seconds', () => {
    const shown = (wait: number) => {
      const retry = { error: new EnsembleError('VENDOR_ERROR', 'HTTP 503', NOT_IN_PANELS), at: performance.now() + wait };
      return statuses.action({ ...evidence, operation: { id: 'set-state', label: 'Set state' }, inFlight: 1, retry }).status;
    };
    assert.deepEqual(shown(1200), { fill: 'yellow', shape: 'ring', text: 'Set state: VENDOR_ERROR, again in 1 s' });
    assert.equal(shown(300_400).text, 'Set state: VENDOR_ERROR, again in 300 s');
  });

  it('says how many messages are kept, since when, and when the next of them is tried', () => {
    const about = { count: 3, since: new Date().setHours(0, 5), error: down };
    const shown = (more: object) => {
      const { status, lasts } = statuses.action({
        ...evidence,
        inFlight: 2,
        last: { operation, at: at(0, 1), outcome: 'done' },
        keeping: { kept: { ...about, next: undefined, ...more } },
      });
      assert.deepEqual([status.fill, status.shape], ['yellow', 'ring']);
      return [status.text, lasts !== undefined];
    };
    assert.deepEqual(shown({}), ['UNREACHABLE: 3 kept since 00:05', false]);
    const next = performance.now() + 20_400;
    assert.deepEqual(shown({ next }), ['UNREACHABLE: 3 kept, again in 20 s', true]);
    // The text does not come and go with short pauses.
    assert.deepEqual(shown({ next: performance.now() + 4000 }), ['UNREACHABLE: 3 kept since 00:05', false]);
    assert.deepEqual(shown({ since: new Date(2026, 1, 3, 4, 5).getTime() }), ['UNREACHABLE: 3 kept since 2026-02-03', false]);
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
    const refused = new EnsembleError('UNAUTHORIZED', 'unknown user', NOT_IN_PANELS);
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

import { deepEqual } from 'node:assert/strict';
import { feedKinds } from '../../src/vendors/turn/feed-kinds';

describe('events of the states of a Turn', () => {
  const { read } = feedKinds['control-states'];
  const modifiedBy = 'somebody';

  for (const [rest, payload] of [
    [{ state: { value: 'true' } }, { value: true }],
    [{ state: { ready: 'true' } }, { ready: true }],
    [{ state: 'true' }, { value: true }],
    [{ value: 'true' }, { value: true }],
    [
      { value: '21.5', fahrenheit: '70.7' },
      { value: 21.5, fahrenheit: 70.7 },
    ],
  ] as const)
    it(`are repaired in whatever frame they come: ${JSON.stringify(rest)}`, () => {
      const raw = { modifiedBy, ...rest };
      const event = { topic: 'ready', payload, source: 'sse', type: 'state', raw, details: { modifiedBy }, isState: true };
      deepEqual(read('ready', raw), event);
    });

  it('are passed on whole where they are something else', () => {
    const raw = { modifiedBy, action: { reset: '1' } };
    const { payload, type, isState } = read('reset', raw);
    deepEqual([payload, type, isState], [{ action: { reset: '1' } }, 'action', false]);
  });
});

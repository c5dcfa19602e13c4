import { deepEqual } from 'node:assert/strict';
import { streams } from '../../src/vendors/turn/streams';

describe('events of the states of a Turn', () => {
  const { read } = streams['control-states'];
  const modifiedBy = 'somebody';

  for (const [name, raw, payload, sender] of [
    ['ready', { modifiedBy, state: { value: 'true' } }, { value: true }, modifiedBy],
    ['ready', { modifiedBy, state: 'true' }, { value: true }, modifiedBy],
    ['ready', { modifiedBy, value: 'true' }, { value: true }, modifiedBy],
    // The bodies of GET and PUT.
    ['ready', { ready: 'true' }, { value: true }, undefined],
    ['READY', { modifiedBy, ready: true }, { value: true }, modifiedBy],
    ['ready', { modifiedBy, state: { ready: 'true' } }, { value: true }, modifiedBy],
    ['ready', { ready: { value: 'false' } }, { value: false }, undefined],
    ['ready', { ready: 'true', internal_temperature: 0 }, { value: true }, undefined],
    ['ready', true, { value: true }, undefined],
    ['ready', 'true', { value: true }, undefined],
    ['ready', 1, { value: true }, undefined],
    ['ready', '0', { value: false }, undefined],
    ['READY', { ready: '1' }, { value: true }, undefined],
    ['ready', { modifiedBy, state: { value: 'True' } }, { value: true }, modifiedBy],
    ['internal_temperature', 21.5, { value: 21.5 }, undefined],
    ['internal_temperature', { modifiedBy, value: '21.5', fahrenheit: '70.7' }, { value: 21.5, fahrenheit: 70.7 }, modifiedBy],
    // The document: "This key-value pair is included in the SSE events".
    ['ready', { 'Sender-Id': 'flow', ready: 'true' }, { value: true }, 'flow'],
    ['ready', { 'SENDER-ID': 'flow', state: { value: 'true' } }, { value: true }, 'flow'],
    ['ready', { 'sender-id': 'flow', modifiedBy, value: 'true' }, { value: true }, modifiedBy],
  ] as const)
    it(`are changes of state in whatever frame they come: ${name} ${JSON.stringify(raw)}`, () => {
      const event = { topic: name, payload, source: 'sse', type: 'state', raw, details: { modifiedBy: sender }, isState: true };
      deepEqual(read(name, raw), [event]);
    });

  it('have their names in their data where they have none of their own', () => {
    const told = (data: unknown) => read('message', data).map(({ topic, payload, isState }) => [topic, payload, isState]);
    deepEqual(told({ modifiedBy, ready: 'true', internal_temperature: '0.0' }), [
      ['ready', { value: true }, true],
      ['internal_temperature', { value: 0 }, true],
    ]);
    deepEqual(told({ state: { ready: 'false' } }), [['ready', { value: false }, true]]);
    deepEqual(
      read('state', { ready: 'true' }).map(({ topic, payload }) => [topic, payload]),
      [['ready', { value: true }]],
    );
  });

  it('are passed on whole where they are something else', () => {
    const raw = { 'Sender-Id': 'flow', action: { reset: '1' } };
    deepEqual(
      read('reset', raw).map(({ payload, type, isState, details }) => [payload, type, isState, details]),
      [[{ action: { reset: '1' } }, 'action', false, { modifiedBy: 'flow' }]],
    );
  });

  for (const data of [undefined, null, [], [true]]) it(`are none: ${JSON.stringify(data)}`, () => deepEqual(read('ready', data), []));
});

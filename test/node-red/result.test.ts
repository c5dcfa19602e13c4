import { deepEqual, equal } from 'node:assert/strict';
import { Stage } from '../kit/stage';
import { turn } from '../turn/vendor';

const NODE = { type: 'turn-control', operation: 'get-states' };

describe('the place of a result', () => {
  const stage = new Stage(turn);
  const states = { ready: true };

  for (const [result, message, says] of [
    ['x.y', { x: 5 }, 'the result has no place at msg.x.y: msg.x is 5'],
    ['msg.x.y', { x: 'text' }, 'the result has no place at msg.x.y: msg.x is "text"'],
    ['x.y.z', { x: { y: null } }, 'the result has no place at msg.x.y.z: msg.x.y is null'],
    ['x[1].z', { x: [{}, true] }, 'the result has no place at msg.x[1].z: msg.x[1] is true'],
    ['x[msg.name].z', { x: {} }, /^the result has no place at msg\.x\[msg\.name\]\.z: /],
  ] as const)
    it(`${result} is refused for ${JSON.stringify(message)}, and nothing is sent`, async () => {
      await stage.open({ ...NODE, result });
      stage.respondWith(states);
      const { ends, error, outputs } = await stage.run({ ...message });
      deepEqual([ends, outputs], [['INVALID_INPUT'], []]);
      const text = String(error);
      equal(typeof says === 'string' ? text === says : says.test(text), true, text);
      equal(stage.requests.length, 0);
    });

  const FOUND: readonly [result: string, message: object, x: unknown][] = [
    ['x.y', {}, { y: states }],
    ['x.y', { x: { y: 5, z: 1 } }, { y: states, z: 1 }],
    ['msg.x[1].y', { x: [0] }, [0, { y: states }]],
    ['x[msg.name].y', { x: { a: {} }, name: 'a' }, { a: { y: states } }],
    ['x.toString.y', { x: {} }, { toString: { y: states } }],
  ];
  for (const [result, message, x] of FOUND)
    it(`${result} is found or made in ${JSON.stringify(message)}`, async () => {
      await stage.open({ ...NODE, result });
      stage.respondWith(states);
      const { ends, outputs } = await stage.run({ ...message });
      deepEqual([ends, outputs[0]?.x], [['done'], x]);
    });
});

describe('a parameter of msg.parameters that the operation does not know', () => {
  const stage = new Stage(turn);
  for (const name of ['unknown', 'toString', '__proto__'])
    it(`is refused: ${name}`, async () => {
      await stage.open({ type: 'turn-control', operation: '' });
      const { ends, error } = await stage.run({ operation: 'get-states', parameters: JSON.parse(`{"${name}": 1}`) as object });
      deepEqual([ends, String(error)], [['INVALID_INPUT'], `msg.parameters.${name} is unknown: get-states takes no parameters`]);
      equal(stage.requests.length, 0);
    });
});

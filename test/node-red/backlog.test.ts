import assert from 'node:assert/strict';
import { largest } from '../../src/core/numbers';
import { Stage } from '../kit/stage';
import { msg, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { turn } from '../turn/vendor';

const COUNT = 4000;

describe('many messages that wait in a node', () => {
  const stage = new Stage(turn);
  afterEach(() => stage.red.hooks.remove('onComplete.kit'));

  it('end when the node is closed, some in each turn of the event loop', async () => {
    let hangs = false;
    stage.server.good = () => {
      hangs = true;
    };
    await stage.red.deploy([
      { id: 'tab', type: 'tab', label: 'backlog' },
      stage.connection({ timeout: 600_000 }),
      {
        id: 'node',
        z: 'tab',
        type: 'turn-channel',
        connection: stage.connection().id,
        operation: 'set-state',
        queueLimit: COUNT,
        parameters: { channel: str('light/1/1'), value: msg('payload') },
        wires: [[]],
      },
    ]);
    /** How many ended in each turn. */
    const turns = [0];
    let isOver = false;
    const next = (): void => void setImmediate(() => isOver || (turns.push(0) && next()));
    const codes = new Set<unknown>();
    stage.red.hooks.add('onComplete.kit', ({ error }) => {
      turns[turns.length - 1] = (turns.at(-1) ?? 0) + 1;
      codes.add((error as { code?: string } | undefined)?.code);
    });
    for (let number = 0; number < COUNT; number++) stage.red.inject('node', { payload: number % 100 });
    await until('a request that hangs', () => hangs);
    next();
    const count = () => turns.reduce((sum, one) => sum + one, 0);
    await stage.red.stop();
    isOver = true;
    assert.deepEqual([count(), ...codes], [COUNT, 'CANCELLED']);
    const most = largest(turns);
    assert.ok(most <= 100, `${most} in one turn`);
  });
});

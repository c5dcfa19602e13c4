import assert from 'node:assert/strict';
import { FaultServer, respond } from '../kit/fault-server';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import '../kit/once';
import { msg, str } from '../kit/typed-input';
import { until } from '../kit/within';

const COUNT = 4000;

describe('many messages that wait in a node', () => {
  let red: NodeRed;
  let vendor: FaultServer;
  before(async () => {
    red = await startNodeRed();
    vendor = await FaultServer.start();
  });
  after(() => vendor.close());
  afterEach(() => red.hooks.remove('onComplete.kit'));

  it('end when the node is closed, some in each turn of the event loop', async () => {
    let hangs = false;
    vendor.good = () => {
      hangs = true;
    };
    await red.deploy([
      { id: 'tab', type: 'tab', label: 'backlog' },
      { id: 'turn', type: 'turn-device', host: '127.0.0.1', port: new URL(vendor.url).port },
      {
        id: 'node',
        z: 'tab',
        type: 'turn-channel',
        connection: 'turn',
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
    red.hooks.add('onComplete.kit', ({ error }) => {
      turns[turns.length - 1] = (turns.at(-1) ?? 0) + 1;
      codes.add((error as { code?: string } | undefined)?.code);
    });
    for (let number = 0; number < COUNT; number++) red.inject('node', { payload: number % 100 });
    await until('a request that hangs', () => hangs);
    next();
    const count = () => turns.reduce((sum, one) => sum + one, 0);
    await red.stop();
    isOver = true;
    assert.deepEqual([count(), ...codes], [COUNT, 'CANCELLED']);
    assert.ok(Math.max(...turns) <= 100, `${Math.max(...turns)} in one turn`);
    vendor.good = respond({});
  });
});

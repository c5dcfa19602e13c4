import { deepEqual, equal } from 'node:assert/strict';
import { debugNode, PlainNodeRed } from './plain';

describe('kit: a plain Node-RED', () => {
  let red: PlainNodeRed | undefined;
  afterEach(() => red?.remove());

  it('runs with its own settings and this package, shows messages and statuses, and keeps its flows over a restart', async () => {
    red = await PlainNodeRed.start({ settings: { httpAdminRoot: '/admin' } });
    const inject = { id: 'inject', type: 'inject', repeat: '0.2', topic: 'kit', payload: '[1,2]', payloadType: 'json', wires: [['seen']] };
    const node = { id: 'query', type: 'twinkly-query', connection: '', operation: 'list-objects', wires: [[]] };
    await red.deploy([inject, debugNode('seen'), node]);
    const [msg] = await red.shows('seen');
    deepEqual(msg?.payload, [1, 2]);
    equal(msg?.topic, 'kit');
    await red.status('query', { fill: 'grey' });
    await red.stop();
    red = await PlainNodeRed.start({ userDir: red.userDir, settings: { httpAdminRoot: '/admin' } });
    await red.shows('seen');
  });
});

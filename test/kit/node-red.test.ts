import { deepEqual, equal, match, notEqual } from 'node:assert/strict';
import { ownersOf } from '../../src/node-red/connection-owner';
import { BUNDLE } from './file-by-file';
import { type NodeRed, startNodeRed, VERSION } from './node-red';
import { probe } from './probe';
import { until } from './within';

describe('kit: Node-RED', () => {
  describe('without a login', () => {
    let red: NodeRed;
    before(async () => {
      red = await startNodeRed();
    });
    after(() => red.stop());

    const flow = [
      { id: 'tab', type: 'tab', label: 'kit' },
      { id: 'probe', type: 'kit-probe', z: 'tab', wires: [['change']] },
      {
        id: 'change',
        type: 'change',
        z: 'tab',
        rules: [{ t: 'set', p: 'payload', pt: 'msg', to: 'changed', tot: 'str' }],
        wires: [['end']],
      },
      { id: 'end', type: 'kit-probe', z: 'tab', wires: [] },
    ];

    it('is the real one, with this package loaded', async () => {
      const settings = (await (await red.admin('/settings')).json()) as { version: string };
      equal(settings.version.split('.')[0], String(VERSION));
      equal(red.nodeSets.filter(({ module }) => module === '@ensemble-flows/node-red-ensemble').length > 0, true);
    });

    it('has each module of this package once: the one that a test imports', async () => {
      await red.deploy([{ id: 'device', type: 'turn-device', host: '127.0.0.1' }]);
      equal(ownersOf('device', 'turn-device').length, 1);
      notEqual(require.cache[BUNDLE]?.filename, BUNDLE);
    });

    for (const type of ['full', 'nodes', 'flows'] as const)
      it(`runs a flow that was deployed (${type})`, async () => {
        await red.deploy(flow, type);
        const seen: unknown[] = [];
        probe.seen = (id, msg) => seen.push([id, msg.payload]);
        red.inject('probe', { payload: 1 });
        await until(
          'two messages',
          () => seen.length,
          (count) => count === 2,
        );
        deepEqual(seen, [
          ['probe', 1],
          ['end', 'changed'],
        ]);
        equal((await red.flows()).length, 4);
      });

    it('says which type a flow misses', async () => {
      const error = await red.deploy([{ id: 'x', type: 'nobody-knows', wires: [] }]).catch((thrown: Error) => thrown);
      match(String(error), /missing-types: nobody-knows/);
    });
  });

  describe('with a login and another root', () => {
    let red: NodeRed;
    before(async () => {
      red = await startNodeRed({ adminAuth: true, httpAdminRoot: '/admin', httpNodeRoot: '/hooks' });
    });
    after(() => red.stop());

    it('lets in users with the permission', async () => {
      equal(red.url.endsWith('/admin'), true);
      const status = async (user: 'admin' | 'reader' | 'nobody', method: 'GET' | 'POST') =>
        (await red.admin('/flows', { user, method, ...(method === 'POST' && { body: [] }) })).status;
      deepEqual(
        [await status('nobody', 'GET'), await status('reader', 'GET'), await status('reader', 'POST'), await status('admin', 'POST')],
        [401, 200, 401, 204],
      );
    });
  });
});

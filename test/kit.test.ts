import { deepEqual, equal, match } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { type Editor, openEditor } from './kit/chromium';
import { type NodeRed, startNodeRed, VERSION } from './kit/node-red';
import { probe } from './kit/probe';
import { until } from './kit/within';

describe('test kit', () => {
  describe('Node-RED', () => {
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

  describe('Node-RED with a login and another root', () => {
    let red: NodeRed;
    before(async () => {
      red = await startNodeRed({ adminAuth: true, httpAdminRoot: '/admin', httpNodeRoot: '/hooks' });
    });
    after(() => red.stop());

    it('lets in who may', async () => {
      equal(red.url.endsWith('/admin'), true);
      const status = async (user: 'admin' | 'reader' | 'nobody', method: 'GET' | 'POST') =>
        (await red.admin('/flows', { user, method, ...(method === 'POST' && { body: [] }) })).status;
      deepEqual(
        [await status('nobody', 'GET'), await status('reader', 'GET'), await status('reader', 'POST'), await status('admin', 'POST')],
        [401, 200, 401, 204],
      );
    });
  });

  for (const theme of ['light', 'dark'] as const)
    describe(`Chromium, ${theme}`, () => {
      let red: NodeRed;
      let editor: Editor;
      before(async () => {
        red = await startNodeRed(theme === 'dark' ? { adminAuth: true, httpAdminRoot: '/admin' } : {});
        await red.deploy([
          { id: 'tab', type: 'tab', label: 'kit' },
          { id: 'inject', type: 'inject', z: 'tab', name: 'a', props: [{ p: 'payload' }], wires: [[]], x: 200, y: 100 },
          { id: 'tls', type: 'tls-config', name: 'secure' },
        ]);
        editor = await openEditor(red, { theme, language: theme === 'dark' ? 'de' : 'en-US' });
      });
      after(async () => {
        await editor.close();
        await red.stop();
      });

      it('opens a panel, changes a value, saves and deploys it', async () => {
        const panel = await editor.open('inject');
        await panel.locator('#node-input-name').fill('b');
        equal(existsSync(await editor.screenshot(`kit-${theme}-${VERSION}`)), true);
        await editor.save();
        equal((await editor.node('inject')).name, 'b');
        await editor.deploy();
        equal((await red.flows()).find(({ id }) => id === 'inject')?.name, 'b');
      });

      it('opens the panel of a config node, and leaves it', async () => {
        const panel = await editor.open('tls');
        equal(await panel.locator('#node-config-input-name').inputValue(), 'secure');
        await editor.cancel();
        deepEqual(
          editor.errors.filter((error) => !error.includes('editor.css')),
          [],
        );
      });

      it('tells what went wrong in the page', async () => {
        editor.errors.length = 0;
        await editor.page.evaluate('setTimeout(() => nobody.knows())');
        await until(
          'an error',
          () => editor.errors.length,
          (count) => count === 1,
        );
        match(editor.errors.pop() ?? '', /nobody is not defined/);
      });
    });
});

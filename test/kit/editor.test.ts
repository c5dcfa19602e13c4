import { deepEqual, equal, match } from 'node:assert/strict';
import { existsSync } from 'node:fs';
import type { Route } from 'playwright-core';
import { bothVariants } from '../editor/variants';
import { type Editor, openEditor } from './editor';
import { type NodeRed, startNodeRed, VERSION } from './node-red';
import { until } from './within';

/** As many pictures as a panel needs that slides in. */
const FRAMES = 'new Promise((done) => { let left = 20; const next = () => left-- ? requestAnimationFrame(next) : done(); next(); })';

for (const { theme, language, options } of bothVariants)
  describe(`kit: editor, ${theme}`, () => {
    let red: NodeRed;
    let editor: Editor;
    before(async () => {
      red = await startNodeRed(options);
      await red.deploy([
        { id: 'tab', type: 'tab', label: 'kit' },
        { id: 'inject', type: 'inject', z: 'tab', name: 'a', props: [{ p: 'payload' }], wires: [[]], x: 200, y: 100 },
        { id: 'tls', type: 'tls-config', name: 'secure' },
      ]);
      editor = await openEditor(red, { theme, language });
    });
    after(async () => {
      await editor.close();
      await red.stop();
    });

    it('opens a panel, changes a value, saves and deploys it', async () => {
      const panel = await editor.open('inject');
      await panel.locator('#node-input-name').fill('b');
      await editor.save();
      equal((await editor.node('inject')).name, 'b');
      await editor.deploy();
      equal((await red.flows()).find(({ id }) => id === 'inject')?.name, 'b');
    });

    it('takes a picture where pictures are requested', async () => {
      const asked = process.env.ENSEMBLE_SCREENSHOTS;
      delete process.env.ENSEMBLE_SCREENSHOTS;
      equal(await editor.screenshot('kit'), undefined);
      process.env.ENSEMBLE_SCREENSHOTS = '1';
      equal(existsSync((await editor.screenshot(`kit-${theme}-${VERSION}`)) ?? ''), true);
      if (asked === undefined) delete process.env.ENSEMBLE_SCREENSHOTS;
    });

    it('opens the panel of a config node, however late its credentials come, and leaves it', async () => {
      const held = new Promise<Route>((resolve) => void editor.page.route('**/credentials/**', resolve, { times: 1 }));
      const opening = editor.open('tls');
      const place = opening.then((panel) => panel.evaluate((tray) => [tray.style.right, tray.matches(':focus-within')]));
      const credentials = await held;
      await editor.page.evaluate(FRAMES);
      await credentials.continue();
      // From here on, Node-RED neither moves it nor puts the focus anywhere.
      deepEqual(await place, ['0px', true]);
      const panel = await opening;
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

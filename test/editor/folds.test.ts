import { deepEqual, equal } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { bool, msg, num, str } from '../kit/typed-input';
import { LOGIN } from '../simulators/twinkly';
import { account } from '../twinkly/flows';
import { chooseOption, isMarked, noteOf, type, unfold } from './panel-actions';
import { PanelStage, placed } from './panel-stage';
import { variants } from './variants';

const command = (id: string, more: Readonly<Record<string, unknown>>) =>
  placed(id, 'twinkly-command', { connection: 'account', operation: 'turn-on', parameters: { id: str('48211') }, ...more });

const WORDS = {
  'en-US': { network: 'Network\nTimeout · TLS · Proxy' },
  de: { network: 'Netzwerk\nZeitlimit · TLS · Proxy' },
} as const;

/** The folds of a panel by their names, and whether each is open; those with nothing in them are not there. */
async function folds(panel: Locator): Promise<Record<string, boolean>> {
  const shown = await panel.locator('.ensemble-fold:visible').all();
  const all = shown.map(async (fold) => [await fold.getAttribute('data-fold'), (await fold.getAttribute('open')) !== null] as const);
  return Object.fromEntries(await Promise.all(all));
}
const summary = (panel: Locator, name: string): Locator => panel.locator(`[data-fold="${name}"] > summary`);

for (const variant of variants)
  describe(`folds of a panel: ${variant.theme}, ${variant.language}`, () => {
    const words = WORDS[variant.language];
    const stage = new PanelStage(
      variant,
      (address) => [
        account(`${address}/twinkly`, { name: 'Home', credentials: LOGIN }),
        account(`${address}/twinkly`, { id: 'slow', timeout: 2500, overrides: '{"colors":"given"}' }),
        account(`${address}/twinkly`, { id: 'behind', proxy: 'lost' }),
        command('plain', {}),
        command('waiting', { parameters: { id: str('48211'), waitForCompletion: num(20) }, result: 'answer' }),
        command('several', { parameters: { id: str('48211'), ids: str('48212') } }),
        command('message', { parameters: { id: str('48211'), unreliable: msg('careless') } }),
        command('wrong', { queueLimit: -1 }),
        command('none', { parameters: {} }),
        command('kept', { parameters: { id: str('48211'), async: bool(true) }, keepFor: 30 }),
        placed('list', 'twinkly-query', { connection: 'account', operation: 'list-objects' }),
        placed('events', 'sonata-events', { transport: 'mqtt', sharedGroup: 'house', connection: '' }),
      ],
      { height: 1200, mayRefuse: true },
    );

    const EXPECTED: Readonly<Record<string, Readonly<Record<string, boolean>>>> = {
      account: { advanced: false, network: false, report: false },
      slow: { advanced: true, network: true, report: false },
      behind: { advanced: false, network: true, report: false },
      plain: { advanced: false, delivery: false },
      waiting: { advanced: true, delivery: true },
      message: { advanced: true, delivery: false },
      wrong: { advanced: false, delivery: true },
      none: { advanced: false, delivery: false },
      list: { delivery: false },
      events: { advanced: true },
    };
    for (const [id, expected] of Object.entries(EXPECTED))
      it(`are open where something in them is not as usual: ${id}`, async () => {
        deepEqual(await folds(await stage.editor.open(id)), expected);
        await stage.editor.cancel();
      });

    it('say what is in them, and are opened and closed by the keyboard', async () => {
      const panel = await stage.editor.open('account');
      equal(await summary(panel, 'network').innerText(), words.network);
      await summary(panel, 'network').focus();
      await stage.editor.page.keyboard.press('Enter');
      equal(await panel.locator('#node-config-input-timeout').isVisible(), true);
      await stage.editor.page.keyboard.press('Tab');
      equal(await panel.locator('#node-config-input-timeout:focus').count(), 1);
      await summary(panel, 'network').press('Space');
      equal(await panel.locator('#node-config-input-timeout').isVisible(), false);
      await stage.editor.cancel();
    });

    it('keep what is in them when they are closed and the node is saved', async () => {
      const before = await stage.editor.node('kept');
      const panel = await stage.editor.open('kept');
      for (const name of ['advanced', 'delivery']) await summary(panel, name).click();
      await panel.locator('#node-input-name').fill('Porch');
      deepEqual(await folds(panel), { advanced: false, delivery: false });
      await stage.editor.save();
      const { parameters, keepFor, name } = await stage.editor.node('kept');
      deepEqual({ parameters, keepFor, name }, { parameters: before.parameters, keepFor: 30, name: 'Porch' });
    });

    it('never hide what is wrong', async () => {
      const panel = await stage.editor.open('kept');
      await panel.locator('#node-input-queueLimit').fill('many');
      await summary(panel, 'delivery').click();
      await noteOf(panel, 'node-input-queueLimit').waitFor();
      equal((await folds(panel)).delivery, true);
      await panel.locator('#node-input-queueLimit').fill('7');
      await summary(panel, 'delivery').click();
      deepEqual(await folds(panel), { advanced: true, delivery: false });
      await stage.editor.cancel();
    });

    it('open with the rows of another operation, and are not there where it has none', async () => {
      const panel = await stage.editor.open('list');
      await panel.locator('#node-input-operation').selectOption('get-installation-status');
      deepEqual(await folds(panel), { advanced: false, delivery: false });
      await type(panel, 'ensemble-parameter-legacyObjectIds', '48211');
      await panel.locator('#node-input-operation').selectOption('list-objects');
      deepEqual(await folds(panel), { delivery: false });
      await stage.editor.cancel();
    });

    it('follow the settings that they depend on', async () => {
      const panel = await stage.editor.open('events');
      await chooseOption(panel, 'node-input-transport', 'Webhook');
      await unfold(panel);
      equal(await panel.locator('#node-input-interval').isVisible(), true);
      equal(await panel.locator('#node-input-sharedGroup').isVisible(), false);
      await stage.editor.cancel();
    });

    it('mark the one that is missing of two, and both where both are filled', async () => {
      const marks = async (panel: Locator) => Promise.all(['id', 'ids'].map((name) => isMarked(panel, `ensemble-parameter-${name}`)));
      const panel = await stage.editor.open('none');
      deepEqual(await marks(panel), [true, false]);
      equal(await panel.locator('#ensemble-parameter-id-label .ensemble-required').count(), 1);
      await type(panel, 'ensemble-parameter-ids', '48211, 48212');
      deepEqual(await marks(panel), [false, false]);
      equal(await panel.locator('#ensemble-parameter-id-label .ensemble-required').count(), 0);
      await type(panel, 'ensemble-parameter-id', '48213');
      deepEqual(await marks(panel), [true, true]);
      await stage.picture('twinkly-both');
      await stage.editor.cancel();
      deepEqual(await marks(await stage.editor.open('several')), [true, true]);
      await stage.editor.cancel();
    });

    it('stand below Test, which follows the login and says in sight how it went', async () => {
      const { page } = stage.editor;
      await page.setViewportSize({ width: 1000, height: 420 });
      const panel = await stage.editor.open('account');
      const order = await panel
        .locator('input[type="password"]:visible, #ensemble-test, .ensemble-fold')
        .evaluateAll((all) => all.map(({ id, className }) => id || className));
      deepEqual(order.slice(-5), ['node-config-input-password', 'ensemble-test', ...Array.from({ length: 3 }, () => 'ensemble-fold')]);
      await panel.locator('#ensemble-test').click();
      equal(await stage.note(panel, 'ensemble-test', /6.*2/), 'good');
      const [body, note] = [await panel.locator('.red-ui-tray-body').boundingBox(), await noteOf(panel, 'ensemble-test').boundingBox()];
      const end = (box: typeof body) => (box ? box.y + box.height : 0);
      equal(end(note) <= end(body), true);
      await stage.editor.cancel();
    });
  });

import { deepEqual, equal, match } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { num, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { press } from '../simulators/simulated';
import { LOGIN } from '../simulators/twinkly';
import { account } from '../twinkly/flows';
import { unfold } from './panel-actions';
import { PanelStage, placed } from './panel-stage';
import { variants } from './variants';

const WORDS = {
  'en-US': { done: /confirmed, 2 different, \d cannot be told\.$/, entered: 'Entered above. Deploy to use it.', saved: /Saved as / },
  de: {
    done: /bestätigt, 2 anders, \d nicht feststellbar\.$/,
    entered: 'Oben eingetragen. Sie gilt nach der Übernahme (deploy).',
    saved: /Gespeichert als /,
  },
} as const;

for (const variant of variants)
  describe(`Check and Diagnostics in a panel: ${variant.theme}, ${variant.language}`, () => {
    const words = WORDS[variant.language];
    const stage = new PanelStage(
      variant,
      (address) => [
        account(`${address}/twinkly`, { name: 'Home', credentials: LOGIN, overrides: '{"colors":"given"}' }),
        placed('off', 'twinkly-command', {
          connection: 'account',
          operation: 'turn-off',
          parameters: { id: str('48211'), timeout: num(3) },
        }),
      ],
      { height: 1350 },
    );

    it('show what is otherwise, and enter the corrections beside those that are there', async () => {
      await press(stage.simulator, 'twinkly', 'faults', { otherwise: true });
      const panel = await stage.editor.open('account');
      await unfold(panel);
      await panel.locator('#ensemble-check').click();
      equal(await stage.note(panel, 'ensemble-check', words.done), 'warning');
      await stage.picture('check');
      const differing = panel.locator('[data-verdict="differs"]');
      equal(await differing.count(), 2);
      for (const index of [0, 1]) {
        await differing.nth(index).locator('button').click();
        equal(await differing.nth(index).locator('[role="status"]').textContent(), words.entered);
      }
      await stage.picture('check-entered');
      await stage.editor.save();
      await stage.editor.deploy();
      const { overrides } = (await stage.deployed('account')) as { overrides: string };
      const { colors, paths } = JSON.parse(overrides) as { colors: string; paths: Record<string, string> };
      deepEqual(
        [colors, paths['status.object'], paths['command.object']],
        ['given', 'GET /v3/objects/runtime', 'POST /v3/objects/{id}/runtime/command'],
      );
      await until('the node runs again', () => stage.red.instance('off'));
      stage.red.inject('off', {});
      await stage.red.status('off', { fill: 'green' });
    });

    it('ask before anything is sent', async () => {
      await press(stage.simulator, 'twinkly', 'faults', { otherwise: false });
      const panel = await stage.editor.open('account');
      await unfold(panel);
      await panel.locator('#ensemble-check').click();
      const probe = panel.locator('[title="twinkly-command-path"]');
      await probe.locator('button').click();
      await panel
        .locator('[title="twinkly-command-path"][data-verdict="differs"], [title="twinkly-command-path"][data-verdict="confirmed"]')
        .waitFor();
      await stage.editor.cancel();
    });

    it('save a file that can be sent as it is', async () => {
      const panel = await stage.editor.open('account');
      const saving = stage.editor.page.waitForEvent('download');
      await unfold(panel);
      await panel.locator('#ensemble-diagnostics').click();
      const file = await saving;
      equal(file.suggestedFilename(), 'ensemble-twinkly-account-diagnostics.json');
      const text = readFileSync(await file.path(), 'utf8');
      match(text, /"report": "ensemble-diagnostics 1"/);
      for (const own of [LOGIN.username, LOGIN.password, '48211', 'Eaves']) equal(text.includes(own), false, own);
      await stage.note(panel, 'ensemble-check', words.saved);
      await stage.picture('diagnostics');
    });
  });

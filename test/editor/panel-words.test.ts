import { deepEqual, equal, match } from 'node:assert/strict';
import { noteOf } from './panel-actions';
import { PanelStage, placed } from './panel-stage';
import { variants } from './variants';

const WORDS = {
  'en-US': {
    labels: ['Twinkly 127.0.0.1:1', 'Twinkly production', 'Sonata · installation 1', '127.0.0.1:1'],
    failed: /^The list could not be loaded: /,
    too: /This list could not be loaded either\.$/,
    neither: 'Fill in Groups or Things, or both',
  },
  de: {
    labels: ['Twinkly 127.0.0.1:1', 'Twinkly Produktion', 'Sonata · Installation 1', '127.0.0.1:1'],
    failed: /^Die Liste konnte nicht geladen werden: /,
    too: /Auch diese Liste konnte nicht geladen werden\.$/,
    neither: 'Gruppen oder Things ausfüllen, oder beides',
  },
} as const;

const NOWHERE = 'http://user:pass@127.0.0.1:1/prod/v1';

for (const variant of variants)
  describe(`what panels and labels say once: ${variant.theme}, ${variant.language}`, () => {
    const words = WORDS[variant.language];
    const stage = new PanelStage(
      variant,
      () => [
        { id: 'server', type: 'twinkly-account', environment: 'custom', baseUrl: NOWHERE },
        { id: 'cloud', type: 'twinkly-account', environment: 'production', baseUrl: NOWHERE },
        { id: 'gateway', type: 'sonata-gateway', baseUrl: NOWHERE, installationId: 1 },
        { id: 'frontend', type: 'thingsquare-frontend', baseUrl: 'http://127.0.0.1:1', authentication: 'anonymous' },
        { id: 'thingsee', type: 'thingsee-cloud', baseUrl: 'http://127.0.0.1:1' },
        placed('messages', 'thing-messages', { connection: 'thingsee' }),
        placed('filled', 'thing-messages', { connection: 'thingsee', things: 'TSPR01', y: 200 }),
      ],
      { mayRefuse: true },
    );

    it('a connection without a name is called after its server or installation, never after who logs in', async () => {
      deepEqual(await stage.labels('server', 'cloud', 'gateway', 'frontend'), words.labels);
    });

    it('why lists could not be loaded is said at the first of them', async () => {
      const panel = await stage.editor.open('messages');
      await stage.note(panel, 'node-input-groups', /./);
      await stage.note(panel, 'node-input-things', words.too);
      match((await noteOf(panel, 'node-input-groups').innerText()).trim(), words.failed);
      match((await noteOf(panel, 'node-input-things').innerText()).trim(), words.too);
      match((await noteOf(panel, 'node-input-things').locator('span').getAttribute('title')) ?? '', words.failed);
      await stage.editor.cancel();
    });

    it('a list that works again takes the errors of the others away', async () => {
      const panel = await stage.editor.open('filled');
      await stage.note(panel, 'node-input-groups', /./);
      await stage.note(panel, 'node-input-things', words.too);
      await stage.editor.page.route('**/ensemble/lookup/**', (route) => route.fulfill({ json: [{ value: 'TSPR01', label: 'Door' }] }));
      await panel.locator('.ensemble-row:has(#node-input-groups) button:has(.fa-refresh)').click();
      await stage.note(panel, 'node-input-things', /Door/);
      equal(await panel.locator('.ensemble-reason').count(), 0);
      await stage.editor.page.unroute('**/ensemble/lookup/**');
      await stage.editor.cancel();
    });

    it('messages of neither groups nor things are missing something, until one of both is there', async () => {
      deepEqual(((await stage.complaints('messages')) ?? []).includes(words.neither), true);
      deepEqual(((await stage.complaints('filled')) ?? []).includes(words.neither), false);
      const panel = await stage.editor.open('messages');
      const row = panel.locator('.ensemble-row:has(#node-input-groups)');
      equal(await row.locator('.ensemble-required').count(), 1);
      await panel.locator('#node-input-things').fill('TSPR01');
      equal(await row.locator('.ensemble-required').count(), 0);
      await stage.editor.cancel();
    });
  });

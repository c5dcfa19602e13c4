import { deepEqual, equal, match } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { chooseOption, noteOf, shownText, type } from '../editor/panel-actions';
import { PanelStage, placed } from '../editor/panel-stage';
import { variants } from '../editor/variants';
import { screenshot } from '../kit/browser';
import { type FlowNode, VERSION } from '../kit/node-red';
import { assertNoSecrets } from '../kit/secrets';
import { num, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { LOGIN } from '../simulators/twinkly';
import { account as config } from './flows';
import { oauthAccount as oauth, SECRET } from './sign-in';

const node = (id: string, y: number, more: object = {}) =>
  placed(id, 'twinkly-command', { connection: 'account', operation: 'set-color', x: 300, y, ...more });
const BRIGHTNESS = `\${BRI}`;
const flow = (address: string): FlowNode[] => [
  config(`${address}/twinkly`, { name: 'Home', credentials: LOGIN }),
  oauth(`${address}/twinkly`, { id: 'person' }),
  node('color', 120),
  node('brightness', 180, { operation: 'set-brightness' }),
  node('variable', 200, { operation: 'set-brightness', parameters: { id: str('48211'), brightness: { type: 'num', value: BRIGHTNESS } } }),
  node('effect', 240, { operation: 'play-effect' }),
  node('query', 300, { type: 'twinkly-query', operation: 'get-object-status' }),
  node('poll', 360, { type: 'twinkly-status-poll', operation: undefined }),
  node('custom', 420, { operation: 'custom' }),
  node('several', 480, { operation: 'apply' }),
];

const WORDS = {
  'en-US': {
    labels: ['Set colour · Eaves', 'Set brightness · Spruce', 'Apply · Spruce, Desk'],
    both: 'Only one of these may be filled in: ID or IDs',
    neither: 'Fill in one of these: ID or IDs',
    red: 'Colour: red must be a number from 0 to 255',
    green: 'Colour: green must be a number from 0 to 255',
    hue: 'Colour: the hue (h) must be a number from 0 to 360',
    signedIn: 'Signed in.',
    objects: /Signed in\. Objects: 6, installations: 2\./,
    none: 'Not signed in.',
  },
  de: {
    labels: ['Farbe setzen · Eaves', 'Helligkeit setzen · Spruce', 'Anwenden · Spruce, Desk'],
    both: 'Nur eines davon darf ausgefüllt sein: ID oder IDs',
    neither: 'Eines davon ausfüllen: ID oder IDs',
    red: 'Farbe: Rot muss eine Zahl von 0 bis 255 sein',
    green: 'Farbe: Grün muss eine Zahl von 0 bis 255 sein',
    hue: 'Farbe: Der Farbton (h) muss eine Zahl von 0 bis 360 sein',
    signedIn: 'Angemeldet.',
    objects: /Angemeldet\. Objekte: 6, Installationen: 2\./,
    none: 'Nicht angemeldet.',
  },
} as const;

for (const variant of variants)
  describe(`twinkly panels: ${variant.theme}, ${variant.language}`, () => {
    const { theme, language } = variant;
    const words = WORDS[language];
    const stage = new PanelStage(variant, flow, { height: 1350 });

    const parametersOf = async (id: string) => (await stage.editor.node(id)).parameters;
    const signInFrom = async (panel: Locator) => {
      const opening = stage.editor.page.waitForEvent('popup');
      await panel.locator('#ensemble-sign-in').click();
      const page = await opening;
      await page.locator('input[name="username"]').fill(LOGIN.username);
      await page.locator('input[name="password"]').fill(LOGIN.password);
      await page.locator('button').click();
      await page.locator('h1', { hasText: 'You are signed in' }).waitFor();
      await page.close();
    };

    it('pick an object by its name, and a colour that the node then shows', async () => {
      const panel = await stage.editor.open('color');
      await stage.choose(panel, 'ensemble-parameter-id', 'Eaves');
      await stage.note(panel, 'ensemble-parameter-id', /Eaves · .*LEDs: 250/);
      await panel.locator('.ensemble-color').fill('#ff8800');
      equal(await panel.locator('#ensemble-parameter-color-value').inputValue(), '#ff8800');
      await stage.picture('twinkly-command');
      await type(panel, 'ensemble-parameter-color', 'orange');
      equal(await noteOf(panel, 'ensemble-parameter-color').getAttribute('data-kind'), 'error');
      await type(panel, 'ensemble-parameter-color', '#0040ff');
      equal(await panel.locator('.ensemble-color').inputValue(), '#0040ff');
      await stage.editor.save();
      deepEqual(await parametersOf('color'), { id: str('48211'), color: str('#0040ff') });
      // The workspace is drawn anew in its own time.
      await until(
        'the swatch',
        () => stage.editor.page.locator('#color .ensemble-swatch:not(.hide) rect').getAttribute('fill'),
        (fill) => fill === '#0040ff',
      );
    });

    it('say of a colour which part is wrong, in words', async () => {
      const panel = await stage.editor.open('color');
      for (const [given, wanted] of [
        ['[300, 0, 0]', words.red],
        ['{"r":0,"g":-1,"b":0}', words.green],
        ['{"h":361,"s":100,"v":100}', words.hue],
      ] as const) {
        await type(panel, 'ensemble-parameter-color', given);
        equal((await noteOf(panel, 'ensemble-parameter-color').innerText()).trim(), wanted);
      }
      await stage.picture('twinkly-color-wrong');
      await stage.editor.cancel();
    });

    it('show a variable of the environment as it is, without a slider, and keep it', async () => {
      const before = await parametersOf('variable');
      const panel = await stage.editor.open('variable');
      equal(await panel.locator('#ensemble-parameter-brightness-value').inputValue(), BRIGHTNESS);
      equal(await panel.locator('.ensemble-slider').isVisible(), false);
      equal((await noteOf(panel, 'ensemble-parameter-brightness').innerText()).trim(), '');
      await stage.picture('twinkly-variable');
      await type(panel, 'ensemble-parameter-brightness', '40');
      equal(await panel.locator('.ensemble-slider').inputValue(), '40');
      await type(panel, 'ensemble-parameter-brightness', BRIGHTNESS);
      equal(await panel.locator('.ensemble-slider').isVisible(), false);
      await stage.editor.save();
      deepEqual(await parametersOf('variable'), before);
      equal(await stage.isValid('variable'), true);
    });

    it('set brightness by a slider', async () => {
      const panel = await stage.editor.open('brightness');
      await type(panel, 'ensemble-parameter-id', '48221');
      await stage.note(panel, 'ensemble-parameter-id', /Spruce/);
      await panel.locator('.ensemble-slider').fill('35');
      equal(await panel.locator('#ensemble-parameter-brightness-value').inputValue(), '35');
      await type(panel, 'ensemble-parameter-brightness', '60');
      equal(await panel.locator('.ensemble-slider').inputValue(), '60');
      await stage.picture('twinkly-brightness');
      await stage.editor.save();
      deepEqual(await parametersOf('brightness'), { id: str('48221'), brightness: num(60) });
    });

    it('offer the effects of the chosen object, and of installations those', async () => {
      const panel = await stage.editor.open('effect');
      await chooseOption(panel, 'ensemble-parameter-target', 1);
      await stage.choose(panel, 'ensemble-parameter-id', 'Garden');
      await stage.note(panel, 'ensemble-parameter-id', /Garden · LEDs: 590/);
      await stage.choose(panel, 'ensemble-parameter-effect', 'Aurora');
      await stage.note(panel, 'ensemble-parameter-effect', /Aurora/);
      await stage.picture('twinkly-effect');
      await stage.editor.save();
      deepEqual(await parametersOf('effect'), {
        target: str('installation'),
        id: str('702'),
        effect: str('aurora'),
      });
      const again = await stage.editor.open('effect');
      await stage.choose(again, 'ensemble-parameter-effect', 'Sparkle');
      await stage.note(again, 'ensemble-parameter-effect', /Sparkle/);
      await stage.editor.save();
      deepEqual(((await parametersOf('effect')) as { effect?: object }).effect, num(7));
    });

    it('command several objects, with the effects of the first', async () => {
      const panel = await stage.editor.open('several');
      for (const name of ['Spruce', 'Desk']) await stage.choose(panel, 'ensemble-parameter-ids', name);
      await stage.note(panel, 'ensemble-parameter-ids', /Spruce · .*LEDs: \d+.*Desk · .*LEDs: 60/);
      await stage.choose(panel, 'ensemble-parameter-effect', 'Snow');
      await stage.picture('twinkly-apply');
      await stage.editor.save();
      deepEqual(await parametersOf('several'), { ids: str('48221,48230'), effect: str('snow') });
    });

    it('want one ID or several, and not both', async () => {
      equal(await stage.isValid('several'), true);
      const both = await stage.editor.open('several');
      const saysBoth = async (panel: Locator) => {
        for (const name of ['id', 'ids'])
          equal(await stage.note(panel, `ensemble-parameter-${name}`, new RegExp(`^\\s*${words.both}\\s*$`)), 'error');
      };
      await type(both, 'ensemble-parameter-id', '48221');
      await saysBoth(both);
      await type(both, 'ensemble-parameter-id', '');
      await stage.note(both, 'ensemble-parameter-id', /^$/);
      await stage.note(both, 'ensemble-parameter-ids', /Spruce/);
      await type(both, 'ensemble-parameter-id', '48221');
      await stage.editor.save();
      deepEqual(await stage.complaints('several'), [words.both]);
      const none = await stage.editor.open('several');
      await saysBoth(none);
      await stage.picture('twinkly-both');
      for (const name of ['id', 'ids']) await type(none, `ensemble-parameter-${name}`, '');
      await stage.editor.save();
      deepEqual(await stage.complaints('several'), [words.neither]);
      const one = await stage.editor.open('several');
      await type(one, 'ensemble-parameter-ids', '48221,48230');
      await stage.editor.save();
      equal(await stage.isValid('several'), true);
    });

    it('put several ids into a list, and take one out again', async () => {
      const panel = await stage.editor.open('poll');
      for (const name of ['Eaves', 'Wreath', 'Desk', 'Wreath']) await stage.choose(panel, 'node-input-ids', name);
      equal(await panel.locator('#node-input-ids').inputValue(), '48211,48230');
      await stage.note(panel, 'node-input-ids', /Eaves · .*LEDs: 250.*Desk · .*LEDs: 60/);
      await stage.picture('twinkly-status-poll');
      await stage.editor.save();
      const { ids, interval, target, emit } = await stage.editor.node('poll');
      deepEqual({ ids, interval, target, emit }, { ids: '48211,48230', interval: 30, target: 'object', emit: 'changes' });
    });

    it('ask for objects by name in a query, and accept empty JSON', async () => {
      const query = await stage.editor.open('query');
      await stage.choose(query, 'ensemble-parameter-ids', 'Spruce');
      await stage.picture('twinkly-query');
      await stage.editor.save();
      deepEqual(await parametersOf('query'), { ids: str('48221') });
      const custom = await stage.editor.open('custom');
      await type(custom, 'ensemble-parameter-id', '48221');
      await type(custom, 'ensemble-parameter-command', 'reboot');
      equal(await custom.locator('.input-error').count(), 0);
      await stage.editor.save();
      equal(await stage.isValid('custom'), true);
    });

    it('label nodes by what they do, and to whom', async () => {
      deepEqual(await stage.labels('color', 'brightness', 'several'), words.labels);
      await stage.picture('twinkly-workspace');
    });

    it('try the login of an account, and ask for what applies', async () => {
      const panel = await stage.editor.open('account');
      await panel.locator('#ensemble-test').click();
      await stage.note(panel, 'ensemble-test', words.objects);
      equal(await panel.locator('#node-config-input-clientId').isVisible(), false);
      equal(await panel.locator('#node-config-input-clientSecret').isVisible(), false);
      equal(await panel.locator('#ensemble-sign-in').isVisible(), false);
      equal(await panel.locator('#node-config-input-password').inputValue(), '__PWRD__');
      await stage.picture('twinkly-account');
      await stage.editor.save();
      equal(await stage.isValid('account'), true);
    });

    it('let a person sign in before the account is deployed, or even added', async () => {
      const outer = await stage.editor.open('query');
      await outer.locator('.red-ui-button:has(.fa-plus)').first().click();
      const panel = await stage.editor.panel();
      await chooseOption(panel, 'node-config-input-environment', 2);
      await panel.locator('#node-config-input-baseUrl').waitFor();
      await panel.locator('#node-config-input-baseUrl').fill(`${stage.simulator.address}/twinkly`);
      await chooseOption(panel, 'node-config-input-authentication', 1);
      await panel.locator('#node-config-input-clientId').fill('ensemble');
      await panel.locator('#node-config-input-clientSecret').fill(SECRET);
      await signInFrom(panel);
      await stage.note(panel, 'ensemble-sign-in', new RegExp(words.signedIn));
      await panel.locator('#ensemble-test').click();
      await stage.note(panel, 'ensemble-test', words.objects);
      await stage.editor.save();
      await stage.editor.save();
      await stage.editor.deploy();
      const { connection } = await stage.editor.node('query');
      const told = await stage.red.admin(`/ensemble/sign-in/twinkly-account/${String(connection)}`);
      deepEqual(await told.json(), { signedIn: true, pending: false });
    });

    it('lead to the page of Twinkly, and back, and stay signed in over a restart', async () => {
      const panel = await stage.editor.open('person');
      await stage.note(panel, 'ensemble-sign-in', new RegExp(words.none));
      equal(await panel.locator('#node-config-input-password').isVisible(), false);
      const opening = stage.editor.page.waitForEvent('popup');
      await panel.locator('#ensemble-sign-in').click();
      const page = await opening;
      await page.locator('input[name="username"]').fill(LOGIN.username);
      await page.locator('input[name="password"]').fill('mistyped');
      await page.locator('button').click();
      await page.locator('[role="alert"]').waitFor();
      await screenshot(page, `twinkly-sign-in-${theme}-${VERSION}`);
      await page.locator('input[name="username"]').fill(LOGIN.username);
      await page.locator('input[name="password"]').fill(LOGIN.password);
      await page.locator('button').click();
      await page.locator('h1', { hasText: 'You are signed in' }).waitFor();
      await screenshot(page, `twinkly-signed-in-${theme}-${VERSION}`);
      await page.close();
      await stage.note(panel, 'ensemble-sign-in', new RegExp(words.signedIn));
      await stage.picture('twinkly-account-oauth');
      await panel.locator('#ensemble-test').click();
      await stage.note(panel, 'ensemble-test', words.objects);
      await stage.editor.save();
      await stage.editor.deploy();
      await assertNoSecrets(stage.red, [SECRET, LOGIN.password], { routes: ['/ensemble/sign-in/twinkly-account/person'] });
      await stage.restart();
      const again = await stage.editor.open('person');
      await stage.note(again, 'ensemble-sign-in', new RegExp(words.signedIn));
      await again.locator('#ensemble-test').click();
      await stage.note(again, 'ensemble-test', words.objects);
      match(await again.locator('#ensemble-sign-in-hint').innerText(), /\/ensemble\/signed-in$/);
      await stage.editor.save();
    });

    it('have saved what the contract says', async () => {
      const { type: kind, connection, operation, parameters, result, delivery, queueLimit } = await stage.deployed('color');
      deepEqual([kind, connection, operation], ['twinkly-command', 'account', 'set-color']);
      deepEqual(parameters, { id: str('48211'), color: str('#0040ff') });
      deepEqual([result, delivery, queueLimit], ['payload', 'all', 1000]);
      const panel = await stage.editor.open('poll');
      equal(await shownText(panel, 'node-input-target'), language === 'de' ? 'Objekte' : 'objects');
      await stage.editor.save();
      equal(await stage.isDirty(), false);
    });
  });

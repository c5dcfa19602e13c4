import { deepEqual, equal, match } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { Simulator } from '../../src/simulators/simulator';
import { chooseOption, noteOf, shown, type } from '../editor/panel-actions';
import { variants } from '../editor/variants';
import { screenshot } from '../kit/browser';
import { type Editor, openEditor } from '../kit/editor';
import { type FlowNode, type NodeRed, startNodeRed, VERSION } from '../kit/node-red';
import { assertNoSecrets } from '../kit/secrets';
import { num, str } from '../kit/typed-input';
import { LOGIN } from '../simulators/twinkly';
import { account as config } from './flows';
import { account as oauth, SECRET } from './sign-in';

declare const RED: {
  utils: { getNodeLabel(node: unknown): string };
  nodes: { dirty(): boolean; node(id: string): { valid: boolean } };
};
// What the functions given to `evaluate` find in the page.
declare const document: { querySelector(selector: string): object | null };
declare const getComputedStyle: (element: object | null) => { stroke: string; fill: string };

const node = (id: string, more: Record<string, unknown>): FlowNode => {
  const action = { type: 'twinkly-command', connection: 'account', operation: 'set-color' };
  return { id, z: 'tab', x: 300, y: 120, wires: [[]], ...action, ...more };
};
const flow = (cloud: string): FlowNode[] => [
  { id: 'tab', type: 'tab', label: 'panels' },
  config(cloud, { name: 'Home', credentials: LOGIN }),
  oauth(cloud, { id: 'person' }),
  node('color', {}),
  node('brightness', { y: 180, operation: 'set-brightness' }),
  node('effect', { y: 240, operation: 'play-effect' }),
  node('query', { y: 300, type: 'twinkly-query', operation: 'get-object-status' }),
  node('poll', { y: 360, type: 'twinkly-status-poll', operation: undefined }),
  node('custom', { y: 420, operation: 'custom' }),
];

const WORDS = {
  'en-US': {
    labels: ['Set colour 48211', 'Set brightness 48221'],
    signedIn: 'Signed in.',
    none: 'Not signed in.',
  },
  de: {
    labels: ['Farbe setzen 48211', 'Helligkeit setzen 48221'],
    signedIn: 'Angemeldet.',
    none: 'Nicht angemeldet.',
  },
} as const;

for (const { theme, language, options } of variants)
  describe(`twinkly panels: ${theme}, ${language}`, () => {
    const words = WORDS[language];
    let red: NodeRed;
    let simulator: Simulator;
    let editor: Editor;

    const open = () => openEditor(red, { theme, language, width: 1400, height: 1350 });
    before(async () => {
      simulator = await Simulator.start({ port: 0, mqttPort: 0 });
      red = await startNodeRed(options);
      await red.deploy(flow(`${simulator.address}/twinkly`));
      editor = await open();
    });
    afterEach(() => deepEqual(editor.errors, []));
    after(async () => {
      await editor.close();
      await red.stop();
      await simulator.close();
    });

    const picture = (name: string) => editor.screenshot(`${name}-${theme}-${VERSION}`);
    const parametersOf = async (id: string) => (await editor.node(id)).parameters;
    const good = (panel: Locator, id: string, text: RegExp) => noteOf(panel, id).filter({ hasText: text }).waitFor();
    const choose = async (panel: Locator, id: string, label: string) => {
      await panel.locator(`.ensemble-row:has(#${id}) .ensemble-icon`).first().click();
      await panel.page().locator('.ensemble-item:visible', { hasText: label }).first().click();
    };

    const signInFrom = async (panel: Locator) => {
      const opening = editor.page.waitForEvent('popup');
      await panel.locator('#ensemble-sign-in').click();
      const page = await opening;
      await page.locator('input[name="username"]').fill(LOGIN.username);
      await page.locator('input[name="password"]').fill(LOGIN.password);
      await page.locator('button').click();
      await page.locator('h1', { hasText: 'You are signed in' }).waitFor();
      await page.close();
    };

    it('pick an object by its name, and a colour by eye; the node wears it', async () => {
      const panel = await editor.open('color');
      await choose(panel, 'ensemble-parameter-id', 'Eaves');
      await good(panel, 'ensemble-parameter-id', /Eaves · 250 LEDs/);
      await panel.locator('.ensemble-color').fill('#ff8800');
      equal(await panel.locator('#ensemble-parameter-color-value').inputValue(), '#ff8800');
      await picture('twinkly-command');
      await type(panel, 'ensemble-parameter-color', 'orange');
      equal(await noteOf(panel, 'ensemble-parameter-color').getAttribute('data-kind'), 'error');
      await type(panel, 'ensemble-parameter-color', '#0040ff');
      equal(await panel.locator('.ensemble-color').inputValue(), '#0040ff');
      await editor.save();
      deepEqual(await parametersOf('color'), { id: str('48211'), color: str('#0040ff') });
      // The workspace is drawn anew in its own time.
      await editor.page.locator('.ensemble-label-color text').first().waitFor();
      const { stroke, fill } = await editor.page.evaluate(() => {
        const { stroke, fill } = getComputedStyle(document.querySelector('.ensemble-label-color text'));
        return { stroke, fill };
      });
      deepEqual([stroke, fill], ['rgb(0, 64, 255)', 'rgb(255, 255, 255)']);
    });

    it('set brightness by a slider', async () => {
      const panel = await editor.open('brightness');
      await type(panel, 'ensemble-parameter-id', '48221');
      await panel.locator('.ensemble-slider').fill('35');
      equal(await panel.locator('#ensemble-parameter-brightness-value').inputValue(), '35');
      await type(panel, 'ensemble-parameter-brightness', '60');
      equal(await panel.locator('.ensemble-slider').inputValue(), '60');
      await picture('twinkly-brightness');
      await editor.save();
      deepEqual(await parametersOf('brightness'), { id: str('48221'), brightness: num(60) });
    });

    it('offer the effects of the chosen object, and of installations those', async () => {
      const panel = await editor.open('effect');
      await chooseOption(panel, 'ensemble-parameter-target', 1);
      await choose(panel, 'ensemble-parameter-id', 'Garden');
      await good(panel, 'ensemble-parameter-id', /Garden · 590 LEDs/);
      await choose(panel, 'ensemble-parameter-effect', 'Aurora');
      await good(panel, 'ensemble-parameter-effect', /Aurora/);
      await picture('twinkly-effect');
      await editor.save();
      deepEqual(await parametersOf('effect'), {
        target: str('installation'),
        id: str('702'),
        effect: str('aurora'),
      });
      const again = await editor.open('effect');
      await choose(again, 'ensemble-parameter-effect', 'Sparkle');
      await good(again, 'ensemble-parameter-effect', /Sparkle/);
      await editor.save();
      deepEqual(((await parametersOf('effect')) as { effect?: object }).effect, num(7));
    });

    it('put several ids into a list, and take one out again', async () => {
      const panel = await editor.open('poll');
      for (const name of ['Eaves', 'Wreath', 'Desk', 'Wreath']) await choose(panel, 'node-input-ids', name);
      equal(await panel.locator('#node-input-ids').inputValue(), '48211,48230');
      await good(panel, 'node-input-ids', /Eaves · 250 LEDs.*Desk · 60 LEDs/);
      await picture('twinkly-status-poll');
      await editor.save();
      const { ids, interval, target, emit } = await editor.node('poll');
      deepEqual({ ids, interval, target, emit }, { ids: '48211,48230', interval: 30, target: 'object', emit: 'changes' });
    });

    it('ask for objects by name in a query, and leave empty JSON in peace', async () => {
      const query = await editor.open('query');
      await choose(query, 'ensemble-parameter-ids', 'Spruce');
      await picture('twinkly-query');
      await editor.save();
      deepEqual(await parametersOf('query'), { ids: str('48221') });
      const custom = await editor.open('custom');
      await type(custom, 'ensemble-parameter-id', '48221');
      await type(custom, 'ensemble-parameter-command', 'reboot');
      equal(await custom.locator('.input-error').count(), 0);
      await editor.save();
      equal(await editor.page.evaluate(() => RED.nodes.node('custom').valid), true);
    });

    it('label nodes by what they do, and to whom', async () => {
      const label = (id: string) => editor.page.evaluate((wanted) => RED.utils.getNodeLabel(RED.nodes.node(wanted)), id);
      deepEqual(await Promise.all(['color', 'brightness'].map(label)), words.labels);
      await picture('twinkly-workspace');
    });

    it('try the login of an account, and ask for what applies', async () => {
      const panel = await editor.open('account');
      await panel.locator('#ensemble-test').click();
      await good(panel, 'ensemble-test', /Signed in\. Objects: 6, installations: 2\./);
      equal(await panel.locator('#node-config-input-clientId').isVisible(), false);
      equal(await panel.locator('#node-config-input-clientSecret').isVisible(), false);
      equal(await panel.locator('#ensemble-sign-in').isVisible(), false);
      equal(await panel.locator('#node-config-input-password').inputValue(), '__PWRD__');
      await picture('twinkly-account');
      await editor.save();
      equal(await editor.page.evaluate(() => RED.nodes.node('account').valid), true);
    });

    it('let a person sign in before the account is deployed, or even added', async () => {
      const outer = await editor.open('query');
      await outer.locator('.red-ui-button:has(.fa-plus)').first().click();
      const panel = await editor.panel();
      await chooseOption(panel, 'node-config-input-environment', 2);
      await panel.locator('#node-config-input-baseUrl').waitFor();
      await panel.locator('#node-config-input-baseUrl').fill(`${simulator.address}/twinkly`);
      await chooseOption(panel, 'node-config-input-authentication', 1);
      await panel.locator('#node-config-input-clientId').fill('ensemble');
      await panel.locator('#node-config-input-clientSecret').fill(SECRET);
      await signInFrom(panel);
      await good(panel, 'ensemble-sign-in', new RegExp(words.signedIn));
      await panel.locator('#ensemble-test').click();
      await good(panel, 'ensemble-test', /Signed in\. Objects: 6/);
      await editor.save();
      await editor.save();
      await editor.deploy();
      const { connection } = await editor.node('query');
      const told = await red.admin(`/ensemble/sign-in/twinkly-account/${String(connection)}`);
      deepEqual(await told.json(), { signedIn: true, pending: false });
    });

    it('lead to the page of Twinkly, and back, and stay signed in over a restart', async () => {
      const panel = await editor.open('person');
      await good(panel, 'ensemble-sign-in', new RegExp(words.none));
      equal(await panel.locator('#node-config-input-password').isVisible(), false);
      const opening = editor.page.waitForEvent('popup');
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
      await good(panel, 'ensemble-sign-in', new RegExp(words.signedIn));
      await picture('twinkly-account-oauth');
      await panel.locator('#ensemble-test').click();
      await good(panel, 'ensemble-test', /Signed in\. Objects: 6/);
      await editor.save();
      await editor.deploy();
      await editor.close();
      await assertNoSecrets(red, [SECRET, LOGIN.password], { routes: ['/ensemble/sign-in/twinkly-account/person'] });
      red = await red.restart();
      editor = await open();
      const again = await editor.open('person');
      await good(again, 'ensemble-sign-in', new RegExp(words.signedIn));
      await again.locator('#ensemble-test').click();
      await good(again, 'ensemble-test', /Signed in\. Objects: 6/);
      match(await again.locator('#ensemble-sign-in-hint').innerText(), /\/ensemble\/signed-in$/);
      await editor.save();
    });

    it('have saved what the contract says', async () => {
      const saved = (await red.flows()).find(({ id }) => id === 'color') ?? {};
      const { type: kind, connection, operation, parameters, result, delivery, queueLimit } = saved as Record<string, unknown>;
      deepEqual(
        { kind, connection, operation, parameters, result, delivery, queueLimit },
        {
          kind: 'twinkly-command',
          connection: 'account',
          operation: 'set-color',
          parameters: { id: str('48211'), color: str('#0040ff') },
          result: 'payload',
          delivery: 'all',
          queueLimit: 1000,
        },
      );
      const panel = await editor.open('poll');
      equal(await shown(panel, 'node-input-target'), language === 'de' ? 'Objekte' : 'objects');
      await editor.save();
      equal(await editor.page.evaluate(() => RED.nodes.dirty()), false);
    });
  });

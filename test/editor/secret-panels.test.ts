import { deepEqual, equal } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { Simulator } from '../../src/simulators/simulator';
import { type Editor, openEditor } from '../kit/editor';
import { type FlowNode, type NodeRed, startNodeRed, VERSION } from '../kit/node-red';
import { str } from '../kit/typed-input';
import { LOGIN } from '../simulators/twinkly';
import { account } from '../twinkly/flows';
import { noteOf } from './panel-actions';
import { variants } from './variants';

const WORDS = {
  'en-US': {
    good: /^\s*Signed in\. Objects: 6/,
    retype: /Stored for another address: E-mail, Password\. Enter it again .* \(NOT_CONFIGURED\)/,
    environment: /Environment variables are read only for deployed settings: Password\. Deploy first/,
    list: /The list could not be loaded: Stored for another address: E-mail, Password\./,
  },
  de: {
    good: /^\s*Signed in\. Objects: 6/,
    retype: /Für eine andere Adresse gespeichert: E-Mail, Passwort\. .* \(NOT_CONFIGURED\)/,
    environment: /Umgebungsvariablen werden nur für übernommene \(deploy\) Einstellungen gelesen: Passwort\. Bitte zuerst übernehmen/,
    list: /Für eine andere Adresse gespeichert: E-Mail, Passwort\./,
  },
} as const;

const variable = (name: string): string => `$${`{${name}}`}`;

for (const { theme, language, options } of variants)
  describe(`panels and stored secrets: ${theme}, ${language}`, () => {
    const words = WORDS[language];
    let red: NodeRed;
    let simulator: Simulator;
    let editor: Editor;

    before(async () => {
      simulator = await Simulator.start({ port: 0, mqttPort: 0 });
      red = await startNodeRed(options);
      const env = [{ name: 'TREE', value: '48211', type: 'str' }];
      const group: FlowNode = { id: 'group', type: 'group', z: 'tab', nodes: ['effect'], env, style: {}, x: 100, y: 60, w: 300, h: 120 };
      const parameters = { id: str(variable('TREE')) };
      await red.deploy([
        { id: 'tab', type: 'tab', label: 'secrets' },
        group,
        account(`${simulator.address}/twinkly`, { credentials: LOGIN }),
        {
          ...{ id: 'effect', type: 'twinkly-command', z: 'tab', g: 'group', x: 200, y: 120, wires: [[]] },
          connection: 'account',
          operation: 'play-effect',
          parameters,
        },
      ]);
      editor = await openEditor(red, { theme, language, width: 1400, height: 1000 });
    });
    after(async () => {
      await editor.close();
      await red.stop();
      await simulator.close();
    });
    afterEach(() => {
      // A refusal is answered with 400, which Chromium logs.
      deepEqual(
        editor.errors.splice(0).filter((error) => !/400.*\/ensemble\//.test(error)),
        [],
      );
    });

    const note = (panel: Locator, id: string, text: RegExp) => noteOf(panel, id).filter({ hasText: text }).waitFor();
    const test = async (panel: Locator, text: RegExp) => {
      await panel.locator('#ensemble-test').click();
      await note(panel, 'ensemble-test', text);
    };

    it('read a variable of a group for the node that stands in it', async () => {
      const panel = await editor.open('effect');
      await panel.locator('.ensemble-row:has(#ensemble-parameter-effect) .ensemble-icon').first().click();
      await editor.page.locator('.ensemble-item:visible', { hasText: 'Aurora' }).first().waitFor();
      await editor.page.keyboard.press('Escape');
      await editor.cancel();
    });

    it('ask for a secret again where the address is another, and say so in words', async () => {
      let panel = await editor.open('account');
      await test(panel, words.good);
      // The same server by another name.
      await panel.locator('#node-config-input-baseUrl').fill(`${simulator.address.replace('127.0.0.1', 'localhost')}/twinkly`);
      await test(panel, words.retype);
      equal(await noteOf(panel, 'ensemble-test').getAttribute('data-kind'), 'error');
      await editor.screenshot(`secret-retype-${theme}-${VERSION}`);
      await panel.locator('#node-config-input-username').fill(LOGIN.username);
      await panel.locator('#node-config-input-password').fill(variable('SOME_PASSWORD'));
      await test(panel, words.environment);
      await panel.locator('#node-config-input-password').fill(LOGIN.password);
      await test(panel, words.good);
      await editor.cancel();

      panel = await editor.open('account');
      await panel.locator('#node-config-input-baseUrl').fill(`${simulator.address.replace('127.0.0.1', 'localhost')}/twinkly`);
      await editor.save();
      panel = await editor.open('effect');
      await note(panel, 'ensemble-parameter-id', words.list);
      await editor.screenshot(`secret-list-${theme}-${VERSION}`);
      await editor.cancel();
    });
  });

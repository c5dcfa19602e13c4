import { equal } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { FlowNode } from '../kit/node-red';
import { str } from '../kit/typed-input';
import { LOGIN } from '../simulators/twinkly';
import { account } from '../twinkly/flows';
import { noteOf } from './panel-actions';
import { PanelStage, placed } from './panel-stage';
import { variants } from './variants';

const WORDS = {
  'en-US': {
    good: /^\s*Signed in\. Objects: 6/,
    retype: /Stored for another address: Password\. Enter it again, or deploy first\. \(NOT_CONFIGURED\)/,
    environment: /Environment variables are read only for deployed settings: Password\. Deploy first/,
    login: /must be an address without a username and a password\.$/,
    query: /must be an address without \? and # and what follows them\.$/,
    port: /must be an address with a port from 1 to 65535\.$/,
    begins: /must be an address that begins with https:\/\/ or http:\/\/$/,
    see: /is not valid\. The reason stands below the field\.$/,
    unset: /the environment variable in \$\{KIT_NOT_SET\} is not set\./,
    list: /The list could not be loaded: Stored for another address: Password\./,
  },
  de: {
    good: /^\s*Angemeldet\. Objekte: 6/,
    retype: /Für eine andere Adresse gespeichert: Passwort\. (?!.*im Dialog).* \(NOT_CONFIGURED\)/,
    environment: /Umgebungsvariablen werden nur für übernommene \(deploy\) Einstellungen gelesen: Passwort\. Bitte zuerst übernehmen/,
    login: /muss eine Adresse ohne Benutzernamen und Passwort sein\.$/,
    query: /muss eine Adresse ohne \? und # und das sein, was darauf folgt\.$/,
    port: /muss eine Adresse mit einem Port von 1 bis 65535 sein\.$/,
    begins: /erwartet wird eine Adresse, die mit https:\/\/ oder http:\/\/ beginnt$/,
    see: /ist ungültig\. Der Grund steht unter dem Feld\.$/,
    unset: /Die Umgebungsvariable in \$\{KIT_NOT_SET\} ist nicht gesetzt\./,
    list: /Für eine andere Adresse gespeichert: Passwort\./,
  },
} as const;

const variable = (name: string): string => `$${`{${name}}`}`;

for (const variant of variants)
  describe(`panels and stored secrets: ${variant.theme}, ${variant.language}`, () => {
    const words = WORDS[variant.language];
    const env = [{ name: 'TREE', value: '48211', type: 'str' }];
    const parameters = { id: str(variable('TREE')) };
    const flow = (address: string): FlowNode[] => [
      { id: 'group', type: 'group', z: 'tab', nodes: ['effect'], env, style: {}, x: 100, y: 60, w: 300, h: 120 },
      account(`${address}/twinkly`, { credentials: LOGIN }),
      placed('effect', 'twinkly-command', { g: 'group', y: 120, connection: 'account', operation: 'play-effect', parameters }),
    ];
    const stage = new PanelStage(variant, flow, { height: 1000, mayRefuse: true });

    const test = async (panel: Locator, text: RegExp) => {
      await panel.locator('#ensemble-test').click();
      await stage.note(panel, 'ensemble-test', text);
    };

    it('read a variable of a group for the node that stands in it', async () => {
      const panel = await stage.editor.open('effect');
      await stage.listButton(panel, 'ensemble-parameter-effect').click();
      await stage.entries().filter({ hasText: 'Aurora' }).first().waitFor();
      await stage.editor.page.keyboard.press('Escape');
      await stage.editor.cancel();
    });

    it('say what is wrong with an address, once', async () => {
      const panel = await stage.editor.open('account');
      const field = panel.locator('#node-config-input-baseUrl');
      for (const [typed, said] of [
        ['http://user:pw@host/', words.login],
        ['http://host/twinkly?x=1', words.query],
        ['http://127.0.0.1:99999', words.port],
        ['host/twinkly', words.begins],
      ] as const) {
        await field.fill(typed);
        await stage.note(panel, 'node-config-input-baseUrl', said);
      }
      await test(panel, words.see);
      await stage.picture('wrong-address');
      await field.fill(variable('KIT_NOT_SET'));
      await test(panel, words.unset);
      await stage.editor.cancel();
    });

    it('ask for a secret again where the address is another, and say so in words', async () => {
      let panel = await stage.editor.open('account');
      await test(panel, words.good);
      // The same server by another name.
      await panel.locator('#node-config-input-baseUrl').fill(`${stage.simulator.address.replace('127.0.0.1', 'localhost')}/twinkly`);
      await test(panel, words.retype);
      equal(await noteOf(panel, 'ensemble-test').getAttribute('data-kind'), 'error');
      await stage.picture('secret-retype');
      await panel.locator('#node-config-input-password').fill(variable('SOME_PASSWORD'));
      await test(panel, words.environment);
      await panel.locator('#node-config-input-password').fill(LOGIN.password);
      await test(panel, words.good);
      await stage.editor.cancel();

      panel = await stage.editor.open('account');
      await panel.locator('#node-config-input-baseUrl').fill(`${stage.simulator.address.replace('127.0.0.1', 'localhost')}/twinkly`);
      await stage.editor.save();
      panel = await stage.editor.open('effect');
      await stage.note(panel, 'ensemble-parameter-id', words.list);
      await stage.picture('secret-list');
      await stage.editor.cancel();
    });
  });

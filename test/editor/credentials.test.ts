import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { FlowNode } from '../kit/node-red';
import { str } from '../kit/typed-input';
import { until } from '../kit/within';
import { PanelStage, placed } from './panel-stage';
import { variants } from './variants';

// What the functions given to `evaluate` find in the page.
interface Marked {
  matches(selector: string): boolean;
}
declare const RED: { nodes: { filterNodes(filter: object): object[]; createExportableNodeSet(nodes: object[]): object[] } };

const SECRET = 'never-shown-5d1f';
const SHOW = { 'en-US': 'Show what is typed', de: 'Eingabe anzeigen' } as const;

/** For each config node: what can be read, and what cannot. */
const LOGINS = {
  twinkly: { type: 'twinkly-account', shown: ['username'], hidden: ['password'], more: { authentication: 'password' } },
  sonata: { type: 'sonata-gateway', shown: ['mqttUsername'], hidden: ['mqttPassword'], more: {} },
  thingsquare: { type: 'thingsquare-frontend', shown: ['login'], hidden: ['password'], more: { authentication: 'login' } },
  thingsee: { type: 'thingsee-cloud', shown: ['clientId', 'mqttUsername'], hidden: ['clientSecret', 'mqttPassword'], more: {} },
} as const;

const named = (names: readonly string[], value: (name: string) => string): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, value(name)]));
const baseUrl = 'https://vendor.example';
const nodes = Object.entries(LOGINS).map(
  ([id, { type, shown, hidden, more }]): FlowNode => ({
    ...{ id, type, baseUrl, ...more },
    credentials: { ...named(shown, (name) => `${name}@example.com`), ...named(hidden, () => SECRET) },
  }),
);
const matrix = { deviceId: str('1'), installationId: str('1') };

for (const variant of variants)
  describe(`credentials in a panel: ${variant.theme}, ${variant.language}`, () => {
    const stage = new PanelStage(variant, () => [
      ...nodes,
      { id: 'bare', type: 'twinkly-account', baseUrl, authentication: 'password' },
      placed('bareUser', 'twinkly-query', { connection: 'bare', operation: 'list-objects' }),
      placed('objects', 'twinkly-query', { connection: 'twinkly', operation: 'list-objects' }),
      placed('off', 'sonata-pattern', { connection: 'sonata', operation: 'off', parameters: matrix }),
      placed('user', 'thingsquare-user', { connection: 'thingsquare', operation: 'get' }),
      placed('alerting', 'thing-query', { connection: 'thingsee', operation: 'list-alerting' }),
    ]);
    const input = (panel: Locator, name: string) => panel.locator(`#node-config-input-${name}`);
    const eye = (panel: Locator) => panel.locator(`button[aria-label="${SHOW[variant.language]}"]:visible`);

    const reads = async (domain: string) => {
      for (const [id, { shown, hidden }] of Object.entries(LOGINS)) {
        const panel = await stage.editor.open(id);
        for (const name of shown) {
          equal(await input(panel, name).inputValue(), `${name}@${domain}`, `${id}: ${name}`);
          deepEqual(
            [await input(panel, name).getAttribute('type'), await input(panel, name).getAttribute('autocomplete')],
            ['text', 'off'],
          );
        }
        for (const name of hidden) {
          equal(await input(panel, name).inputValue(), '__PWRD__', `${id}: ${name}`);
          equal(await input(panel, name).getAttribute('autocomplete'), 'new-password');
        }
        equal(await eye(panel).count(), 0, `${id}: nothing is typed that could be shown`);
        await stage.picture(`credentials-${id}`);
        await stage.editor.cancel();
      }
    };

    it('can be read where they are no secret, as another release has stored them', () => reads('example.com'));

    it('are red where they are required and missing, in the panel and on the node, and nowhere else', async () => {
      const isRed = (panel: Locator, name: string) =>
        input(panel, name).evaluate((one: unknown) => (one as Marked).matches('.input-error'));
      let panel = await stage.editor.open('twinkly');
      deepEqual([await isRed(panel, 'username'), await isRed(panel, 'password')], [false, false]);
      await stage.editor.save();
      equal(await stage.isValid('twinkly'), true);
      panel = await stage.editor.open('bare');
      const fields = ['username', 'password', 'clientSecret'];
      deepEqual(await Promise.all(fields.map((name) => isRed(panel, name))), [true, true, false]);
      await stage.picture('credentials-missing');
      await stage.editor.save();
      equal(await stage.isValid('bare'), false);
      equal((await stage.complaints('bare'))?.length, 2);
      panel = await stage.editor.open('bare');
      await input(panel, 'username').fill('me@example.com');
      await input(panel, 'password').fill(SECRET);
      await input(panel, 'password').press('Tab');
      deepEqual(await Promise.all(fields.map((name) => isRed(panel, name))), [false, false, false]);
      await stage.editor.save();
      equal(await stage.isValid('bare'), true);
    });

    it('stay what they are when their dialog is saved and deployed, and can be changed', async () => {
      for (const [id, { shown }] of Object.entries(LOGINS)) {
        const panel = await stage.editor.open(id);
        for (const name of shown) await input(panel, name).fill(`${name}@example.org`);
        await stage.editor.save();
      }
      await stage.editor.deploy();
      for (const [id, { shown, hidden }] of Object.entries(LOGINS)) {
        await until(`${id} runs again`, () => stage.red.instance(id));
        deepEqual(
          { ...stage.red.node(id).credentials },
          { ...named(shown, (name) => `${name}@example.org`), ...named(hidden, () => SECRET) },
        );
      }
      await stage.reopen();
      await reads('example.org');
    });

    it('are in no flow, and in no export', async () => {
      const panel = await stage.editor.open('twinkly');
      await input(panel, 'username').fill('somebody@example.net');
      await stage.editor.save();
      const exported = await stage.editor.page.evaluate(() => JSON.stringify(RED.nodes.createExportableNodeSet(RED.nodes.filterNodes({}))));
      const deployed = JSON.stringify(await stage.red.flows());
      for (const text of [exported, deployed]) {
        ok(text.includes('twinkly-account'), text);
        ok(!/example\.(com|org|net)|never-shown/.test(text), text);
      }
    });

    it('that are secret are shown while they are typed, and not when they are stored', async () => {
      const panel = await stage.editor.open('sonata');
      const password = input(panel, 'mqttPassword');
      await password.focus();
      await stage.editor.page.keyboard.type('typed now');
      equal(await password.inputValue(), 'typed now');
      equal(await password.getAttribute('type'), 'password');
      await eye(panel).click();
      equal(await password.getAttribute('type'), 'text');
      await stage.picture('credentials-typed');
      // What stands for a stored one is masked again.
      await password.fill('__PWRD__');
      equal(await password.getAttribute('type'), 'password');
      await stage.editor.cancel();
    });
  });

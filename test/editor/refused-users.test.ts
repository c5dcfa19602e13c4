import { deepEqual, equal } from 'node:assert/strict';
import type { Locator, Route } from 'playwright-core';
import { type Editor, openEditor } from '../kit/editor';
import { type NodeRed, startNodeRed, type User } from '../kit/node-red';
import { noteOf, unfold } from './panel-actions';
import { placed } from './panel-stage';
import { variants, withLogin } from './variants';

/** What a person reads who may not use a function, or whose request does not come to Node-RED. */
const WORDS = {
  'en-US': {
    permission: 'You may not do this in this Node-RED. Your user needs the permission to deploy.',
    login: 'Your login to this Node-RED has expired. Log in again.',
    offline: 'Node-RED cannot be reached from this browser. Check that it is running, and that the network is there.',
    proxy: (status: number) =>
      `A proxy in front of Node-RED has answered in its place (HTTP ${status}). Check that Node-RED is running, and what the proxy does.`,
    outdated: /^This Node-RED does not have this function \(HTTP 404\)\./,
    list: 'The list could not be loaded: ',
  },
  de: {
    permission: 'In diesem Node-RED dürfen Sie das nicht. Ihr Benutzer braucht die Berechtigung zum Übernehmen (deploy).',
    login: 'Ihre Anmeldung bei diesem Node-RED ist abgelaufen. Bitte neu anmelden.',
    offline: 'Node-RED ist von diesem Browser aus nicht erreichbar. Bitte prüfen, ob es läuft, und ob das Netzwerk da ist.',
    proxy: (status: number) =>
      `Ein Proxy vor Node-RED hat an dessen Stelle geantwortet (HTTP ${status}). Bitte prüfen, ob Node-RED läuft, und was der Proxy tut.`,
    outdated: /^Dieses Node-RED hat diese Funktion nicht \(HTTP 404\)\./,
    list: 'Die Liste konnte nicht geladen werden: ',
  },
} as const;

const page = '<html><body>Bad gateway</body></html>';

for (const { theme, language } of variants)
  describe(`who may not use a function is told so: ${theme}, ${language}`, () => {
    const words = WORDS[language];
    let red: NodeRed;
    let editor: Editor;

    before(async () => {
      red = await startNodeRed(withLogin);
      await red.deploy([
        { id: 'tab', type: 'tab', label: 'refused' },
        {
          id: 'account',
          type: 'twinkly-account',
          authentication: 'oauth',
          clientId: 'me',
          environment: 'custom',
          baseUrl: 'http://127.0.0.1:1',
        },
        placed('effect', 'twinkly-command', { connection: 'account', operation: 'turn-off' }),
      ]);
    });
    afterEach(async () => {
      // Chromium logs what a server refuses, and nothing else was wrong.
      deepEqual(
        editor.errors.filter((error) => !/Failed to load resource.*\/ensemble\//s.test(error)),
        [],
      );
      await editor.close();
    });

    const openAs = async (user: User) => {
      editor = await openEditor(red, { theme, language, user, width: 1366, height: 1250 });
    };
    const isTold = async (panel: Locator, row: string, text: string | RegExp) => {
      await noteOf(panel, row).locator('.fa-exclamation-circle').waitFor();
      const told = (await noteOf(panel, row).innerText()).trim();
      if (typeof text === 'string') equal(told, text);
      else equal(text.test(told), true, told);
    };

    it('by every function of a panel, where the user may only read', async () => {
      await openAs('reader');
      const panel = await editor.open('account');
      await unfold(panel);
      for (const [button, row] of [
        ['ensemble-test', 'ensemble-test'],
        ['ensemble-check', 'ensemble-check'],
        ['ensemble-sign-in', 'ensemble-sign-in'],
      ] as const) {
        await panel.locator(`#${button}`).click();
        await isTold(panel, row, words.permission);
      }
      await editor.screenshot(`refused-user-${theme}`);
      await panel.locator('#ensemble-check').click();
      await isTold(panel, 'ensemble-check', words.permission);
      await panel.locator('#ensemble-diagnostics').click();
      await isTold(panel, 'ensemble-check', words.permission);
      await editor.cancel();
      await isTold(await editor.open('effect'), 'ensemble-parameter-id', words.list + words.permission);
      await editor.cancel();
    });

    it('by what Node-RED, or a proxy in front of it, has answered', async () => {
      await openAs('admin');
      const panel = await editor.open('account');
      const cases: readonly (readonly [Parameters<Route['fulfill']>[0] | undefined, string | RegExp])[] = [
        [{ status: 401, body: 'Unauthorized' }, words.login],
        [{ status: 502, contentType: 'text/html', body: page }, words.proxy(502)],
        [{ status: 504, body: '' }, words.proxy(504)],
        [{ status: 200, contentType: 'text/html', body: page }, words.proxy(200)],
        [{ status: 403, contentType: 'text/html', body: page }, words.proxy(403)],
        [{ status: 404, body: 'Not Found' }, words.outdated],
        [undefined, words.offline],
      ];
      for (const [answer, text] of cases) {
        await editor.page.route('**/ensemble/test/**', (route) => (answer ? route.fulfill(answer) : route.abort()), { times: 1 });
        await panel.locator('#ensemble-test').click();
        await isTold(panel, 'ensemble-test', text);
      }
      await editor.cancel();
    });
  });

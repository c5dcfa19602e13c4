import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { FlowNode } from '../kit/node-red';
import { num, payload, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { press, read } from '../simulators/simulated';
import { LOGIN } from '../simulators/twinkly';
import { account } from '../twinkly/flows';
import { type } from './panel-actions';
import { PanelStage, placed } from './panel-stage';
import { variants } from './variants';

const WORDS = {
  'en-US': {
    question: /^ ?Run “Set brightness” with the connection “Home” now\? This changes something/,
    values: ['Target', 'object', 'ID', 'Eaves (48211)', 'Brightness', '70'],
    failures: /^ ?Set brightness · .+: failed requests: 1 of 2\.$/,
    neither: /(INVALID_INPUT)/,
    ran: 'This ran with what stood here before: the dialog has changed since.',
    doneOf: /^ ?Set brightness · Eaves: HTTP 200 in [\d.,]+ m?s$/,
    stoppedLate: /^ ?Stopped\. What was sent already may have had its effect\.$/,
    run: 'Run',
    cancel: 'Cancel',
    stop: 'Stop',
    done: /HTTP 200 in [\d.]+ m?s$/,
    message: /Comes from a message, and here is none: Brightness\./,
    noOperation: /The operation comes from the message/,
    running: /Running for \d+ s …/,
    stopped: /^ ?Stopped\.$/,
    missing: /Connection is missing/,
    wrong: /Brightness must be a number \(0 to 100 percent\)/,
    unknown: /^ ?(?!After).+ \(NOT_FOUND\)$/,
  },
  de: {
    question: /^ ?„Helligkeit setzen“ mit der Verbindung „Home“ jetzt ausführen\? Das ändert etwas/,
    values: ['Ziel', 'Objekt', 'ID', 'Eaves (48211)', 'Helligkeit', '70'],
    failures: /^ ?Helligkeit setzen · .+: fehlgeschlagene Anfragen: 1 von 2\.$/,
    neither: /(INVALID_INPUT)/,
    ran: 'Ausgeführt wurde, was vorher hier stand: Seitdem wurde der Dialog geändert.',
    doneOf: /^ ?Helligkeit setzen · Eaves: HTTP 200 in [\d.,]+ m?s$/,
    stoppedLate: /^ ?Angehalten\. Was schon gesendet war, kann gewirkt haben\.$/,
    run: 'Ausführen',
    cancel: 'Abbrechen',
    stop: 'Stopp',
    done: /HTTP 200 in [\d,]+ m?s$/,
    message: /Kommt aus einer Nachricht, und hier gibt es keine: Helligkeit\./,
    noOperation: /Die Operation kommt aus der Nachricht/,
    running: /Läuft seit \d+ s …/,
    stopped: /^ ?Angehalten\.$/,
    missing: /Verbindung fehlt/,
    wrong: /Helligkeit: erwartet wird eine Zahl \(0 bis 100/,
    unknown: /^ ?(?!Nach ).+ \(NOT_FOUND\)$/,
  },
} as const;

for (const variant of variants)
  describe(`Try it: ${variant.theme}, ${variant.language}`, () => {
    const words = WORDS[variant.language];
    const command = (id: string, more: object = {}): FlowNode =>
      placed(id, 'twinkly-command', {
        ...{ connection: 'account', operation: 'set-brightness' },
        ...{ parameters: { id: str('48211'), brightness: num(30) } },
        ...more,
      });
    const stage = new PanelStage(
      variant,
      (address) => [
        account(`${address}/twinkly`, { name: 'Home', credentials: LOGIN }),
        placed('query', 'twinkly-query', { connection: 'account', operation: 'list-objects', parameters: {} }),
        placed('gone', 'twinkly-query', {
          connection: 'account',
          operation: 'get-device-configuration',
          parameters: { deviceId: str('none') },
        }),
        command('command'),
        command('from-message', { parameters: { id: str('48211'), brightness: payload } }),
        command('by-expression', { parameters: { id: str('48211'), brightness: { type: 'jsonata', value: 'payload + 1' } } }),
        command('several', { parameters: { ids: str('48211,99999'), brightness: num(30) } }),
        // The panel cannot know that this is empty.
        command('apply', { operation: 'apply', parameters: { id: str('48211'), on: { type: 'env', value: 'ENSEMBLE_NOTHING' } } }),
        command('any', { operation: '' }),
        command('alone', { connection: '' }),
      ],
      { height: 900, mayRefuse: true },
    );
    let panel: Locator;
    const open = async (id: string) => {
      panel = await stage.editor.open(id);
    };
    const tryIt = () => panel.locator('#ensemble-try').click();
    const answer = (name: string) => panel.locator('.ensemble-trial button', { hasText: name }).click();
    const note = (wanted: RegExp) => stage.note(panel, 'ensemble-try', wanted);
    const response = () => panel.locator('.ensemble-response');
    const commands = async () => (await read(stage.simulator.address)).log.filter(({ path }) => path.endsWith('/command')).length;
    afterEach(() => stage.editor.cancel());

    it('runs what only reads without a question, and shows the response where it can be seen', async () => {
      await open('query');
      await tryIt();
      equal(await note(words.done), 'good');
      match(await response().innerText(), /"Eaves"/);
      ok(await response().evaluate((element) => (element as unknown as { checkVisibility(): boolean }).checkVisibility()));
      await stage.picture('try-read');
      equal(await stage.isDirty(), false);
    });

    it('asks before anything else, and names operation, connection and all that is filled in', async () => {
      await open('command');
      await stage.note(panel, 'ensemble-parameter-id', /Eaves/);
      await type(panel, 'ensemble-parameter-brightness', '70');
      await tryIt();
      equal(await note(words.question), 'warning');
      await stage.picture('try-question');
      deepEqual(await panel.locator('.ensemble-trial-values > *').allInnerTexts(), words.values);
      await answer(words.cancel);
      await note(/^$/);
      // What was asked about has changed.
      await tryIt();
      await note(words.question);
      await type(panel, 'ensemble-parameter-brightness', '71');
      await note(/^$/);
      equal(await panel.locator('.ensemble-trial button').count(), 0);
      equal(await commands(), 0);
    });

    it('runs it after a yes, with what stands in the dialog, and leaves the deployed node alone', async () => {
      const before = stage.red.statuses.filter(({ id }) => id === 'command').length;
      await open('command');
      await type(panel, 'ensemble-parameter-brightness', '70');
      await tryIt();
      await answer(words.run);
      equal(await note(words.done), 'good');
      await stage.picture('try-write');
      equal(await commands(), 1);
      const { vendors } = (await read(stage.simulator.address)) as unknown as { vendors: { twinkly: unknown } };
      match(JSON.stringify(vendors.twinkly), /"brightness":70/);
      equal(stage.red.statuses.filter(({ id }) => id === 'command').length, before);
      await stage.editor.cancel();
      deepEqual((await stage.editor.node('command')).parameters, { id: str('48211'), brightness: num(30) });
      await open('command');
    });

    it('says of an input or an operation that it comes from a message', async () => {
      await open('from-message');
      await tryIt();
      equal(await note(words.message), 'info');
      await stage.picture('try-message');
      await stage.editor.cancel();
      // Only Node-RED knows what an expression reads. There is no question about what cannot run.
      await open('by-expression');
      await tryIt();
      equal(await note(words.message), 'error');
      equal(await commands(), 1);
      await stage.editor.cancel();
      await open('any');
      await tryIt();
      equal(await note(words.noOperation), 'info');
    });

    it('says what is wrong with a value or missing, by its label, and sends nothing', async () => {
      const before = await commands();
      await open('command');
      await type(panel, 'ensemble-parameter-brightness', '700');
      await tryIt();
      equal(await note(words.wrong), 'error');
      await stage.editor.cancel();
      await open('alone');
      await tryIt();
      equal(await note(words.missing), 'error');
      equal(await commands(), before);
    });

    it('asks nothing about what will be refused anyway', async () => {
      const before = await commands();
      await open('apply');
      await tryIt();
      equal(await note(words.neither), 'error');
      equal(await panel.locator('.ensemble-trial button').count(), 0);
      equal(await commands(), before);
    });

    it('heads a result with what was run, and takes it away once the dialog says something else', async () => {
      await open('command');
      await stage.note(panel, 'ensemble-parameter-id', /Eaves/);
      await tryIt();
      await answer(words.run);
      await note(words.doneOf);
      equal(await response().count(), 1);
      // A field that was only passed has changed nothing.
      await panel.locator('#node-input-name').focus();
      await panel.locator('#node-input-name').press('Tab');
      equal(await response().count(), 1);
      await type(panel, 'ensemble-parameter-brightness', '72');
      await note(/^$/);
      equal(await response().count(), 0);
    });

    it('heads what has failed in part with that', async () => {
      await open('several');
      await tryIt();
      await answer(words.run);
      equal(await note(words.failures), 'warning');
      await stage.picture('try-failures');
    });

    it('leads the keyboard: to Run, to Stop, and back', async () => {
      const { page } = stage.editor;
      const focused = async (what: string) => {
        await until(
          `the focus on ${what}`,
          () => panel.locator(':focus').innerText(),
          (text) => text.trim() === what,
        );
        // A button that has just come takes no second Enter.
        await panel.locator(':focus:not([aria-disabled])').waitFor();
      };
      const again = await panelButton();
      await panel.locator('#ensemble-try').press('Enter');
      await focused(words.run);
      await page.keyboard.press('Escape');
      await focused(again);
      equal(await panel.locator('.ensemble-trial button').count(), 0);
      ok(await panel.isVisible());
      await page.keyboard.press('Enter');
      await focused(words.run);
      await press(stage.simulator, 'twinkly', 'faults', { latency: 20_000 });
      await page.keyboard.press('Enter');
      await focused(words.stop);
      await page.keyboard.press('Enter');
      equal(await note(words.stoppedLate), 'info');
      await focused(again);
      await press(stage.simulator, 'twinkly', 'faults', { latency: 0 });
    });
    const panelButton = async () => {
      await open('command');
      return (await panel.locator('#ensemble-try').innerText()).trim();
    };

    it('is not stopped by a double click on Run', async () => {
      await press(stage.simulator, 'twinkly', 'faults', { latency: 700 });
      await open('command');
      await tryIt();
      await panel.locator('.ensemble-trial button', { hasText: words.run }).dblclick();
      await note(words.done);
      await press(stage.simulator, 'twinkly', 'faults', { latency: 0 });
    });

    it('says of a result that comes after a change that it is of before', async () => {
      await open('command');
      await stage.note(panel, 'ensemble-parameter-id', /Eaves/);
      await press(stage.simulator, 'twinkly', 'faults', { latency: 1500 });
      await tryIt();
      await answer(words.run);
      await type(panel, 'ensemble-parameter-id', '48213');
      await note(words.doneOf);
      equal(await panel.locator('.ensemble-remark').innerText(), words.ran);
      await press(stage.simulator, 'twinkly', 'faults', { latency: 0 });
    });

    it('shows the vendor’s refusal', async () => {
      await open('gone');
      await tryIt();
      equal(await note(words.unknown), 'error');
      await stage.picture('try-refused');
    });

    it('says how long it runs, and stops', async () => {
      await press(stage.simulator, 'twinkly', 'faults', { latency: 20_000 });
      await open('query');
      await tryIt();
      await note(words.running);
      await stage.picture('try-running');
      await panel.locator('#ensemble-try + button', { hasText: words.stop }).click();
      equal(await note(words.stopped), 'info');
      await press(stage.simulator, 'twinkly', 'faults', { latency: 0 });
      await tryIt();
      await note(words.done);
    });

    it('ends with the dialog', async () => {
      await press(stage.simulator, 'twinkly', 'faults', { latency: 20_000 });
      const aborted = stage.editor.page.waitForEvent('requestfailed', (request) => request.url().includes('/ensemble/try/'));
      await open('query');
      await tryIt();
      await note(/./);
      await stage.editor.cancel();
      await aborted;
      await press(stage.simulator, 'twinkly', 'faults', { latency: 0 });
      await open('query');
    });
  });

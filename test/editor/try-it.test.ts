import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { FlowNode } from '../kit/node-red';
import { num, payload, str } from '../kit/typed-input';
import { press, read } from '../simulators/simulated';
import { LOGIN } from '../simulators/twinkly';
import { account } from '../twinkly/flows';
import { type } from './panel-actions';
import { PanelStage, placed } from './panel-stage';
import { variants } from './variants';

const WORDS = {
  'en-US': {
    question: /^ ?Set brightness.*48211.*: this changes something/,
    run: 'Run',
    cancel: 'Cancel',
    stop: 'Stop',
    done: /HTTP 200 in [\d.]+ (ms|sec)/,
    message: /Comes from a message, and here is none: Brightness\./,
    noOperation: /The operation comes from the message/,
    running: /Running for \d+/,
    stopped: /^ ?Stopped\./,
    missing: /Connection is missing/,
    wrong: /Brightness must be a number \(0 to 100 percent\)/,
    unknown: /^ ?After .+: .+ \(NOT_FOUND\)$/,
  },
  de: {
    question: /^ ?Helligkeit.*48211.*: Das ändert etwas/,
    run: 'Ausführen',
    cancel: 'Abbrechen',
    stop: 'Stopp',
    done: /HTTP 200 in [\d,]+ (ms|Sek)/,
    message: /Kommt aus einer Nachricht, und hier gibt es keine: Helligkeit\./,
    noOperation: /Die Operation kommt aus der Nachricht/,
    running: /Läuft seit \d+/,
    stopped: /^ ?Angehalten\./,
    missing: /Verbindung fehlt/,
    wrong: /Helligkeit: erwartet wird eine Zahl \(0 bis 100/,
    unknown: /^ ?Nach .+: .+ \(NOT_FOUND\)$/,
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

    it('asks before anything else, and names operation and target', async () => {
      await open('command');
      await type(panel, 'ensemble-parameter-brightness', '70');
      await tryIt();
      equal(await note(words.question), 'warning');
      await stage.picture('try-question');
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
      // Only Node-RED knows what an expression reads.
      await open('by-expression');
      await tryIt();
      await answer(words.run);
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
      await answer(words.stop);
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

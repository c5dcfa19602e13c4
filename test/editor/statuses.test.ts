import { deepEqual, match } from 'node:assert/strict';
import { Simulator } from '../../src/simulators/simulator';
import { type Editor, openEditor } from '../kit/editor';
import { type FlowNode, type NodeRed, startNodeRed, VERSION } from '../kit/node-red';
import { freePort } from '../kit/ports';
import { str } from '../kit/typed-input';
import { until } from '../kit/within';
import { placed } from './panel-stage';
import { withoutLogin } from './variants';

// What the functions given to `evaluate` find in the page.
declare const document: { getElementById(id: string): { querySelector(selector: string): { textContent: string } | null } | null };
declare const RED: { workspaces: { show(id: string): void } };

/** What nodes show, by their ids. */
const WORDS = {
  'en-US': {
    events: 'connected',
    done: /^Set state \d\d:\d\d$/,
    idle: 'idle',
    unset: 'not configured',
    failed: /^Get state: UNREACHABLE \d\d:\d\d$/,
    port: 'wrong HTTP port',
  },
  de: {
    events: 'verbunden',
    done: /^Zustand setzen \d\d:\d\d$/,
    idle: 'bereit',
    unset: 'nicht konfiguriert',
    failed: /^Zustand lesen: UNREACHABLE \d\d:\d\d$/,
    port: 'HTTP-Port falsch',
  },
  fr: {
    events: 'connecté',
    done: /^Définir l.état \d\d:\d\d$/,
    idle: 'prêt',
    unset: 'non configuré',
    failed: /^Lire l.état\s: UNREACHABLE \d\d:\d\d$/,
    port: 'Port HTTP incorrect',
  },
  ja: {
    events: '接続済',
    done: /^状態を設定 \d\d:\d\d$/,
    idle: '待機中',
    unset: '未設定',
    failed: /^状態を取得: UNREACHABLE \d\d:\d\d$/,
    port: 'HTTPポートが不正',
  },
} as const;

/** What flows get where an editor has the label of a setting. */
const IN_FLOWS = { 'en-US': 'wrong port', de: 'port falsch', ja: 'portが不正' } as const;

/** An operation, its status in the server's language, and in another one. In English and German another operation begins alike. */
const CUT = {
  'en-US': {
    operation: 'list-all-things',
    said: /^List things of…: UNREACHABLE \d\d:\d\d$/,
    other: /^Things aller…: UNREACHABLE \d\d:\d\d$/,
  },
  de: {
    operation: 'set-group-of-thing',
    said: /^Gruppe eines…: UNREACHABLE \d\d:\d\d$/,
    other: /^Set group of a…: UNREACHABLE \d\d:\d\d$/,
  },
  ja: {
    operation: 'list-all-things',
    said: /^全グループのデバイス一覧: UNREACHABLE \d\d:\d\d$/,
    other: /^Lister les…\s: UNREACHABLE \d\d:\d\d$/,
  },
} as const;

describe(`statuses in the editor’s language, in Chromium on Node-RED ${VERSION}`, () => {
  for (const [server, other] of [
    ['en-US', 'de'],
    ['de', 'en-US'],
    // Node-RED itself translates only what begins with a Latin letter.
    ['ja', 'fr'],
  ] as const)
    describe(`of a server in ${server}`, () => {
      let red: NodeRed;
      let simulator: Simulator;
      let editor: Editor;
      const { operation, said, other: translated } = CUT[server];

      before(async () => {
        simulator = await Simulator.start({ port: 0, mqttPort: 0 });
        red = await startNodeRed({ ...withoutLogin, settings: { lang: server } });
        await red.deploy(flow(new URL(simulator.address).port, await freePort(), operation, WORDS[server].events));
        const message = { payload: 50, operation, parameters: operation === 'list-all-things' ? {} : { tuid: 'a', groupId: 'b' } };
        for (const id of ['done', 'failed', 'fixed', 'asked', 'elsewhere', 'foreign']) red.inject(id, { ...message });
        for (const id of ['events', 'done', 'elsewhere']) await red.status(id, { fill: 'green' });
        for (const id of ['failed', 'fixed', 'asked']) await red.status(id, { fill: 'red' });
      });
      afterEach(async () => {
        const { errors } = editor;
        await editor.close();
        deepEqual(errors, []);
      });
      after(async () => {
        await red.stop();
        await simulator.close();
      });

      const textOf = (id: string) =>
        editor.page.evaluate((wanted) => document.getElementById(wanted)?.querySelector('.red-ui-flow-node-status-label')?.textContent, id);
      const shows = (id: string, wanted: string | RegExp) =>
        until(
          `${id} to show ${wanted}`,
          () => textOf(id),
          (text) => new RegExp(wanted).test(text ?? ''),
        );

      for (const language of [other, server])
        it(`shows those that are there when an editor in ${language} is opened, and flows have the server’s`, async () => {
          editor = await openEditor(red, { language });
          for (const [id, words] of Object.entries(WORDS[language])) await shows(id, words);
          await shows('fixed', language === server ? said : translated);
          await editor.screenshot(`statuses-${server}-${language}-${VERSION}`);
          for (const [id, words] of Object.entries({ ...WORDS[server], fixed: said, port: IN_FLOWS[server] }))
            match(red.statuses.filter((one) => one.id === id).at(-1)?.status.text ?? '', new RegExp(words));
        });

      it('shows those of another tab, once that is opened, and those that come later', async () => {
        editor = await openEditor(red, { language: other });
        await shows('events', WORDS[other].events);
        await editor.page.evaluate(() => RED.workspaces.show('other'));
        await shows('elsewhere', WORDS[other].done);
        red.inject('late', { payload: 60 });
        await shows('late', WORDS[other].done);
      });

      it('leaves a text that may be one of two, and what is no node of ours', async () => {
        editor = await openEditor(red, { language: other });
        await shows('events', WORDS[other].events);
        await shows('asked', server === 'ja' ? translated : said);
        await shows('foreign', WORDS[server].events);
      });

      it('shows them as they come until it knows the server’s words', async () => {
        editor = await openEditor(red, { language: other });
        let answer = (): void => {};
        const held = new Promise<void>((resolve) => {
          answer = resolve;
        });
        await editor.page.route('**/ensemble/status-texts', async (route) => {
          await held;
          await route.continue();
        });
        await editor.page.reload();
        await shows('events', WORDS[server].events);
        answer();
        await shows('events', WORDS[other].events);
        await shows('done', WORDS[other].done);
      });
    });
});

const at = (z: string, id: string, type: string, more: object): FlowNode => placed(id, type, { ...more, z });

function flow(turn: string, closed: number, operation: string, status: string): FlowNode[] {
  const cloud = { baseUrl: `http://127.0.0.1:${closed}`, credentials: { clientId: 'a', clientSecret: 'b' } };
  const setState = {
    connection: 'dial',
    operation: 'set-state',
    parameters: { channel: str('light/1/1'), value: { type: 'msg', value: 'payload' } },
  };
  const nodes = [
    { id: 'tab', type: 'tab', label: 'statuses' },
    { id: 'other', type: 'tab', label: 'other' },
    { id: 'dial', type: 'turn-device', host: '127.0.0.1', port: turn },
    { id: 'gone', type: 'turn-device', host: '127.0.0.1', port: String(closed) },
    { id: 'cloud', type: 'thingsee-cloud', ...cloud },
    at('tab', 'events', 'turn-sse', { connection: 'dial', stream: 'channels' }),
    at('tab', 'done', 'turn-channel', setState),
    at('tab', 'idle', 'turn-channel', setState),
    at('tab', 'unset', 'turn-channel', { ...setState, connection: '' }),
    at('tab', 'failed', 'turn-channel', { connection: 'gone', operation: 'get-state', parameters: { channel: str('light/1/1') } }),
    at('tab', 'fixed', 'thing-group', { connection: 'cloud', operation, parameters: { tuid: str('a'), groupId: str('b') } }),
    at('tab', 'asked', 'thing-group', { connection: 'cloud', operation: '' }),
    at('tab', 'port', 'ensemble-simulator', { port: 'none', mqttPort: '1', wires: [] }),
    at('tab', 'foreign', 'function', { func: `node.status({ text: '${status}' });` }),
    at('other', 'elsewhere', 'turn-channel', setState),
    at('other', 'late', 'turn-channel', setState),
  ];
  return nodes.map((node, index) => ({ ...node, ...('x' in node && { y: 60 * (index - 3) }) }));
}

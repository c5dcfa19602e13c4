import { deepEqual, equal, match } from 'node:assert/strict';
import { type Editor, openEditor } from '../kit/editor';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { freePorts } from '../simulators/ports';
import { noteOf } from './panel-actions';
import { variants } from './variants';

const WORDS = {
  'en-US': {
    use: 'Use the simulated devices',
    filled: /^Filled in: /,
    none: /Add a node “simulated devices”/,
    deploy: /Deploy the node “simulated devices” first/,
  },
  de: {
    use: 'Simulierte Geräte nutzen',
    filled: /^Eingetragen: /,
    none: /zuerst einen Node „simulierte Geräte“ hinzufügen/,
    deploy: /zuerst den Node „simulierte Geräte“ übernehmen/,
  },
} as const;

/** Each with what would keep it from working: another address, a stored secret, a proxy, TLS. */
const CONNECTIONS: readonly FlowNode[] = [
  {
    id: 'the-sonata',
    type: 'sonata-gateway',
    mqttUrl: 'mqtt://127.0.0.1:1',
    credentials: { mqttUsername: 'me', mqttPassword: 'kept-secret' },
  },
  { id: 'the-twinkly', type: 'twinkly-account', authentication: 'oauth', clientId: 'mine', overrides: '{"answers":{"id":"no"}}' },
  { id: 'the-turn', type: 'turn-device', host: '192.0.2.1', tls: 'the-tls', proxy: 'the-proxy' },
  {
    id: 'thingsquare',
    type: 'thingsquare-frontend',
    authentication: 'token',
    baseUrl: 'https://192.0.2.1',
    credentials: { token: 'kept-secret' },
  },
  {
    id: 'the-thingsee',
    type: 'thingsee-cloud',
    baseUrl: 'https://192.0.2.1',
    credentials: { clientId: 'me', clientSecret: 'kept-secret' },
  },
];
const AROUND: readonly FlowNode[] = [
  { id: 'the-tls', type: 'tls-config', name: 'TLS', cert: '', key: '', ca: '' },
  { id: 'the-proxy', type: 'http proxy', name: 'Proxy', url: 'http://127.0.0.1:1', noproxy: [] },
];
const tab = (more = {}): FlowNode => ({ id: 'tab', type: 'tab', label: 'devices', ...more });
const simulator = (id: string, more: object): FlowNode => ({ id, type: 'ensemble-simulator', z: 'tab', wires: [], ...more });

for (const { theme, language, options } of variants)
  describe(`Use the simulated devices: ${theme}, ${language}`, () => {
    const words = WORDS[language];
    let red: NodeRed;
    let editor: Editor;
    const open = async (flow: readonly FlowNode[]) => {
      await editor?.close();
      await red.deploy([...flow, ...AROUND, ...CONNECTIONS]);
      editor = await openEditor(red, { theme, language, width: 1366, height: 900 });
    };

    before(async () => {
      red = await startNodeRed(options);
      const ports = await freePorts();
      // The first one is disabled: the ports are those of the second.
      await open([tab(), simulator('off', { d: true, port: 1, mqttPort: 2 }), simulator('on', ports)]);
      await red.status('on', { fill: 'green' });
    });
    after(async () => {
      await editor?.close();
      await red?.stop();
    });

    for (const { id } of CONNECTIONS)
      it(`fills in all that Test needs: ${id}`, async () => {
        const panel = await editor.open(id);
        await panel.getByRole('button', { name: words.use }).click();
        const note = noteOf(panel, 'ensemble-test');
        match((await note.innerText()).trim(), words.filled);
        equal(await note.getAttribute('data-kind'), 'good');
        await editor.screenshot(`use-simulated-${id}-${theme}`);
        await panel.locator('#ensemble-test').click();
        await panel.locator('#ensemble-test-note:not([data-kind="busy"])').waitFor();
        deepEqual(
          [await note.getAttribute('data-kind'), (await note.innerText()).includes('kept-secret')],
          ['good', false],
          await note.innerText(),
        );
        await editor.cancel();
      });

    it('forgets what Test has found when a setting is changed, at once or while it is asked', async () => {
      const panel = await editor.open('the-turn');
      await panel.getByRole('button', { name: words.use }).click();
      const [note, port] = [noteOf(panel, 'ensemble-test'), panel.locator('#node-config-input-port')];
      await panel.locator('#ensemble-test').click();
      await panel.locator('#ensemble-test-note[data-kind="good"] .fa-check').waitFor();
      await panel.locator('#ensemble-test:enabled').waitFor();
      await port.fill('1');
      equal(await note.getAttribute('data-kind'), 'none');
      await panel.locator('#ensemble-test').click();
      await port.fill('2');
      await panel.locator('#ensemble-test:enabled').waitFor();
      equal(await note.getAttribute('data-kind'), 'none');
      await editor.cancel();
    });

    it('says where no such devices run', async () => {
      await open([tab()]);
      const panel = await editor.open('the-turn');
      await panel.getByRole('button', { name: words.use }).click();
      match(await noteOf(panel, 'ensemble-test').innerText(), words.none);
      equal(await panel.locator('#node-config-input-port').inputValue(), '18800');
      await editor.cancel();
      await editor.drop('ensemble-simulator', 300, 200);
      await editor.open('the-turn');
      await panel.getByRole('button', { name: words.use }).click();
      match(await noteOf(panel, 'ensemble-test').innerText(), words.deploy);
      await editor.cancel();
      deepEqual(editor.errors, []);
    });
  });

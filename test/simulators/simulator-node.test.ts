import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { vendors } from '../../src/simulators/vendors';
import { bothVariants, withLogin } from '../editor/variants';
import { type Editor, openEditor } from '../kit/editor';
import { LANGUAGES } from '../kit/languages';
import { type FlowNode, type NodeRed, ROOT, startNodeRed } from '../kit/node-red';
import { probe } from '../kit/probe';
import { until } from '../kit/within';
import { accepts, freePorts } from './ports';
import { EXAMPLE, read } from './simulated';

const tab: FlowNode = { id: 'tab', type: 'tab', label: 'simulators' };
const node = (id: string, ports: { port: unknown; mqttPort: unknown }): FlowNode => ({
  id,
  type: 'ensemble-simulator',
  z: 'tab',
  name: '',
  ...ports,
  wires: [],
});

/** What configuration nodes take for the simulated devices; of choices, panel and help show the words. */
const declared = ({ port, mqttPort }: { port: number; mqttPort: number }): string[] =>
  Object.values(vendors).flatMap(({ connection: { settings, credentials } }) =>
    Object.values({ ...settings, ...credentials })
      .filter((value) => value !== '' && !['custom', 'password', 'login'].includes(value))
      .map((value) => value.replace('{port}', String(port)).replace('{mqttPort}', String(mqttPort))),
  );

describe('ensemble-simulator', () => {
  let red: NodeRed;
  let ports: { port: number; mqttPort: number };
  const address = () => `http://127.0.0.1:${ports.port}`;

  beforeEach(async () => {
    red = await startNodeRed(withLogin);
    ports = await freePorts();
  });
  afterEach(() => red.stop());

  it('takes ports that come from the environment', async () => {
    const variable = (name: string) => `\${${name}}`;
    const env = [
      { name: 'HTTP', value: String(ports.port), type: 'num' },
      { name: 'MQTT', value: String(ports.mqttPort), type: 'str' },
    ];
    await red.deploy([{ ...tab, env }, node('a', { port: variable('HTTP'), mqttPort: variable('MQTT') })]);
    await red.status('a', { fill: 'green' });
  });

  for (const type of ['full', 'nodes', 'flows'] as const)
    it(`is shared, and a deploy (${type}) loses nothing of what the devices show`, async () => {
      await red.deploy([tab, node('a', ports), node('b', ports)]);
      await Promise.all(['a', 'b'].map((id) => red.status(id, { fill: 'green' })));
      const feed = await fetch(`${address()}/page/feed`);
      await fetch(`${address()}/sonata/pattern`, {
        method: 'POST',
        body: JSON.stringify({ installation_id: 1, device_id: 1, values: EXAMPLE }),
      });
      await red.deploy([tab, { ...node('a', ports), name: 'changed' }, { ...node('b', ports), name: 'changed' }], type);
      await fetch(`${address()}/sonata/off`, { method: 'POST', body: JSON.stringify({ installation_id: 1, device_id: 2 }) });
      let told = '';
      for await (const chunk of feed.body?.pipeThrough(new TextDecoderStream()) ?? []) {
        told += chunk;
        if (told.includes('/sonata/off')) break;
      }
      ok(told.includes(JSON.stringify(EXAMPLE)));
    });

  it('loses nothing either where another node takes its time to close', async () => {
    const slow = { id: 'slow', type: 'kit-careless', z: 'tab', behaviour: 'closes late', wires: [[]] };
    await red.deploy([tab, slow, node('a', ports)]);
    await red.status('a', { fill: 'green' });
    await fetch(`${address()}/sonata/pattern`, {
      method: 'POST',
      body: JSON.stringify({ installation_id: 1, device_id: 1, values: EXAMPLE }),
    });
    await red.deploy([tab, slow, node('a', ports)]);
    deepEqual((await read(address())).vendors.sonata.matrices[0]?.levels, EXAMPLE);
  });

  for (const taken of ['port', 'mqttPort'] as const)
    it(`says that the ${taken} is taken, once, and a catch node hears it`, async () => {
      const other = createServer().listen(ports[taken], '127.0.0.1');
      await once(other, 'listening');
      const caught: unknown[] = [];
      probe.seen = (_id, msg) => caught.push((msg as { error?: { message: string } }).error?.message);
      const flow = [
        tab,
        { id: 'catch', type: 'catch', z: 'tab', scope: null, uncaught: false, wires: [['probe']] },
        { id: 'probe', type: 'kit-probe', z: 'tab', wires: [] },
      ];
      await red.deploy([...flow, node('a', ports)]);
      await red.status('a', { fill: 'red', shape: 'ring', text: `port ${ports[taken]} in use` });
      await until('the catch node', () => caught.length > 0);
      await new Promise((resolve) => other.close(resolve));
      match(String(caught[0]), new RegExp(`^Port ${ports[taken]} is already in use`));
      await red.deploy([...flow, node('a', ports)]);
      await red.status('a', { fill: 'green' });
      equal(caught.length, 1);
    });

  for (const wrong of ['eighty', 70000, 1.5, 0])
    it(`refuses ${JSON.stringify(wrong)} for a port`, async () => {
      await red.deploy([tab, node('a', { port: ports.port, mqttPort: wrong })]);
      await red.status('a', { fill: 'red', shape: 'ring', text: 'wrong mqttPort' });
      const errors = red.logs.filter(({ level, id }) => level === 'error' && id === 'a');
      deepEqual(
        errors.map(({ text }) => text),
        [`mqttPort must be a whole number from 1 to 65535, not "${wrong}".`],
      );
      equal(await accepts(ports.port), false);
    });

  it('moves to other ports at a deploy', async () => {
    await red.deploy([tab, node('a', ports)]);
    await red.status('a', { fill: 'green' });
    const before = ports;
    ports = { port: before.port, mqttPort: (await freePorts()).mqttPort };
    await red.deploy([tab, node('a', ports)]);
    await until('the new port', () => accepts(ports.mqttPort));
    equal(await accepts(before.mqttPort), false);
  });

  it('leaves one listener for all of them, of which Node-RED would warn from the eleventh on', async () => {
    const warnings: string[] = [];
    const warned = ({ message }: Error) => void warnings.push(message);
    process.on('warning', warned);
    try {
      const nodes = [tab, ...Array.from({ length: 12 }, (_, index) => node(`n${index}`, ports))];
      for (const _ of ['first', 'again']) {
        await red.deploy(nodes);
        await red.status('n11', { fill: 'green' });
      }
      await red.deploy([tab, node('a', ports)]);
      await red.status('a', { fill: 'green' });
    } finally {
      process.off('warning', warned);
    }
    deepEqual(warnings, []);
  });

  it('closes at once while the page is open', async () => {
    await red.deploy([tab, node('a', ports)]);
    await red.status('a', { fill: 'green' });
    await fetch(`${address()}/page/feed`);
    await red.deploy([tab]);
    equal(await accepts(ports.port), false);
  });

  const values = declared({ port: 18_800, mqttPort: 18_830 });

  it('has all addresses and logins in docs/simulated-devices.md', () => {
    const text = readFileSync(join(ROOT, 'docs/simulated-devices.md'), 'utf8');
    ok(values.length >= 13, `only ${values.length} values`);
    for (const value of values) ok(text.includes(`\`${value}\``), value);
  });

  for (const language of LANGUAGES)
    it(`has all addresses and logins in its help in ${language}`, () => {
      const page = readFileSync(join(ROOT, `dist/nodes/ensemble/locales/${language}/ensemble-simulator.html`), 'utf8');
      for (const value of values) ok(page.includes(`<code>${value}</code>`), value);
    });

  describe('panel', () => {
    let editor: Editor | undefined;
    afterEach(() => editor?.close());

    const LINKS = { 'en-US': 'Open the devices', de: 'Geräte öffnen' };
    for (const { theme, language } of bothVariants)
      it(`links to the device page and keeps its values (${theme}, ${language})`, async () => {
        await red.deploy([tab, node('a', ports)]);
        editor = await openEditor(red, { theme, language });
        const panel = await editor.open('a');
        const link = panel.getByRole('link', { name: LINKS[language] });
        equal(await link.getAttribute('href'), `ensemble/devices/${ports.port}/`);
        const shown = (await panel.locator('.ensemble-connections code').allTextContents()).join('\n');
        for (const value of declared(ports)) ok(shown.includes(value), value);
        equal(await panel.locator('#ensemble-simulator-page').getAttribute('target'), '_blank');
        await editor.screenshot(`ensemble-simulator-${theme}`);
        await panel.locator('#node-input-port').fill('18801');
        equal(await link.getAttribute('href'), 'ensemble/devices/18801/');
        ok((await panel.locator('.ensemble-connections').innerText()).includes('http://127.0.0.1:18801/twinkly'));
        await panel.locator('#node-input-mqttPort').fill('99999');
        await panel.locator('#node-input-mqttPort').blur();
        await panel.locator('#node-input-mqttPort.input-error').waitFor();
        await panel.locator('#node-input-mqttPort').fill('18831');
        await editor.save();
        const { port, mqttPort, name } = await editor.node('a');
        deepEqual({ port: Number(port), mqttPort: Number(mqttPort), name }, { port: 18801, mqttPort: 18831, name: '' });
        deepEqual(editor.errors, []);
      });
  });
});

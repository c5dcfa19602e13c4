import { deepEqual, equal } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { VERSION } from '../kit/node-red';
import { refusals } from '../kit/schemas';
import { bool, json, num } from '../kit/typed-input';
import { noteOf, shownText } from './panel-actions';
import { PanelStage, placed } from './panel-stage';
import { type Variant, withoutLogin } from './variants';

const NOWHERE = 'http://127.0.0.1:1';

/** What an administrator may write into settings.js: right values, and below wrong ones. */
const RIGHT = {
  'sonata-pattern': {
    operation: 'off',
    parameters: { deviceId: num(7) },
    result: 'answer',
    delivery: 'latest',
    queueLimit: 5,
    keepFor: 30,
  },
  'turn-sse': { stream: 'page', selector: 'light/1', ignoreOwn: false, initial: true },
  'sonata-events': { unsubscribe: 1 },
  'sonata-gateway': { baseUrl: NOWHERE, mqttUrl: 'mqtt://127.0.0.1:1', installationId: 42, patternKey: 'values', timeout: 2500 },
  'twinkly-account': { environment: 'custom', baseUrl: NOWHERE, overrides: { colors: 'given' } },
};
const WRONG = {
  'twinkly-command': { operation: 'set-color', parameters: { id: 48213, color: { r: 1, g: 2 } }, delivery: 'sometimes' },
  'turn-channel': { operation: 7, parameters: 'light/1/1', name: 5, queueLimit: 'many' },
  'turn-control': { operation: 'reset', confirmReset: 'perhaps' },
  'thing-messages': { interval: 'soon', things: ['TSPR01', 'TSPR02'], shard: 3, connection: {} },
  'thingsquare-variable': { parameters: { device: null, name: { type: 'colour', value: 'red' }, kind: true } },
  'ensemble-simulator': { port: 70_000, mqttPort: 'any' },
  'thingsquare-frontend': { baseUrl: 5, authentication: 'perhaps', timeout: {}, announce: 'perhaps' },
};

interface Shown {
  /** Beside the node's triangle. */
  readonly complaints: readonly string[];
  /** Below rows of the panel; empty where a row must not be marked. */
  readonly notes: Readonly<Record<string, string>>;
  /** What is there when Done was pressed. */
  readonly saved: object;
}

const COLOR = 'Colour must be a colour: #rrggbb, [r, g, b], {r, g, b} or {h, s, v}';
const OPERATION = 'Operation must be one of: Set state, Set states, Get state, Send action, List actions, List channels';
const LIMIT = 'Queue limit must be a whole number (0 to 1,000,000 messages)';
const INTERVAL = 'Poll interval must be a whole number (1 to 86,400 seconds)';
const RESET = 'Allow this node to reset the whole Turn must be yes or no';
const untyped = (label: string) => `${label} must be an object with type and value, as the panel saves it`;

const SHOWN: Readonly<Record<string, Shown>> = {
  'twinkly-command': {
    complaints: [untyped('ID'), untyped('Colour'), 'Delivery must be one of: queue all, queue only the latest, reject'],
    notes: { 'ensemble-parameter-color': COLOR, 'ensemble-parameter-id': '' },
    saved: { parameters: { id: num(48_213), color: json({ r: 1, g: 2 }) }, delivery: 'sometimes' },
  },
  'turn-channel': {
    complaints: [OPERATION, untyped('parameters'), LIMIT],
    notes: { 'node-input-operation': OPERATION, 'node-input-queueLimit': LIMIT },
    saved: { queueLimit: 'many' },
  },
  'turn-control': { complaints: [RESET], notes: { 'node-input-confirmReset': RESET }, saved: { confirmReset: 'perhaps' } },
  'thing-messages': {
    complaints: [INTERVAL, 'Shard must be a shard such as 1/3'],
    notes: { 'node-input-interval': INTERVAL, 'node-input-things': '' },
    saved: { interval: 'soon', things: ['TSPR01', 'TSPR02'], shard: 3 },
  },
  'thingsquare-variable': {
    complaints: ['Device is missing', untyped('Kind'), untyped('Variable')],
    notes: { 'ensemble-parameter-name': 'Variable must be text' },
    saved: { parameters: { name: json({ type: 'colour', value: 'red' }), kind: bool(true) } },
  },
  'ensemble-simulator': {
    complaints: ['HTTP port must be a whole number from 1 to 65535', 'MQTT port must be a whole number from 1 to 65535'],
    notes: {},
    saved: { port: 70_000, mqttPort: 'any' },
  },
};

const variant: Variant = {
  theme: 'light',
  language: 'en-US',
  options: { ...withoutLogin, settings: { nodeDefaults: { ...RIGHT, ...WRONG } } },
};

describe(`nodeDefaults of settings.js, in Chromium on Node-RED ${VERSION}`, () => {
  const stage = new PanelStage(
    variant,
    () => [
      { id: 'gateway', type: 'sonata-gateway', installationId: 1 },
      placed('kept', 'sonata-pattern', { connection: 'gateway', operation: 'toggle', parameters: { deviceId: num(3) } }),
    ],
    { mayRefuse: true },
  );
  const node = (id: string) => stage.editor.node(id);
  /** Drags a node in, and opens the dialog for a new connection in its panel. */
  async function addConnection(type: string): Promise<Locator> {
    await stage.editor.open(await stage.editor.drop(type, 500, 400));
    const add = stage.editor.page.locator('#node-input-btn-connection-add');
    await ((await add.isVisible()) ? add : stage.editor.page.locator('#node-input-btn-connection-edit')).click();
    return stage.editor.panel();
  }

  it('are what an action node has that is dragged in, and what it saves', async () => {
    const id = await stage.editor.drop('sonata-pattern', 300, 200);
    const { operation, parameters, result, delivery, queueLimit, keepFor } = await node(id);
    deepEqual({ operation, parameters, result, delivery, queueLimit, keepFor }, RIGHT['sonata-pattern']);
    const panel = await stage.editor.open(id);
    equal(await panel.locator('#node-input-operation').inputValue(), 'off');
    equal(await panel.locator('#ensemble-parameter-deviceId-value').inputValue(), '7');
    equal(await shownText(panel, 'node-input-delivery'), 'queue only the latest');
    await panel.locator('#node-input-connection').selectOption('gateway');
    await stage.editor.save();
    const saved = await node(id);
    deepEqual({ ...saved, ...RIGHT['sonata-pattern'] }, saved);
    deepEqual(refusals('sonata-pattern', 'settings', saved), []);
  });

  it('are what an event node has that is dragged in, switches included', async () => {
    const id = await stage.editor.drop('turn-sse', 300, 300);
    const panel = await stage.editor.open(id);
    equal(await panel.locator('#node-input-ignoreOwn').isChecked(), false);
    equal(await panel.locator('#node-input-initial').isChecked(), true);
    equal(await panel.locator('#node-input-selector').inputValue(), 'light/1');
    await stage.editor.save();
    const saved = await node(id);
    deepEqual({ ...saved, ...RIGHT['turn-sse'] }, saved);
  });

  it('are on in a switch that is given as 1, and kept', async () => {
    const id = await stage.editor.drop('sonata-events', 300, 400);
    const panel = await stage.editor.open(id);
    equal(await panel.locator('#node-input-unsubscribe').isChecked(), true);
    await stage.editor.save();
    equal((await node(id)).unsubscribe, 1);
  });

  it('are what a new config node has, an object as the JSON that its row shows', async () => {
    const gateway = await addConnection('sonata-events');
    equal(await gateway.locator('#node-config-input-installationId').inputValue(), '42');
    equal(await shownText(gateway, 'node-config-input-patternKey'), 'values');
    await stage.editor.save();
    await stage.editor.save();
    const account = await addConnection('twinkly-query');
    equal(await account.locator('#node-config-input-overrides-value').inputValue(), '{"colors":"given"}');
    equal(await noteOf(account, 'node-config-input-overrides').getAttribute('data-kind'), 'none');
    await stage.editor.save();
    await stage.editor.save();
    const [made] = await stage.editor.nodes('sonata-gateway', 'gateway');
    deepEqual({ ...made, ...RIGHT['sonata-gateway'] }, made);
    const [told] = await stage.editor.nodes('twinkly-account');
    deepEqual(JSON.parse(String(told?.overrides)), RIGHT['twinkly-account'].overrides);
  });

  for (const [type, { complaints, notes, saved }] of Object.entries(SHOWN))
    it(`are shown where they are wrong, and kept: ${type}`, async () => {
      const id = await stage.editor.drop(type, 500, 300);
      const said = await stage.complaints(id);
      deepEqual(
        complaints.filter((text) => !said?.includes(text)),
        [],
        said?.join('\n'),
      );
      const panel = await stage.editor.open(id);
      for (const [row, text] of Object.entries(notes))
        if (text === '') equal(await panel.locator(`.ensemble-wrong #${row}`).count(), 0, row);
        else equal((await noteOf(panel, row).innerText()).trim(), text);
      await stage.picture(`node-defaults-${type}`);
      await stage.editor.save();
      const after = await node(id);
      deepEqual({ ...after, ...saved }, after);
      equal(await stage.isValid(id), false);
    });

  it('are shown where they are wrong in a new config node, and kept', async () => {
    const panel = await addConnection('thingsquare-device');
    const note = async (name: string) => (await noteOf(panel, `node-config-input-${name}`).innerText()).trim();
    equal(await note('baseUrl'), 'Frontend URL must be an address that begins with https:// or http://');
    equal(await note('authentication'), 'Authentication must be one of: login and password, API token, anonymous');
    equal(await note('announce'), 'Announce user must be yes or no');
    await stage.editor.save();
    await stage.editor.cancel();
    const [made] = await stage.editor.nodes('thingsquare-frontend');
    const { baseUrl, authentication, announce } = WRONG['thingsquare-frontend'];
    deepEqual({ ...made, baseUrl, authentication, announce }, made);
  });

  it('leave nodes that are there as they are', async () => {
    const { operation, parameters } = await node('kept');
    deepEqual({ operation, parameters }, { operation: 'toggle', parameters: { deviceId: num(3) } });
  });
});

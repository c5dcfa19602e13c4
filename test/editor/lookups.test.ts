import { deepEqual, equal } from 'node:assert/strict';
import type { Locator, Route } from 'playwright-core';
import { type FlowNode, VERSION } from '../kit/node-red';
import { probe } from '../kit/probe';
import { num } from '../kit/typed-input';
import { until, within } from '../kit/within';
import { noteOf } from './panel-actions';
import { PanelStage, placed } from './panel-stage';
import { withLogin } from './variants';

const LOOKUPS = '**/ensemble/lookup/**';
const DEVICE = 'ensemble-parameter-deviceId';

describe('lookups and tests of a connection', () => {
  afterEach(() => stage.editor.cancel());
  const flow = (address: string): FlowNode[] => [
    { id: 'gateway', type: 'sonata-gateway', baseUrl: `${address}/sonata`, installationId: 1, mqttUrl: stage.simulator.mqttAddress },
    placed('events', 'sonata-events', { connection: 'gateway', publicUrl: stage.red.httpUrl, wires: [['probe']] }),
    placed('probe', 'kit-probe', { wires: [] }),
    placed('action', 'sonata-pattern', { connection: 'gateway', operation: 'toggle', parameters: { deviceId: num(7) } }),
  ];
  const stage = new PanelStage({ theme: 'light', language: 'en-US', options: withLogin }, flow, { height: 1000, mayRefuse: true });
  let panel: Locator;

  before(async () => {
    await stage.red.status('events', { text: 'subscribed, no event yet' });
    for (const device of [7, 456]) await light(device);
  });
  const open = async (id: string) => {
    panel = await stage.editor.open(id);
  };

  /** A device can be chosen once an event of it came in. */
  const light = async (device: number) => {
    const came = new Promise<void>((resolve) => {
      probe.seen = (_id, { topic }) => topic === `1/${device}/context` && resolve();
    });
    const body = JSON.stringify({ installation_id: 1, device_id: device, values: Array.from({ length: 100 }, () => 1) });
    await fetch(`${stage.simulator.address}/sonata/pattern`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
    await within(20_000, `no event of ${device}`, came);
  };
  const note = (id: string, wanted: RegExp) => stage.note(panel, id, wanted);
  const button = (name: string) => panel.locator(`.ensemble-row:has(#${DEVICE}) button[aria-label="${name}"]`);

  /** Lets what is asked wait. */
  const holdBack = async () => {
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    let count = 0;
    await stage.editor.page.route(LOOKUPS, async (route) => {
      count++;
      await released;
      await route.continue();
    });
    return { release: () => release(), asked: () => count };
  };

  const frames = () => stage.editor.page.evaluate('new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))');
  const typed = () => panel.locator(`#${DEVICE}-value`);
  const entries = () => stage.entries();

  it('offers what the vendor has, and names the chosen', async () => {
    await open('action');
    await button('Select from the list: Device ID').click();
    await entries().first().waitFor();
    await stage.editor.screenshot(`lookup-${VERSION}`);
    await entries().filter({ hasText: '1/456' }).click();
    equal(await typed().inputValue(), '456');
    equal(await note(DEVICE, /1\/456/), 'good');
    await stage.editor.save();
    deepEqual((await stage.editor.node('action')).parameters, { deviceId: num(456) });
    await open('action');
  });

  it('is used by keyboard alone, and takes what is typed as it is typed', async () => {
    await open('action');
    await note(DEVICE, /1\/(7|456)/);
    await typed().fill('');
    await typed().press('ArrowDown');
    deepEqual(await entries().allInnerTexts(), ['7\n1/7', '456\n1/456']);
    await stage.editor.page.keyboard.press('ArrowDown');
    await stage.editor.page.keyboard.press('Enter');
    equal(await typed().inputValue(), '7');
    await typed().fill('');
    await typed().pressSequentially('45');
    deepEqual(await entries().allInnerTexts(), ['456\n1/456']);
    await typed().press('Tab');
    equal(await typed().inputValue(), '45');
    equal(await note(DEVICE, /No event of this device/), 'warning');
  });

  it('asks anew at the press of a button, and shows that it asks', async () => {
    await open('action');
    const { release } = await holdBack();
    await light(99);
    await button('Refresh the list: Device ID').click();
    equal(await note(DEVICE, /Loading/), 'busy');
    release();
    await typed().fill('99');
    await typed().press('Tab');
    equal(await note(DEVICE, /1\/99/), 'good');
    await stage.editor.page.unroute(LOOKUPS);
  });

  it('keeps the newer response, although an older one comes after it', async () => {
    await open('action');
    await note(DEVICE, /./);
    const held: Route[] = [];
    await stage.editor.page.route(LOOKUPS, (route) => (held.length === 0 ? void held.push(route) : route.continue()));
    await button('Refresh the list: Device ID').click();
    await until('the first is held back', () => held.length === 1);
    await button('Refresh the list: Device ID').click();
    await note(DEVICE, /1\/(7|456)/);
    const late = stage.editor.page.waitForResponse(LOOKUPS);
    await held[0]?.fulfill({ json: [] });
    await (await late).finished();
    await frames();
    await typed().press('ArrowDown');
    await entries().filter({ hasText: '1/456' }).click();
    await stage.editor.page.unroute(LOOKUPS);
  });

  it('opens the list at once, which fills when it has come, and asks no more for it', async () => {
    await open('action');
    await note(DEVICE, /./);
    const { release, asked } = await holdBack();
    await button('Refresh the list: Device ID').click();
    for (let press = 0; press < 3; press++) await button('Select from the list: Device ID').click();
    await stage.editor.page.locator('.ensemble-list-remark[data-kind="busy"]').waitFor();
    release();
    await entries().filter({ hasText: '1/456' }).click();
    equal(await typed().inputValue(), '456');
    equal(asked(), 1);
    await stage.editor.page.unroute(LOOKUPS);
  });

  it('closes the list at another press of its button, although it comes between press and release', async () => {
    await open('action');
    await note(DEVICE, /./);
    const { release } = await holdBack();
    await button('Refresh the list: Device ID').click();
    await button('Select from the list: Device ID').click();
    await button('Select from the list: Device ID').hover();
    await stage.editor.page.mouse.down();
    release();
    await entries().first().waitFor();
    equal(await stage.editor.page.locator('.ensemble-popup:visible').count(), 1);
    await stage.editor.page.mouse.up();
    await entries().first().waitFor({ state: 'hidden' });
    await stage.editor.page.unroute(LOOKUPS);
  });

  it('opens no list again that comes when the user has turned to another field', async () => {
    await open('action');
    await note(DEVICE, /./);
    const { release } = await holdBack();
    await button('Refresh the list: Device ID').click();
    await button('Select from the list: Device ID').click();
    await panel.locator('#node-input-name').focus();
    release();
    await note(DEVICE, /1\/(7|456)/);
    equal(await entries().count(), 0);
    await stage.editor.page.unroute(LOOKUPS);
  });

  it('leaves no list over the workspace, where the dialog has gone before it comes', async () => {
    await open('action');
    await note(DEVICE, /./);
    const { release } = await holdBack();
    await button('Refresh the list: Device ID').click();
    await button('Select from the list: Device ID').click();
    await stage.editor.cancel();
    equal(await stage.editor.page.locator('.ensemble-popup').count(), 0);
    const response = stage.editor.page.waitForResponse(LOOKUPS);
    release();
    await (await response).finished();
    await frames();
    equal(await entries().count(), 0);
    await stage.editor.page.unroute(LOOKUPS);
    await open('action');
  });

  it('asks with the connection as it stands in the editor, deployed or not', async () => {
    await open('action');
    await panel.locator('#node-input-btn-connection-edit').click();
    let config = await stage.editor.panel();
    await config.locator('#node-config-input-installationId').fill('2');
    await stage.editor.save();
    equal(await note(DEVICE, /no list to check it with/), 'info');
    await button('Select from the list: Device ID').click();
    const remark = stage.editor.page.locator('.ensemble-list-remark:visible');
    await remark.filter({ hasText: /^The vendor has no list\. A device appears here when/ }).waitFor();
    await stage.closeList();
    await panel.locator('#node-input-btn-connection-edit').click();
    config = await stage.editor.panel();
    await config.locator('#node-config-input-baseUrl').fill('nowhere');
    await stage.editor.save();
    equal(await note(DEVICE, /could not be loaded: Server URL must be an address.*NOT_CONFIGURED/), 'error');
    await stage.editor.screenshot(`lookup-failed-${VERSION}`);
    await panel.locator('#node-input-connection').selectOption('_ADD_');
    await until('no note', () => noteOf(panel, DEVICE).isHidden());
  });

  it('offers devices for a setting, too', async () => {
    await open('events');
    await panel.locator('#node-input-deviceId').fill('7');
    equal(await note('node-input-deviceId', /could not be loaded/), 'error');
  });

  it('tries what stands in the dialog of a connection, and says what happened', async () => {
    await open('gateway');
    await panel.locator('#ensemble-test').click();
    equal(await note('ensemble-test', /^ ?Server URL is not valid\. The reason stands below/), 'error');
    await panel.locator('#node-config-input-baseUrl').fill(`${stage.simulator.address}/sonata`);
    await panel.locator('#ensemble-test').click();
    equal(await note('ensemble-test', /The Sonata server answers\. The broker accepts clients without an MQTT user/), 'good');
    await panel.locator('#node-config-input-baseUrl').fill('http://127.0.0.1:1');
    await panel.locator('#ensemble-test').click();
    equal(await note('ensemble-test', /UNREACHABLE/), 'error');
    await stage.editor.screenshot(`connection-test-${VERSION}`);
  });
});

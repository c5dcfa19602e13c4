// npm run pictures: makes the pictures of the README and of docs/ again, by taking the README's five steps with mouse and
// keyboard in a real Node-RED, and films a part of them. The simulated devices take their usual ports, so end `npm start` before.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { debugged, drop, press, wire } from './pictures/editor.mjs';
import { node24, ready, root, runsNodeRed5 } from './ready.mjs';

await ready({ everything: true, withNode24: true });
// Only Node-RED 5 has a dark theme of its own.
if (!runsNodeRed5) process.exit(spawnSync(node24, process.argv.slice(1), { stdio: 'inherit' }).status ?? 1);

// What is installed and built is there only now.
const { film } = await import('./pictures/film.mjs');
const { compressed } = await import('./pictures/png.mjs');
const require = createRequire(import.meta.url);
const { startNodeRed } = require('../dist/test/kit/node-red.js');
const { launchChromium, openPage } = require('../dist/test/kit/browser.js');
const { openEditor } = require('../dist/test/kit/editor.js');
const actions = require('../dist/test/editor/panel-actions.js');

const DEVICES = 'http://127.0.0.1:18800';
const exampleOf = (path) => JSON.parse(readFileSync(join(root, 'examples', path), 'utf8'));
const HEART = JSON.parse(exampleOf('Sonata/Paint and send.json').find(({ name }) => name === 'Heart').parameters.pattern.value);
const ALL_VENDORS = exampleOf('All vendors/One dial for five vendors.json');
const [WIDTH, LOW, HIGH] = [1180, 780, 1400];
/** Around what a picture shows: less than there is to its neighbours. */
const MARGIN = 10;

mkdirSync(join(root, 'docs'), { recursive: true });
// Without the nodes of the test kit in the palette.
const red = await startNodeRed({ settings: { nodesDir: [] } });
try {
  await red.deploy([{ id: 'tab', type: 'tab', label: 'My first flow' }]);
  await takeTheSteps(await openEditor(red, { width: WIDTH, height: LOW }));
  await inTheDark(await openEditor(red, { theme: 'dark', language: 'de', width: WIDTH, height: HIGH }));
  await allVendors();
  await chart();
  // Without a node that serves them, the devices forget what they show.
  await red.deploy([]);
  // The last, because Node-RED keeps in mind that the palette is closed.
  written('overview.png', await film({ red, address: DEVICES, allVendors: ALL_VENDORS }));
} finally {
  await red.shutdown();
  await (await launchChromium()).close();
}

/** The five steps of the README. */
async function takeTheSteps(editor) {
  const { page } = editor;
  const simulator = await drop(page, 'ensemble-simulator', 160, 400);
  await editor.deploy();
  await red.status(simulator, { fill: 'green' });

  const inject = await drop(page, 'inject', 160, 480);
  const pattern = await drop(page, 'sonata-pattern', 340, 480);
  const debug = await drop(page, 'debug', 560, 480);
  await wire(page, inject, pattern);
  await wire(page, pattern, debug);
  await page.mouse.click(700, 700);
  await page.locator('#red-ui-palette-container-ensemble').evaluate((category) => category.scrollIntoView({ block: 'start' }));
  await save(page, 'palette', { clip: { x: 0, y: 346, width: 875, height: 400 } });

  const chart = page.locator('#red-ui-workspace-chart');
  const place = await chart.evaluate(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop]);
  await setUp(editor, pattern);

  await editor.deploy();
  await press(page, inject);
  await red.status(pattern, { fill: 'green' });
  const devices = await openPage(`${DEVICES}/#sonata`, { width: 1280, height: 800 });
  await devices.page.locator('[data-device="1/1"] > [data-level="15"]').first().waitFor();

  // The window was higher for a while, and the editor has scrolled.
  await chart.evaluate((element, [left, top]) => element.scrollTo(left, top), place);
  const events = await drop(page, 'sonata-events', 360, 560);
  await wire(page, events, debug);
  const panel = await editor.open(events);
  await actions.chooseOption(panel, 'node-input-transport', 'MQTT');
  await editor.save();
  await editor.deploy();
  await red.status(events, { fill: 'green' });
  await page.locator('.red-ui-debug-header .button-group button, #red-ui-sidebar-debug-clear').last().click();
  const off = devices.page.locator('#sonata article').first().getByRole('button', { name: 'Off' });
  await off.click();
  await debugged(page, 'installationId').first().waitFor();
  await press(page, inject);
  await debugged(page, 'installationId').nth(1).waitFor();
  await page.locator(`[id="${pattern}"]`, { hasText: /Set pattern \d\d:\d\d/ }).waitFor();
  await page.mouse.click(700, 700);
  await save(page, 'events', { clip: { x: 216, y: 346, width: 964, height: 400 } });
}

/** Gives the node its gateway, its device and its pattern, and tries it. */
async function setUp(editor, node) {
  const { page } = editor;
  await page.setViewportSize({ width: WIDTH, height: HIGH });
  await editor.open(node);
  await page.locator('#node-input-btn-connection-add').click();
  const gateway = await editor.panel();
  await gateway.locator('#ensemble-simulated').click();
  await gateway.locator('#ensemble-test').click();
  await gateway.getByText('The Sonata server answers').waitFor();
  // The word of the deploy before lies over the panel for a while.
  await page.locator('.red-ui-notification').first().waitFor({ state: 'hidden' });
  await save(page, 'gateway', await panelClip(gateway, '.ensemble-row:has(#ensemble-test)'));
  await editor.save();
  // Node-RED does not move the focus back into the panel below.
  await page.locator('#node-input-name').focus();
  const panel = await editor.panel();
  await actions.type(panel, 'ensemble-parameter-deviceId', '1');
  for (const [index, level] of HEART.entries()) if (level > 0) await panel.locator(`[data-index="${index}"]`).press(level.toString(16));
  await panel.locator('#ensemble-try').click();
  await panel.locator('.ensemble-trial button').first().click();
  await panel.locator('.ensemble-response').waitFor();
  await panel.locator('.red-ui-tray-body').evaluate((body) => body.scrollTo(0, 0));
  await save(page, 'painter', await panelClip(panel, '.ensemble-row:has(#ensemble-try)'));
  await editor.save();
  await page.setViewportSize({ width: WIDTH, height: LOW });
}

async function inTheDark(editor) {
  const node = await editor.page.evaluate(() => RED.nodes.filterNodes({ type: 'sonata-pattern' })[0].id);
  const panel = await editor.open(node);
  await panel.locator('[data-level="15"]').first().waitFor();
  await save(editor.page, 'dark', await panelClip(panel, '.ensemble-row:has(#ensemble-try)'));
}

/** The example with all vendors, after a turn of the dial. */
async function allVendors() {
  const named = (type) => ALL_VENDORS.find((node) => node.type === type).id;
  await red.deploy(ALL_VENDORS);
  await red.status(named('turn-sse'), { fill: 'green' });
  const { page } = await openPage(DEVICES, { width: 1366, height: 768 });
  const dial = page.locator('[data-stage="turn"]').getByRole('slider');
  for (let turns = 0; turns < 3; turns++) await dial.press('PageUp');
  await dial.blur();
  // All has arrived, and been acknowledged.
  for (const vendor of ['twinkly', 'thingsquare'])
    await page.locator(`[data-stage="${vendor}"] .said`, { hasText: /(^|\D)75%$/ }).waitFor();
  await page
    .locator('[data-stage="turn"]')
    .getByText(/[1-9]\d*% now/)
    .waitFor();
  await save(page, 'devices');
  await page.setViewportSize({ width: 1000, height: 2400 });
  for (const vendor of ['twinkly', 'turn', 'thingsquare', 'thingsee']) {
    await page.locator(`#tab-${vendor}`).click();
    if (vendor === 'turn') await page.locator('#turn').getByText('Living room').first().click();
    // Nothing lies below the pointer.
    await page.mouse.move(0, 0);
    const { x, y, width, height } = await page.locator(`#${vendor}`).boundingBox();
    await save(page, vendor, { clip: { x: x - MARGIN, y: y - MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN } });
  }
}

/** The page that an example makes. */
async function chart() {
  await red.deploy(exampleOf('Thingsquare/Chart of a history.json'));
  const { page } = await openPage(`${red.url}/thingsquare/chart`, { width: 460, height: 250 });
  await page.locator('svg').first().waitFor();
  await save(page.locator('svg').first(), 'chart');
}

/** Where a panel is, without what it covers, from its top to the end of a part of it. */
async function panelClip(panel, last) {
  const { x, width } = await panel.locator('.red-ui-tray-footer').boundingBox();
  const { y } = await panel.boundingBox();
  const end = await panel.locator(last).boundingBox();
  return { clip: { x, y, width, height: end.y + end.height + MARGIN - y } };
}

async function save(target, name, options) {
  written(`${name}.png`, await compressed(await target.screenshot(options)));
}

function written(name, file) {
  writeFileSync(join(root, 'docs', name), file);
  console.log(`docs/${name}: ${Math.round(file.length / 1000)} kB`);
}

// npm run pictures: makes the pictures of the README again, by taking its five steps with mouse and keyboard in a real
// Node-RED. The simulated devices take their usual ports, so end `npm start` before.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { node24, ready, root, runsNodeRed5 } from './ready.mjs';

await ready({ withNode24: true });
// Only Node-RED 5 has a dark theme of its own.
if (!runsNodeRed5) process.exit(spawnSync(node24, process.argv.slice(1), { stdio: 'inherit' }).status ?? 1);

const require = createRequire(import.meta.url);
const { startNodeRed } = require('../dist/test/kit/node-red.js');
const { launchChromium, openPage } = require('../dist/test/kit/browser.js');
const { openEditor } = require('../dist/test/kit/editor.js');
const actions = require('../dist/test/editor/panel-actions.js');

const DEVICES = 'http://127.0.0.1:18800';
const EXAMPLE = JSON.parse(readFileSync(join(root, 'examples/sonata/Paint and send.json'), 'utf8'));
const HEART = JSON.parse(EXAMPLE.find(({ name }) => name === 'Heart').parameters.pattern.value);
const [WIDTH, LOW, HIGH] = [1180, 780, 1180];
/** From the top of a panel to the end of the painter. */
const PAINTED = 890;
/** Colours that differ by less look the same. */
const SHADE = 5;

mkdirSync(join(root, 'docs'), { recursive: true });
// Without the nodes of the test kit in the palette.
const red = await startNodeRed({ settings: { nodesDir: [] } });
try {
  await red.deploy([{ id: 'tab', type: 'tab', label: 'My first flow' }]);
  const panel = await takeTheSteps(await openEditor(red, { width: WIDTH, height: LOW }));
  await inTheDark(await openEditor(red, { theme: 'dark', language: 'de', width: WIDTH, height: HIGH }));
  const { page } = await openPage(DEVICES, { width: 570, height: PAINTED });
  await page.locator('[data-level="15"]').first().waitFor();
  // As large as the panel beside it: two by two matrices.
  await page.evaluate(() => {
    document.body.style.zoom = 1.16;
  });
  await overview(panel, await page.screenshot());
  await allVendors();
} finally {
  await red.shutdown();
  await (await launchChromium()).close();
}

/** The five steps of the README. Returns a picture of the painter. */
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
  await page.locator('.red-ui-palette-node[data-palette-type="sonata-pattern"]').scrollIntoViewIfNeeded();
  await save(page, 'palette', { clip: { x: 0, y: 346, width: 875, height: 400 } });

  const chart = page.locator('#red-ui-workspace-chart');
  const place = await chart.evaluate(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop]);
  const painter = await setUp(editor, pattern);

  await editor.deploy();
  await press(page, inject);
  await red.status(pattern, { fill: 'green' });
  const devices = await openPage(DEVICES, { width: 1280, height: 408 });
  await devices.page.locator('[data-device="1/1"] > [data-level="15"]').first().waitFor();
  await save(devices.page, 'devices');

  // The window was higher for a while, and the editor has scrolled.
  await chart.evaluate((element, [left, top]) => element.scrollTo(left, top), place);
  const events = await drop(page, 'sonata-events', 360, 560);
  await wire(page, events, debug);
  const panel = await editor.open(events);
  await panel.locator('#node-input-connection').selectOption({ index: 0 });
  await actions.chooseOption(panel, 'node-input-transport', 'MQTT');
  await editor.save();
  await editor.deploy();
  await red.status(events, { fill: 'green' });
  await page.locator('.red-ui-debug-header .button-group button, #red-ui-sidebar-debug-clear').last().click();
  const off = devices.page.locator('article').first().getByRole('button', { name: 'Off' });
  await off.click();
  await debugged(page, 'installationId').first().waitFor();
  await press(page, inject);
  await debugged(page, 'installationId').nth(1).waitFor();
  await page.locator(`[id="${pattern}"]`, { hasText: 'done' }).waitFor();
  await page.mouse.click(700, 700);
  await save(page, 'events', { clip: { x: 216, y: 346, width: 964, height: 400 } });
  return painter;
}

/** Gives the node its gateway, its device and its pattern. Returns a picture of the painter. */
async function setUp(editor, node) {
  const { page } = editor;
  await page.setViewportSize({ width: WIDTH, height: HIGH });
  await editor.open(node);
  await page.locator('#node-input-btn-connection-add').click();
  const gateway = await editor.panel();
  await gateway.locator('#node-config-input-baseUrl').fill(`${DEVICES}/sonata`);
  await gateway.locator('#node-config-input-installationId').fill('1');
  await gateway.locator('#node-config-input-mqttUrl').fill('mqtt://127.0.0.1:18830');
  await gateway.locator('#ensemble-test').click();
  await gateway.getByText('The Sonata server answers').waitFor();
  // The word of the deploy before lies over the panel for a while.
  await page.locator('.red-ui-notification').first().waitFor({ state: 'hidden' });
  await save(page, 'gateway', await panelClip(gateway));
  await editor.save();
  // Node-RED does not move the focus back into the panel below.
  await page.locator('#node-input-name').focus();
  const panel = await editor.panel();
  await actions.type(panel, 'ensemble-parameter-deviceId', '1');
  for (const [index, level] of HEART.entries()) if (level > 0) await panel.locator(`[data-index="${index}"]`).press(level.toString(16));
  await panel.locator('.red-ui-tray-body').evaluate((body) => body.scrollTo(0, 0));
  const picture = await page.screenshot(await panelClip(panel, PAINTED));
  await editor.save();
  await page.setViewportSize({ width: WIDTH, height: LOW });
  return picture;
}

async function inTheDark(editor) {
  const node = await editor.page.evaluate(() => RED.nodes.filterNodes({ type: 'sonata-pattern' })[0].id);
  const panel = await editor.open(node);
  await panel.locator('[data-level="15"]').first().waitFor();
  await save(editor.page, 'dark', await panelClip(panel, PAINTED));
}

/** What is painted and what the device shows, side by side. */
async function overview(...pictures) {
  const { page } = await openPage('about:blank', { width: 1200, height: 1000 });
  const images = pictures.map((png) => `<img src="data:image/png;base64,${png.toString('base64')}">`).join('');
  await page.setContent(`<!doctype html><style>
    body { margin: 0; padding: 28px; background: #2b2833; display: flex; gap: 28px; align-items: center; width: fit-content }
    img { border-radius: 8px }
  </style>${images}`);
  await save(page.locator('body'), 'overview');
}

/** The example with all vendors, after a turn of the dial. */
async function allVendors() {
  const nodes = JSON.parse(readFileSync(join(root, 'examples/ensemble/One dial for five vendors.json'), 'utf8'));
  const named = (type) => nodes.find((node) => node.type === type).id;
  await red.deploy(nodes);
  await red.status(named('turn-sse'), { fill: 'green' });
  const { page } = await openPage(DEVICES, { width: 1000, height: 1000 });
  await page.locator('#turn').getByText('Living room').first().click();
  for (let turns = 0; turns < 14; turns++) await page.locator('#turn').getByRole('slider').press('PageUp');
  for (const type of ['twinkly-command', 'sonata-pattern', 'thingsquare-variable']) await red.status(named(type), { fill: 'green' });
  for (const vendor of ['twinkly', 'turn', 'thingsquare', 'thingsee']) await save(page.locator(`#${vendor}`), vendor);
  const editor = await openEditor(red, { width: WIDTH, height: LOW });
  await save(editor.page, 'flow', { clip: { x: 216, y: 40, width: 664, height: 700 } });
}

/** Where a panel is, without what it covers. */
async function panelClip(panel, most = HIGH) {
  const { x, width } = await panel.locator('.red-ui-tray-footer').boundingBox();
  const { y, height } = await panel.boundingBox();
  return { clip: { x, y, width, height: Math.min(height, most) } };
}

async function save(target, name, options) {
  const png = await compressed(await target.screenshot(options));
  writeFileSync(join(root, 'docs', `${name}.png`), png);
  console.log(`docs/${name}.png: ${Math.round(png.length / 1000)} kB`);
}

/** With fewer shades than Chromium writes: half the size, and no eye sees it. */
async function compressed(png) {
  const { width, height, rgba } = await decoded(png);
  const colours = Array.from({ length: width * height }, (_, pixel) => rgba.readUIntBE(pixel * 4, 3));
  const counts = new Map();
  for (const colour of colours) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const round = (channel) => Math.min(255, Math.round(channel / SHADE) * SHADE);
  // Backgrounds keep their colour: only what has many shades anyway can do with fewer.
  const fewer = (colour) =>
    counts.get(colour) > colours.length / 1000
      ? colour
      : (round(colour >> 16) << 16) | (round((colour >> 8) & 0xff) << 8) | round(colour & 0xff);
  // Each row begins with the number of its filter: 0 is none.
  const rows = Buffer.alloc((width * 3 + 1) * height);
  for (const [pixel, colour] of colours.entries()) rows.writeUIntBE(fewer(colour), pixel * 3 + 1 + Math.floor(pixel / width), 3);
  const header = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 2, 0, 0, 0]);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  const signature = Buffer.from('89504e470d0a1a0a', 'hex');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))]);
}

async function decoded(png) {
  const { page, close } = await openPage('about:blank');
  const { pixels, ...size } = await page.evaluate(async (base64) => {
    const bitmap = await createImageBitmap(await (await fetch(`data:image/png;base64,${base64}`)).blob());
    const { width, height } = bitmap;
    const canvas = new OffscreenCanvas(width, height).getContext('2d');
    canvas.drawImage(bitmap, 0, 0);
    const { data } = canvas.getImageData(0, 0, width, height);
    return { width, height, pixels: btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join('')) };
  }, png.toString('base64'));
  await close();
  return { ...size, rgba: Buffer.from(pixels, 'base64') };
}

/** https://www.w3.org/TR/png-3/#5Chunk-layout */
function chunk(type, data) {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [data.length, crc32(named)].map((number) => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32BE(number);
    return bytes;
  });
  return Buffer.concat([length, named, sum]);
}

/** Drags a node from the palette to the canvas. Returns its id. */
async function drop(page, type, x, y) {
  const entry = page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
  await entry.scrollIntoViewIfNeeded();
  // The palette scrolls smoothly: the entry must have come to rest.
  await entry.click({ trial: true });
  const from = await entry.boundingBox();
  const canvas = await page.locator('#red-ui-workspace-chart').boundingBox();
  await page.mouse.move(from.x + 20, from.y + 10);
  await page.mouse.down();
  await page.mouse.move(canvas.x + x, canvas.y + y, { steps: 8 });
  await page.mouse.up();
  return page.evaluate((wanted) => RED.nodes.filterNodes({ type: wanted }).at(-1).id, type);
}

/** Messages of the debug sidebar. */
function debugged(page, hasText) {
  return page.locator('.red-ui-debug-msg', { hasText });
}

async function wire(page, from, to) {
  const middle = async (selector) => {
    const { x, y, width, height } = await page.locator(selector).boundingBox();
    return [x + width / 2, y + height / 2];
  };
  await page.mouse.move(...(await middle(`[id="${from}"] .red-ui-flow-port-output .red-ui-flow-port`)));
  await page.mouse.down();
  await page.mouse.move(...(await middle(`[id="${to}"] .red-ui-flow-port-input .red-ui-flow-port`)), { steps: 8 });
  await page.mouse.up();
}

async function press(page, inject) {
  await page.locator(`[id="${inject}"] .red-ui-flow-node-button-button`).click();
}

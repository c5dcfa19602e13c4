// The moving picture of the README: a heart is painted and sent, and one dial moves devices of other vendors.
import { createRequire } from 'node:module';
import { gif } from './gif.mjs';
import { decoded } from './png.mjs';

const require = createRequire(import.meta.url);
const { openPage } = require('../../dist/test/kit/browser.js');
const { openEditor } = require('../../dist/test/kit/editor.js');

const [WIDTH, HEIGHT, GAP] = [900, 560, 12];
/** A little smaller than on a screen: more fits, and text can still be read. */
const SCALE = 0.8;
const PAGE_HEIGHT = (HEIGHT - 2 * GAP) / SCALE;
const EDITOR = { width: 620, height: PAGE_HEIGHT };
const DEVICES = { width: (WIDTH - 3 * GAP) / SCALE - EDITOR.width, height: PAGE_HEIGHT };
const BACKGROUND = 0x2b2833ff;
/** Milliseconds of a frame: while something moves, for an act of the mouse, and to look at what has come. */
const [MOVING, ACT, LOOK] = [140, 450, 1500];
/** Of the dial: degrees for each frame, which are one step, and how many frames. */
const [TURN, TURNS] = [12, 17];

const CURSOR = `<svg width="22" height="28" viewBox="0 0 11 14"><path d="M1 1v11l3-2.6 1.9 4.2 1.8-.8-1.9-4.1H10z" fill="#fff" stroke="#000" stroke-width=".8"/></svg>`;
/** Of the device page, only the devices of the example, two by two. */
const SELECTED = `
  main { display: block } aside, #thingsee, h2, .vendors .card:not(.filmed) { display: none }
  .vendors { grid-template-columns: 1fr 1fr; align-items: start } section[id], .vendor, .devices { display: contents }
  .filmed { min-width: 0; order: 1 } .filmed.turn { order: -1 } .filmed:has(.matrix) { order: 0 }`;

/** Returns the GIF file. */
export async function film({ red, address, heart, allVendors }) {
  const first = firstFlow(address);
  await red.deploy([...first, ...allVendors]);
  await red.status(allVendors.find(({ type }) => type === 'ensemble-simulator').id, { fill: 'green' });
  const editor = await openEditor(red, EDITOR);
  const devices = await openPage(address, DEVICES);
  const camera = new Camera([editor.page, devices.page]);
  await camera.ready();
  for (const part of ['sidebar', 'palette']) await editor.page.evaluate((name) => RED.actions.invoke(`core:toggle-${name}`), part);
  await paintAndSend(camera, red, editor, devices.page, heart);
  await turnTheDial(camera, red, editor.page, devices.page, allVendors);
  await Promise.all([editor.close(), devices.close()]);
  return gif({ width: WIDTH, height: HEIGHT, frames: camera.frames });
}

/** Takes pictures of pages side by side, with their pointers. */
class Camera {
  frames = [];
  pages;
  sessions = [];

  constructor(pages) {
    this.pages = pages;
  }

  async ready() {
    for (const page of this.pages) {
      this.sessions.push(await page.context().newCDPSession(page));
      await page.evaluate((cursor) => {
        const pointer = document.createElement('div');
        pointer.innerHTML = cursor;
        Object.assign(pointer.style, { position: 'fixed', zIndex: 10000, pointerEvents: 'none', left: '-50px', top: '0' });
        document.body.append(pointer);
        for (const event of ['pointermove', 'pointerdown'])
          addEventListener(
            event,
            ({ clientX, clientY }) => Object.assign(pointer.style, { left: `${clientX}px`, top: `${clientY}px` }),
            true,
          );
      }, CURSOR);
    }
  }

  async shot(ms) {
    const rgba = Buffer.alloc(WIDTH * HEIGHT * 4);
    for (let at = 0; at < rgba.length; at += 4) rgba.writeUInt32BE(BACKGROUND, at);
    let left = GAP;
    for (const [index, { width, height }] of [EDITOR, DEVICES].entries()) {
      const clip = { x: 0, y: 0, width, height, scale: SCALE };
      const { data } = await this.sessions[index].send('Page.captureScreenshot', { format: 'png', clip });
      const picture = await decoded(Buffer.from(data, 'base64'));
      for (let y = 0; y < picture.height; y++)
        picture.rgba.copy(rgba, ((y + GAP) * WIDTH + left) * 4, y * picture.width * 4, (y + 1) * picture.width * 4);
      left += picture.width + GAP;
    }
    const last = this.frames.at(-1);
    if (last?.rgba.equals(rgba)) last.ms += ms;
    else this.frames.push({ rgba, ms });
  }

  /** Moves the pointer there, which takes two frames, and clicks. */
  async click(page, locator, options) {
    const { x, y, width, height } = await locator.boundingBox();
    const [toX, toY] = [x + width / 2, y + height / 2];
    const [fromX, fromY] = this.at ?? [toX - 60, toY + 60];
    for (const part of [0.5, 0.85]) {
      await page.mouse.move(fromX + (toX - fromX) * part, fromY + (toY - fromY) * part);
      await this.shot(MOVING);
    }
    await page.mouse.move(toX, toY);
    this.at = [toX, toY];
    await this.shot(MOVING);
    await page.mouse.click(toX, toY, options);
  }
}

async function paintAndSend(camera, red, editor, devices, heart) {
  const { page } = editor;
  const node = (id) => page.locator(`[id="${id}"]`);
  await camera.shot(LOOK);
  await camera.click(page, node('pattern').locator('.red-ui-flow-node'), { clickCount: 2 });
  const panel = await editor.panel();
  await camera.shot(ACT);
  await panel.locator('[data-index="55"]').evaluate((middle) => middle.scrollIntoView({ block: 'center' }));
  await camera.shot(ACT);
  for (const [from, to] of strokes(heart)) {
    const [start, end] = await Promise.all([from, to].map((index) => panel.locator(`[data-index="${index}"]`).boundingBox()));
    await page.mouse.move(start.x + start.width / 2, start.y + start.height / 2);
    await page.mouse.down();
    await page.mouse.move(end.x + end.width / 2, end.y + end.height / 2, { steps: 4 });
    await page.mouse.up();
    await camera.shot(MOVING);
    camera.at = [end.x + end.width / 2, end.y + end.height / 2];
  }
  await camera.shot(ACT);
  await camera.click(page, panel.locator('#node-dialog-ok'));
  await panel.waitFor({ state: 'hidden' });
  await camera.shot(ACT);
  await camera.click(page, page.locator('#red-ui-header-button-deploy'));
  await camera.shot(ACT);
  await red.status('pattern', { fill: 'grey' });
  await page.locator('.red-ui-notification').first().waitFor({ state: 'hidden' });
  await camera.click(page, page.locator('[id="send"] .red-ui-flow-node-button-button'));
  await devices.locator('[data-device="1/1"] > [data-level="15"]').first().waitFor();
  await node('pattern').getByText('done').waitFor();
  await camera.shot(LOOK);
}

async function turnTheDial(camera, red, page, devices, nodes) {
  const { id: tab } = nodes.find(({ type }) => type === 'tab');
  await page.evaluate((wanted) => RED.workspaces.show(wanted), tab);
  await devices.locator('#turn').getByText('Living room').first().click();
  const of = (type) => nodes.find((node) => node.type === type);
  const selectors = [
    '.turn',
    `[data-object="${of('twinkly-command').parameters.id.value}"]`,
    `:has([data-device="1/${of('sonata-pattern').parameters.deviceId.value}"])`,
    `[aria-label^="${of('thingsquare-variable').name}"]`,
  ];
  const select = ([wanted, css]) => {
    for (const selector of wanted) document.querySelector(`.card${selector}`).classList.add('filmed');
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets.push(sheet);
    scrollTo(0, 0);
  };
  await devices.evaluate(select, [selectors, SELECTED]);
  await camera.shot(LOOK);
  const { x, y, width, height } = await devices.getByRole('slider').boundingBox();
  const place = (degrees) => [
    x + width / 2 + Math.sin((degrees * Math.PI) / 180) * width * 0.42,
    y + height / 2 - Math.cos((degrees * Math.PI) / 180) * height * 0.42,
  ];
  await devices.mouse.move(...place(-130));
  await devices.mouse.down();
  for (let turn = 1; turn <= TURNS; turn++) {
    await devices.mouse.move(...place(-130 + turn * TURN));
    await camera.shot(MOVING);
  }
  await devices.mouse.up();
  for (const type of ['twinkly-command', 'sonata-pattern', 'thingsquare-variable']) await red.status(of(type).id, { fill: 'green' });
  await camera.shot(LOOK);
}

/** From where to where a line is painted, row by row. */
function strokes(heart) {
  const rows = Array.from({ length: 10 }, (_, row) => heart.slice(row * 10, row * 10 + 10));
  return rows.flatMap((levels, row) => {
    const lit = levels.flatMap((level, column) => (level > 0 ? [column] : []));
    const starts = lit.filter((column) => !lit.includes(column - 1));
    const ends = lit.filter((column) => !lit.includes(column + 1));
    return starts.map((column, index) => [row * 10 + column, row * 10 + ends[index]]);
  });
}

/** The flow of the README's first steps, before something is painted. */
function firstFlow(address) {
  const z = 'first';
  const parameters = { deviceId: { type: 'num', value: '1' }, pattern: { type: 'json', value: JSON.stringify(Array(100).fill(0)) } };
  const mqttUrl = 'mqtt://127.0.0.1:18830';
  return [
    { id: z, type: 'tab', label: 'My first flow' },
    {
      id: 'gateway',
      type: 'sonata-gateway',
      name: '',
      baseUrl: `${address}/sonata`,
      installationId: 1,
      patternKey: 'both',
      mqttUrl,
      timeout: 10000,
    },
    {
      id: 'send',
      type: 'inject',
      z,
      name: 'Send',
      props: [],
      repeat: '',
      crontab: '',
      once: false,
      onceDelay: 0.1,
      topic: '',
      x: 110,
      y: 160,
      wires: [['pattern']],
    },
    {
      id: 'pattern',
      type: 'sonata-pattern',
      z,
      name: 'Show the picture',
      connection: 'gateway',
      operation: 'set-pattern',
      parameters,
      delivery: 'all',
      queueLimit: 1000,
      result: 'payload',
      x: 290,
      y: 160,
      wires: [['debug']],
    },
    {
      id: 'debug',
      type: 'debug',
      z,
      name: '',
      active: true,
      tosidebar: true,
      complete: 'payload',
      targetType: 'msg',
      x: 490,
      y: 160,
      wires: [],
    },
  ];
}

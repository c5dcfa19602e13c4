// The moving picture of the README: the stage of the simulated devices, and the flow that connects them. The dial is turned up and
// down again, so that the end fits the beginning.
import { createRequire } from 'node:module';
import { moving } from './moving.mjs';
import { decoded } from './png.mjs';

const require = createRequire(import.meta.url);
const { openPage } = require('../../dist/test/kit/browser.js');
const { openEditor } = require('../../dist/test/kit/editor.js');

/** A little smaller than on a screen: more fits, and text can still be read. */
const SCALE = 0.8;
const GAP = 12;
/** What is filmed of each page. */
const STAGE = { width: 568, height: 646 };
const FLOW = { width: 640, height: 646 };
const [WIDTH, HEIGHT] = [Math.round((STAGE.width + FLOW.width) * SCALE) + 3 * GAP, Math.round(STAGE.height * SCALE) + 2 * GAP];
const BACKGROUND = 0x2b2833ff;
/** Milliseconds of a frame: while the dial turns, and to look at what has come. */
const [MOVING, LOOK] = [170, 1800];
/** Degrees of the dial: of each frame, and how many frames. */
const [TURN, TURNS] = [12, 15];
const BEGIN = -130;

const CURSOR = `<svg width="22" height="28" viewBox="0 0 11 14"><path d="M1 1v11l3-2.6 1.9 4.2 1.8-.8-1.9-4.1H10z" fill="#fff" stroke="#000" stroke-width=".8"/></svg>`;

/** Returns the file. */
export async function film({ red, address, allVendors }) {
  const of = (type) => allVendors.find((node) => node.type === type);
  const deploy = async () => {
    await red.deploy(allVendors);
    await red.status(of('turn-sse').id, { fill: 'green' });
  };
  const settled = () =>
    Promise.all(['twinkly-command', 'sonata-pattern', 'thingsquare-variable'].map((type) => red.status(of(type).id, { fill: 'green' })));
  await deploy();
  const devices = await openPage(address, STAGE);
  await darken(devices.page, settled);
  red.forget();
  await deploy();
  const editor = await openEditor(red, { width: FLOW.width, height: FLOW.height + 80 });
  for (const part of ['sidebar', 'palette']) await editor.page.evaluate((name) => RED.actions.invoke(`core:toggle-${name}`), part);
  await editor.page.evaluate((tab) => RED.workspaces.show(tab), of('tab').id);
  // What the example sends at its start.
  await red.status(of('turn-channel').id, { fill: 'green' });
  const camera = new Camera([devices.page, editor.page]);
  await camera.ready();
  await turnTheDial(camera, await dialOf(devices.page), settled);
  await Promise.all([editor.close(), devices.close()]);
  return moving({ width: WIDTH, height: HEIGHT, frames: fromTheBrightest(camera.frames) });
}

/** What shows a moving picture as one that stands shows its first frame: that with all lights on. */
const fromTheBrightest = (frames) => [...frames.slice(TURNS + 1), ...frames.slice(0, TURNS + 1)];

const sliderOf = (page) => page.locator('[data-stage="turn"]').getByRole('slider');

/** All is dark at the beginning, as at the end. */
async function darken(page, settled) {
  await page.locator('[data-stage="turn"]').getByText('Living room').last().click();
  await sliderOf(page).press('PageUp');
  await settled();
  for (let times = 0; times < 3; times++) await sliderOf(page).press('PageDown');
  await sliderOf(page).blur();
  await page.locator('[data-stage="thingsquare"] .said', { hasText: /^0/ }).waitFor();
}

/** Moves the dial of the stage, which is held, to a step. */
async function dialOf(page) {
  const { x, y, width, height } = await sliderOf(page).boundingBox();
  const place = (degrees) => [
    x + width / 2 + Math.sin((degrees * Math.PI) / 180) * width * 0.42,
    y + height / 2 - Math.cos((degrees * Math.PI) / 180) * height * 0.42,
  ];
  await page.mouse.move(...place(BEGIN));
  await page.mouse.down();
  return (step) => page.mouse.move(...place(BEGIN + step * TURN));
}

async function turnTheDial(camera, dial, settled) {
  const turn = async (step) => {
    await dial(step);
    await camera.shot(MOVING);
  };
  await camera.shot(LOOK);
  for (let step = 1; step <= TURNS; step++) await turn(step);
  await settled();
  await camera.shot(LOOK);
  for (let step = TURNS - 1; step >= 0; step--) await turn(step);
}

/** Takes pictures of pages side by side, with the pointer of the first. */
class Camera {
  frames = [];
  pages;
  sessions = [];

  constructor(pages) {
    this.pages = pages;
  }

  async ready() {
    for (const page of this.pages) this.sessions.push(await page.context().newCDPSession(page));
    await this.pages[0].evaluate((cursor) => {
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

  async shot(ms) {
    const rgba = Buffer.alloc(WIDTH * HEIGHT * 4);
    for (let at = 0; at < rgba.length; at += 4) rgba.writeUInt32BE(BACKGROUND, at);
    let left = GAP;
    for (const [index, { width, height }] of [STAGE, FLOW].entries()) {
      const clip = { x: 0, y: 0, width, height, scale: SCALE };
      const { data } = await this.sessions[index].send('Page.captureScreenshot', { format: 'png', clip });
      const picture = await decoded(Buffer.from(data, 'base64'));
      const rows = Math.min(picture.height, HEIGHT - GAP);
      for (let y = 0; y < rows; y++)
        picture.rgba.copy(rgba, ((y + GAP) * WIDTH + left) * 4, y * picture.width * 4, (y + 1) * picture.width * 4);
      left += picture.width + GAP;
    }
    const last = this.frames.at(-1);
    if (last?.rgba.equals(rgba)) last.ms += ms;
    else this.frames.push({ rgba, ms });
  }
}

import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { type Editor, openEditor } from '../kit/editor';
import { type NodeRed, startNodeRed, VERSION } from '../kit/node-red';
import '../kit/once';
import { withLogin } from './variants';

declare const navigator: { clipboard: { writeText(text: string): Promise<void>; readText(): Promise<string> } };

const CORNERS = [0, 9, 90, 99];

describe('painter', () => {
  let red: NodeRed;
  let editor: Editor;
  let panel: Locator;

  before(async () => {
    red = await startNodeRed(withLogin);
    await red.deploy([
      { id: 'tab', type: 'tab', label: 'painter' },
      { id: 'gateway', type: 'sonata-gateway', installationId: 1 },
      { id: 'action', type: 'sonata-pattern', z: 'tab', connection: 'gateway', operation: 'set-pattern', x: 200, y: 100, wires: [[]] },
    ]);
    editor = await openEditor(red, { width: 1400, height: 1350 });
    await editor.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  });
  beforeEach(async () => {
    panel = await editor.open('action');
  });
  afterEach(async () => {
    await editor.cancel();
    deepEqual(editor.errors, []);
  });
  after(async () => {
    await editor.close();
    await red.stop();
  });

  const led = (row: number, column: number) => panel.locator(`[data-index="${row * 10 + column}"]`);
  const tool = (name: string) => panel.locator(`[data-tool="${name}"]`).click();
  /** Chooses the level to paint with. */
  const pick = (level: number) => panel.locator(`.ensemble-levels input[value="${level}"]`).check();
  /** What the picture shows: the levels of all places that have an LED. */
  const picture = () =>
    panel.locator('.ensemble-board [role=gridcell]').evaluateAll((leds) => leds.map((each) => Number(each.dataset.level ?? 0)));
  /** What would be saved. */
  const value = async () => JSON.parse((await panel.locator('#ensemble-parameter-pattern').inputValue()) || 'null') as number[] | null;
  const lit = async () => Object.fromEntries((await picture()).flatMap((level, index) => (level > 0 ? [[index, level]] : [])));
  /** Moves the pressed pointer over the middles of places. */
  const drag = async (...places: [row: number, column: number][]) => {
    const { mouse } = editor.page;
    for (const [index, [row, column]] of places.entries()) {
      const box = await led(row, column).boundingBox();
      if (!box) throw new Error('the LED is not in sight');
      await mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      if (index === 0) await mouse.down();
    }
    await mouse.up();
  };

  it('leaves Try it in sight of a laptop, with its defaults', async () => {
    const { page } = editor;
    try {
      await page.setViewportSize({ width: 1366, height: 768 });
      const [body, button] = [await panel.locator('.red-ui-tray-body').boundingBox(), await panel.locator('#ensemble-try').boundingBox()];
      ok(body && button && button.y + button.height <= body.y + body.height, JSON.stringify({ body, button }));
    } finally {
      await page.setViewportSize({ width: 1400, height: 1350 });
    }
  });

  for (const width of [400, 500, 900])
    it(`has its board and its tools beside or below each other, and nothing outside: ${width} pixels`, async () => {
      await panel.locator('.ensemble').evaluate((form, wanted) => {
        form.style.width = `${wanted - 60}px`;
      }, width);
      const boxOf = async (selector: string) => {
        const box = await panel.locator(selector).boundingBox();
        if (!box) throw new Error(`${selector} is not in sight`);
        return { left: box.x, right: box.x + box.width, top: box.y, bottom: box.y + box.height };
      };
      const form = await boxOf('.ensemble');
      const [board, tools] = [await boxOf('.ensemble-board'), await boxOf('.ensemble-tools')];
      ok(board.right - board.left >= 180);
      for (const inner of [board, tools, await boxOf('.ensemble-levels')]) ok(inner.left >= form.left && inner.right <= form.right);
      ok(width < 500 ? tools.top >= board.bottom : tools.left >= board.right && tools.bottom <= board.bottom + 16);
      await editor.screenshot(`painter-${width}-${VERSION}`);
    });

  it('saves nothing before something is painted', async () => {
    equal(await value(), null);
    deepEqual(await lit(), {});
  });

  it('paints where the pointer goes, and fills what a fast pointer skips', async () => {
    await pick(9);
    await drag([2, 2], [2, 6], [5, 6]);
    const expected = { 22: 9, 23: 9, 24: 9, 25: 9, 26: 9, 36: 9, 46: 9, 56: 9 };
    deepEqual(await lit(), expected);
    deepEqual(
      await value(),
      Array.from({ length: 100 }, (_, index) => expected[index as 22] ?? 0),
    );
  });

  it('clears with a stroke that begins on the same level', async () => {
    await drag([4, 2], [4, 5]);
    await drag([4, 4], [4, 5]);
    deepEqual(await lit(), { 42: 15, 43: 15 });
  });

  it('leaves the corners alone: there is no LED', async () => {
    await drag([0, 1], [0, 0], [1, 0]);
    await tool('fill');
    const cells = (await value()) ?? [];
    deepEqual(
      cells.flatMap((level, index) => (level === 0 ? [index] : [])),
      CORNERS,
    );
    equal(await led(0, 0).getAttribute('aria-label'), 'no LED here');
  });

  it('clears, fills, inverts and moves the picture', async () => {
    await pick(4);
    await tool('fill');
    await tool('invert');
    equal((await value())?.[55], 11);
    await tool('clear');
    await led(5, 5).click();
    for (const [name, place] of [
      ['left', 54],
      ['up', 44],
      ['right', 45],
      ['down', 55],
    ] as const) {
      await tool(name);
      deepEqual(await lit(), { [place]: 4 }, name);
    }
    await led(5, 9).click();
    await tool('right');
    deepEqual(await lit(), { 56: 4 });
  });

  it('is painted by keyboard alone', async () => {
    await panel.locator('.ensemble-board [tabindex="0"]').focus();
    const press = async (...keys: string[]) => {
      for (const key of keys) await editor.page.keyboard.press(key);
    };
    await press(
      'ArrowDown',
      'ArrowRight',
      '7',
      'ArrowRight',
      'f',
      'ArrowDown',
      'Space',
      'ArrowLeft',
      '+',
      '+',
      '-',
      'ArrowLeft',
      'Enter',
      'Enter',
    );
    deepEqual(await lit(), { 12: 7, 13: 15, 22: 1, 23: 15 });
    equal(await led(2, 1).getAttribute('aria-label'), 'row 3, column 2, level 0');
    await press('ArrowRight', 'ArrowUp', 'ArrowUp', 'ArrowUp', 'ArrowLeft', 'ArrowLeft', '3');
    deepEqual((await lit())[1], 3, 'the way ends before the corner');
  });

  it('is painted by touch', async () => {
    const box = await led(3, 3).boundingBox();
    if (!box) throw new Error('the LED is not in sight');
    const client = await editor.page.context().newCDPSession(editor.page);
    const points = (offset: number) => [{ x: box.x + 5 + offset, y: box.y + 5 }];
    await client.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: points(0) });
    await client.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: points(box.width * 2) });
    await client.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    deepEqual(await lit(), { 33: 15, 34: 15, 35: 15 });
  });

  const ROWS = Array.from({ length: 10 }, (_, row) => Array.from({ length: 10 }, (_, column) => (row === 3 ? column : 0)));

  for (const [name, text] of [
    ['100 numbers', JSON.stringify(ROWS.flat())],
    ['10 rows', JSON.stringify(ROWS, null, 2)],
    ['numbers without brackets', ROWS.flat().join(', ')],
  ] as const)
    it(`takes over a pasted array: ${name}`, async () => {
      await tool('paste');
      await panel.locator('.ensemble-tools textarea').fill(text);
      deepEqual(await value(), ROWS.flat());
      equal(await panel.locator('.ensemble-tools textarea').isVisible(), false);
    });

  for (const [name, text, reason] of [
    [
      'a level that is too high',
      JSON.stringify(ROWS.map((row, index) => (index === 4 ? [0, 16, ...row.slice(2)] : row))),
      /entry \[4\]\[1\]/,
    ],
    ['one too few', JSON.stringify(ROWS.flat().slice(1)), /entry \[99\]/],
    ['one too many', JSON.stringify([...ROWS.flat(), 0]), /entry \[100\]/],
    ['no array', 'hello', /not valid JSON/],
  ] as const)
    it(`says what is wrong with a pasted array: ${name}`, async () => {
      await tool('paste');
      await panel.locator('.ensemble-tools textarea').fill(text);
      match(await panel.locator('.ensemble-tools [role=alert]').innerText(), reason);
      equal(await value(), null);
      await editor.screenshot(`painter-paste-${VERSION}`);
    });

  it('copies and pastes by keyboard on the picture itself', async () => {
    await drag([3, 1], [3, 4]);
    const painted = await value();
    await editor.page.keyboard.press('Control+c');
    deepEqual(JSON.parse(await editor.page.evaluate(() => navigator.clipboard.readText())), painted);
    await tool('clear');
    await led(5, 5).focus();
    await editor.page.keyboard.press('Control+v');
    deepEqual(await value(), painted);
  });

  it('copies by its button', async () => {
    await led(5, 5).click();
    await tool('copy');
    deepEqual(JSON.parse(await editor.page.evaluate(() => navigator.clipboard.readText())), await value());
  });
});

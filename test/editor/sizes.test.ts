import { deepEqual, ok } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { oneOfEach, operationsOf, panels } from './every-panel';
import { unfold } from './panel-actions';
import { PanelStage } from './panel-stage';
import { eachLanguage } from './variants';

/** Pixels that a panel has at least: Node-RED makes none narrower. */
const WIDTH = 500;
/** Pixels that a form may have with its defaults: what a laptop shows of it without scrolling. */
const HEIGHT = 620;

/** From the top of the first row to the end of the last one. */
const heightOf = (panel: Locator): Promise<number> =>
  panel.locator('.form-row:visible, .form-tips:visible, .ensemble-fold:visible').evaluateAll((rows) => {
    const boxes = (rows as unknown as Measured[]).map((row) => row.getBoundingClientRect());
    return Math.ceil(Math.max(...boxes.map(({ bottom }) => bottom)) - Math.min(...boxes.map(({ top }) => top)));
  });

/** Opens what is folded. Returns what folds it again. */
async function unfolded(panel: Locator): Promise<() => Promise<void>> {
  const folds = panel.locator('.ensemble-fold');
  const isOpen = await folds.evaluateAll((all) => (all as unknown as Fold[]).map(({ open }) => open));
  await unfold(panel);
  return () =>
    folds.evaluateAll((all, open) => {
      for (const [index, fold] of (all as unknown as Fold[]).entries()) fold.open = open[index] ?? false;
    }, isOpen);
}
interface Fold {
  open: boolean;
}

/** What is cut or sticks out of a form. */
const cutIn = (panel: Locator): Promise<string[]> => panel.locator('.red-ui-tray-body').evaluate(findCut as never);

function findCut(body: Measured): string[] {
  const form = (body.querySelector('.ensemble') ?? body.querySelector('form')) as Measured;
  const [arrow, scrolls, mayBeCut] = [16, ['INPUT', 'TEXTAREA'], '.ensemble-fold-about'];
  const edge = form.getBoundingClientRect().right + 1;
  const found: string[] = [];
  const canvas = document.createElement('canvas').getContext('2d');
  const nameOf = (one: Measured) => `${one.tagName.toLowerCase()}#${one.id}.${one.className} "${(one.innerText ?? '').slice(0, 60)}"`;
  for (const one of form.querySelectorAll('*')) {
    if (!one.checkVisibility({ contentVisibilityAuto: true, opacityProperty: true, visibilityProperty: true })) continue;
    const { width, right } = one.getBoundingClientRect();
    if (width === 0) continue;
    const style = getComputedStyle(one);
    if (right > edge) found.push(`sticks out by ${Math.round(right - edge)}: ${nameOf(one)}`);
    if (one.tagName === 'SELECT') {
      const [{ text, value } = { text: '', value: '' }] = one.selectedOptions;
      // What it says of a type that has no node yet is Node-RED's own.
      if (value !== '_ADD_' && style.textOverflow !== 'ellipsis') found.push(`cut without an ellipsis: ${one.id}`);
      canvas.font = style.font;
      const room = one.clientWidth - Number.parseFloat(style.paddingLeft) - Number.parseFloat(style.paddingRight) - arrow;
      const missing = Math.ceil(canvas.measureText(text).width - room);
      if (value !== '_ADD_' && missing > 0) found.push(`cut by ${missing}: "${text}" in ${one.id}`);
    } else if (!scrolls.includes(one.tagName) && style.overflowX !== 'visible' && one.scrollWidth > one.clientWidth + 1)
      if (!one.matches(mayBeCut)) found.push(`cut by ${one.scrollWidth - one.clientWidth}: ${nameOf(one)}`);
  }
  return found;
}
interface Measured {
  readonly tagName: string;
  readonly id: string;
  readonly className: string;
  readonly innerText?: string;
  readonly scrollWidth: number;
  readonly clientWidth: number;
  readonly selectedOptions: readonly { readonly text: string; readonly value: string }[];
  checkVisibility(options: object): boolean;
  matches(selector: string): boolean;
  getBoundingClientRect(): { readonly width: number; readonly right: number; readonly top: number; readonly bottom: number };
  querySelector(selector: string): Measured | null;
  querySelectorAll(selector: string): Iterable<Measured>;
}
declare const document: {
  createElement(name: string): { getContext(kind: string): { font: string; measureText(text: string): { width: number } } };
};
declare const getComputedStyle: (element: Measured) => {
  font: string;
  paddingLeft: string;
  paddingRight: string;
  overflowX: string;
  textOverflow: string;
};

for (const variant of eachLanguage)
  describe(`the size of each panel: ${variant.language}`, () => {
    const stage = new PanelStage(variant, oneOfEach);

    for (const { type, file } of panels)
      it(`cuts nothing in ${WIDTH} pixels, and is at most ${HEIGHT} high with its defaults: ${type}`, async () => {
        const panel = await stage.editor.open(type);
        const found: string[] = [];
        const look = async (what: string) => {
          // That a list is being loaded is said for a moment only.
          await panel.locator('.ensemble-note[data-kind="busy"]:visible').first().waitFor({ state: 'hidden' });
          const height = await heightOf(panel);
          if (height < 50 || height > HEIGHT) found.push(`${what}: ${height} high`);
          const fold = await unfolded(panel);
          found.push(...(await cutIn(panel)).map((one) => `${what}: ${one}`));
          await fold();
        };
        const box = await panel.boundingBox();
        ok(box && box.width <= WIDTH + 1, `${box?.width}`);
        await look(type);
        for (const operation of operationsOf(file)) {
          await panel.locator('#node-input-operation').selectOption(operation);
          await look(operation);
        }
        await stage.editor.cancel();
        deepEqual(found, []);
      });
  });

import { ok } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { oneOfEach, operationsOf, panels } from './every-panel';
import { PanelStage } from './panel-stage';
import { bothVariants } from './variants';

/** Pixels that a form may have with its defaults: what a laptop shows of it without scrolling. */
const MOST = 620;

/** From the top of the first row to the end of the last one. */
const heightOf = (panel: Locator): Promise<number> =>
  panel.locator('.form-row:visible, .form-tips:visible, .ensemble-fold:visible').evaluateAll((rows) => {
    const boxes = (rows as unknown as Measured[]).map((row) => row.getBoundingClientRect());
    return Math.ceil(Math.max(...boxes.map(({ bottom }) => bottom)) - Math.min(...boxes.map(({ top }) => top)));
  });
interface Measured {
  getBoundingClientRect(): { readonly top: number; readonly bottom: number };
}

for (const variant of bothVariants)
  describe(`the height of each panel with its defaults: ${variant.theme}, ${variant.language}`, () => {
    const stage = new PanelStage(variant, oneOfEach);

    for (const { type, file } of panels)
      it(`is at most ${MOST} pixels: ${type}`, async () => {
        const panel = await stage.editor.open(type);
        const operations = operationsOf(file);
        const higher: string[] = [];
        const measure = async (what: string) => {
          // That a list is being loaded is said for a moment only.
          await panel.locator('.ensemble-note[data-kind="busy"]:visible').first().waitFor({ state: 'hidden' });
          const height = await heightOf(panel);
          if (process.env.HEIGHTS) console.log(variant.language, what, height);
          if (height > MOST) higher.push(`${what}: ${height}`);
        };
        await measure(type);
        ok((await heightOf(panel)) > 50);
        for (const operation of operations) {
          await panel.locator('#node-input-operation').selectOption(operation);
          await measure(`${type} ${operation}`);
        }
        await stage.editor.cancel();
        ok(higher.length === 0, higher.join('\n'));
      });
  });

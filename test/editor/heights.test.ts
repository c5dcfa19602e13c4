import { ok } from 'node:assert/strict';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import type { Operation } from '../../src/core/operation';
import { ROOT } from '../kit/root';
import { connections } from '../simulators/connections';
import { connectionFor, defaultsOf, panels } from './every-panel';
import { PanelStage, placed } from './panel-stage';
import { bothVariants } from './variants';

/** Pixels that a form may have with its defaults: what a laptop shows of it without scrolling. */
const MOST = 620;

/** The operations of an action node, as its panel offers them. */
function operationsOf(file: string): readonly string[] {
  const { operations = [] } = file.includes('ensemble')
    ? {}
    : (require(join(ROOT, file.replace('dist/nodes', 'dist/src/vendors'))) as { operations?: readonly Operation[] });
  return operations.map(({ id }) => id);
}

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
    const stage = new PanelStage(variant, (address, mqttAddress) => {
      const connected = connections({ address, mqttAddress });
      const fresh = panels.map((panel) => {
        const node = { type: panel.type, ...defaultsOf(panel) };
        if (panel.category === 'config') return { ...node, id: panel.type };
        return placed(panel.type, panel.type, { ...node, ...connectionFor(panel, connected) });
      });
      return [...connected, ...fresh];
    });

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

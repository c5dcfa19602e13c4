import { deepEqual } from 'node:assert/strict';
import { account } from '../twinkly/flows';
import { PanelStage, placed } from './panel-stage';
import { variants } from './variants';

const FIRST = '6f3a9c0d1e2b4a58';
const SECOND = 'b81d7e4405c9f2a3';

for (const variant of variants)
  describe(`connections of the same name: ${variant.theme}`, () => {
    const stage = new PanelStage(variant, (address) => [
      account(`${address}/twinkly`, { id: FIRST, name: 'Home' }),
      account(`${address}/twinkly`, { id: SECOND, name: 'Home' }),
      account(`${address}/twinkly`, { id: 'other', name: 'Barn' }),
      placed('action', 'twinkly-query', { connection: FIRST, operation: 'list-objects' }),
    ]);
    const offered = async () => {
      const panel = await stage.editor.open('action');
      const texts = await panel.locator('#node-input-connection option:not([value=_ADD_]):not([value=""])').allInnerTexts();
      await stage.picture('namesakes');
      await stage.editor.cancel();
      return texts.sort();
    };

    it('are told apart by their ids, as long as they have the same', async () => {
      deepEqual(await offered(), ['Barn', 'Home · 6f3a9c0d…', 'Home · b81d7e44…']);
      const panel = await stage.editor.open(SECOND);
      await panel.locator('#node-config-input-name').fill('Garden');
      await stage.editor.save();
      deepEqual(await offered(), ['Barn', 'Garden', 'Home']);
    });
  });

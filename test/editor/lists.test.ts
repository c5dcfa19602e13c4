import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { LookupItem } from '../../src/core/lookup-item';
import { faintTexts } from '../kit/page-audit';
import { json } from '../kit/typed-input';
import { until } from '../kit/within';
import { ID, IDS, ITEMS, Lists, NAMES, SEVERAL } from './list-stage';
import { chooseType, type } from './panel-actions';
import { variants } from './variants';

// What the functions given to `evaluate` find in the page.
interface Box {
  readonly top: number;
  readonly bottom: number;
}
interface Element {
  readonly style: { cssText: string };
  innerHTML: string;
  append(other: Element): void;
  remove(): void;
  readonly textContent: string;
  readonly parentElement: Element | null;
  scrollTop: number;
  getBoundingClientRect(): Box;
  getAttribute(name: string): string | null;
}
declare const document: {
  readonly activeElement: Element | null;
  querySelector(selector: string): Element;
  querySelectorAll(selector: string): Iterable<Element> & { readonly length: number };
  readonly body: Element;
  createElement(name: string): Element;
  addEventListener(type: string, listener: (event: unknown) => void, options: object): void;
};
declare const innerHeight: number;

for (const variant of variants)
  describe(`lists: ${variant.theme}, ${variant.language}`, () => {
    const lists = new Lists(variant);
    const { stage, words } = lists;

    it('show two lines for each entry, eight of them at once, with a tick at what is chosen', async () => {
      await lists.openWith('one', ITEMS);
      await lists.open(ID);
      equal(await lists.foot(), words.all);
      equal(await stage.entries().nth(3).innerText(), 'Wreath\n103 · 30 LEDs · House 0');
      deepEqual(await stage.editor.page.locator('[aria-selected="true"]').allInnerTexts(), ['Wreath\n103 · 30 LEDs · House 0']);
      match((await lists.active()) ?? '', /^Wreath/);
      const visible = await stage.editor.page.evaluate(() => {
        const list = document.querySelector('.ensemble-list').getBoundingClientRect();
        const boxes = [...document.querySelectorAll('.ensemble-item')].map((entry) => entry.getBoundingClientRect());
        return boxes.filter(({ top, bottom }) => top >= list.top - 1 && bottom <= list.bottom + 1 && bottom <= innerHeight).length;
      });
      ok(visible >= 8, `${visible} are visible`);
      await stage.picture('list');
    });

    it('are narrowed as one types: by name, ID or detail, in several words, without accents', async () => {
      await lists.openWith('one', ITEMS);
      await lists.open(ID);
      const found: Record<string, (string | undefined)[]> = {};
      for (const text of ['wrea', '104', 'house 2 led', 'kuche', '']) {
        await stage.filter().fill(text);
        found[text] = await lists.labels();
      }
      deepEqual(found, {
        wrea: ['Wreath'],
        104: ['Spruce'],
        'house 2 led': ['Window', 'Hedge', 'Tree', 'Roof'],
        kuche: ['Küche'],
        '': NAMES,
      });
      await stage.filter().fill('wrea');
      equal(await lists.foot(), words.some);
      await stage.filter().fill('nobody');
      equal((await lists.remark().innerText()).trim(), words.noMatch);
      equal(await stage.entries().count(), 0);
      // There is nothing to take: the filter can be corrected.
      await lists.press('Enter');
      await stage.filter().fill('wrea');
      deepEqual(await lists.labels(), ['Wreath']);
    });

    it('are used by keyboard alone, and give the focus back', async () => {
      await lists.openWith('one', ITEMS);
      await stage.note(lists.panel, ID, /Wreath/);
      await stage.listButton(lists.panel, ID).focus();
      await lists.press('Enter');
      await stage.entries().first().waitFor();
      const seen: (string | undefined)[] = [];
      for (const key of ['Home', 'End', 'ArrowDown', 'ArrowUp', 'PageUp']) {
        await lists.press(key);
        seen.push((await lists.active())?.replace(/\d.*/, ''));
      }
      deepEqual(seen, ['Küche', 'Roof', 'Küche', 'Roof', 'Wreath']);
      await lists.press('Escape');
      equal(await lists.isAtButton(ID), true);
      equal(await lists.value(ID), '103');
      await lists.press('Enter');
      await stage.editor.page.keyboard.type('hedge');
      await lists.press('Enter');
      equal(await lists.value(ID), '105');
      equal(await lists.isAtButton(ID), true);
      equal(await stage.entries().count(), 0);
      await lists.press('Enter', 'Tab');
      equal(await lists.isAtButton(ID), true);
    });

    it('say to a screen reader what they are, what is in them, and where one is', async () => {
      await lists.openWith('poll', ITEMS);
      await lists.open(IDS);
      const told = await stage.filter().evaluate((input: unknown) => {
        const filter = input as Element;
        const list = document.querySelector(`#${filter.getAttribute('aria-controls')}`);
        const option = document.querySelector(`#${filter.getAttribute('aria-activedescendant')}`);
        const read = (element: Element, ...names: string[]) => names.map((name) => element.getAttribute(name));
        return [
          read(filter, 'role', 'aria-label', 'aria-expanded'),
          read(list, 'role', 'aria-label', 'aria-multiselectable'),
          read(option, 'role', 'aria-selected', 'aria-posinset', 'aria-setsize'),
        ];
      });
      deepEqual(told.slice(0, 1), [['combobox', words.filter, 'true']]);
      deepEqual(told[1], ['listbox', await lists.panel.locator(`label[for="${IDS}"]`).innerText(), 'true']);
      deepEqual(told[2], ['option', 'true', '2', '12']);
      equal(await stage.listButton(lists.panel, IDS).getAttribute('aria-expanded'), 'true');
      await lists.press('Escape');
      equal(await stage.listButton(lists.panel, IDS).getAttribute('aria-expanded'), 'false');
    });

    it('let several be chosen one after the other, and taken out again', async () => {
      await lists.openWith('poll', ITEMS);
      await lists.open(IDS);
      equal(await lists.foot(), words.chosen);
      await stage.entries().filter({ hasText: 'Spruce' }).click();
      await stage.entries().filter({ hasText: 'Eaves' }).click();
      equal(await lists.value(IDS), '103,104');
      equal(await lists.foot(), words.chosen);
      await stage.editor.page.keyboard.type('gate');
      await lists.press('Enter');
      equal(await lists.value(IDS), '103,104,109');
      await stage.picture('list-several');
      await stage.editor.page.locator('.ensemble-list-foot button', { hasText: words.done }).click();
      equal(await lists.isAtButton(IDS), true);
      equal(await stage.entries().count(), 0);
    });

    it('write an array where the field holds JSON, and leave the rest of it as it is', async () => {
      const numbers: LookupItem[] = ITEMS.map((item) => ({ ...item, numeric: item.label === 'Gate' }));
      await lists.openWith('json', numbers);
      await stage.note(lists.panel, SEVERAL, /Eaves.*, Wreath/);
      await lists.open(SEVERAL);
      deepEqual(await lists.chosen(), ['Eaves', 'Wreath']);
      await stage.picture('list-json');
      for (const name of ['Spruce', 'Gate', 'Wreath']) await stage.entries().filter({ hasText: name }).click();
      equal(await lists.value(SEVERAL), '[101,"104",109]');
      deepEqual(await lists.chosen(), ['Eaves', 'Spruce', 'Gate']);
      for (const name of ['Spruce', 'Gate', 'Eaves', 'Tree']) await stage.entries().filter({ hasText: name }).click();
      equal(await lists.value(SEVERAL), '["108"]');
      await stage.closeList();
      await lists.panel.locator(`#${SEVERAL}-value`).fill('["108","103"]');
      equal(await stage.entries().count(), 0);
      await stage.editor.save();
      const { parameters, labels } = await stage.editor.node('json');
      deepEqual([parameters, labels], [{ ids: json(['108', '103']) }, { ids: { 103: 'Wreath', 108: 'Tree' } }]);
      deepEqual(await stage.labels('json'), [`${words.on} · Tree, Wreath`]);
      lists.panel = await stage.editor.open('json');
    });

    it('are not there for what they cannot fill', async () => {
      await lists.openWith('json', ITEMS);
      const isThere = () => stage.listButton(lists.panel, SEVERAL).isVisible();
      for (const [text, isFillable] of [
        ['["103",', false],
        ['{"id":"103"}', false],
        ['"103,104"', true],
        ['', true],
      ] as const) {
        await type(lists.panel, SEVERAL, text);
        equal(await isThere(), isFillable, text);
      }
      await chooseType(lists.panel, SEVERAL, 'msg.');
      equal(await isThere(), false);
      await chooseType(lists.panel, SEVERAL, 'flow.');
      equal(await isThere(), false);
    });

    it('stay at their field: below it, above it near the lower edge, over it in a small window', async () => {
      await lists.openWith('one', ITEMS);
      await lists.spread(300);
      const resize = (height: number) => stage.editor.page.setViewportSize({ width: 1366, height });
      const places = () =>
        stage.editor.page.evaluate((id) => {
          const popup = document.querySelector('.red-ui-popover-panel:has(.ensemble-popup)').getBoundingClientRect();
          const field = document.querySelector(`.ensemble-row:has(#${id}) .ensemble-control`).getBoundingClientRect();
          return { popup: { top: popup.top, bottom: popup.bottom }, field: { top: field.top, bottom: field.bottom } };
        }, ID);
      const settled = (what: string, holds: (places: { popup: Box; field: Box }) => boolean) =>
        until(what, places as () => Promise<{ popup: Box; field: Box }>, holds);
      await resize(1300);
      await lists.open(ID);
      await settled('below', ({ popup, field }) => Math.abs(popup.top - field.bottom) < 2);
      await resize(Math.ceil((await places()).field.bottom) + 90);
      await settled('above', ({ popup, field }) => Math.abs(popup.bottom - field.top) < 2 && popup.top >= 0);
      await lists.press('Escape');
      await resize(480);
      await stage.listButton(lists.panel, ID).scrollIntoViewIfNeeded();
      await lists.open(ID);
      const { popup } = await places();
      ok(popup.top >= 0 && popup.bottom <= 480, JSON.stringify(popup));
      ok(popup.bottom - popup.top >= 8 * 40, JSON.stringify(popup));
      await resize(768);
    });

    it('go with a tray that scrolls, and close where their field is out of sight', async () => {
      await lists.openWith('one', ITEMS);
      await lists.spread(300);
      await lists.open(ID);
      await lists.panel.locator('.ensemble').evaluate((form: unknown) => {
        for (let box = form as Element | null; box; box = box.parentElement) box.scrollTop = 5000;
      });
      await stage.entries().first().waitFor({ state: 'hidden' });
      equal(await stage.editor.page.locator('.ensemble-popup').count(), 0);
    });

    it('stay open while something else scrolls, as the debug sidebar does with each message', async () => {
      await lists.openWith('one', ITEMS);
      await lists.open(ID);
      const seen = await stage.editor.page.evaluate(async () => {
        const other = document.createElement('div');
        other.style.cssText = 'position:fixed;right:0;top:0;width:50px;height:50px;overflow:auto';
        other.innerHTML = '<div style="height:500px"></div>';
        document.body.append(other);
        const scrolled = new Promise((resolve) => document.addEventListener('scroll', resolve, { capture: true, once: true }));
        other.scrollTop = 400;
        await scrolled;
        other.remove();
        return document.querySelectorAll('.ensemble-popup').length;
      });
      equal(seen, 1);
      await stage.filter().fill('wrea');
      deepEqual(await lists.labels(), ['Wreath']);
    });

    it('complete what is typed into the field, and leave it as it is without a choice', async () => {
      await lists.openWith('poll', ITEMS);
      await stage.note(lists.panel, IDS, /Eaves/);
      const field = lists.panel.locator(`#${IDS}`);
      await field.press('End');
      await field.pressSequentially(',hou');
      equal((await lists.labels()).length, 12);
      await field.pressSequentially('se 1 nobody');
      deepEqual(await lists.labels(), []);
      await field.press('Escape');
      await field.fill('101,hed');
      deepEqual(await lists.labels(), ['Hedge']);
      equal(await lists.active(), undefined);
      await lists.press('ArrowDown', 'Enter');
      equal(await lists.value(IDS), '101,105');
      equal(await field.evaluate((input) => input === (document.activeElement as unknown)), true);
      await field.fill('101,hed');
      await lists.press('Tab');
      equal(await lists.value(IDS), '101,hed');
      equal(await stage.entries().count(), 0);
    });

    it('can be read: what stands on each ground has a contrast of 4.5', async () => {
      await lists.openWith('poll', ITEMS);
      await lists.open(IDS);
      await stage.entries().nth(4).hover();
      const { texts, faint } = await faintTexts(stage.editor.page, {
        of: '.ensemble-item-label, .ensemble-item-detail, .ensemble-list-foot > span',
      });
      ok(texts > 20, `${texts}`);
      deepEqual(faint, []);
    });
  });

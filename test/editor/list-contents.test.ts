import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { LookupItem } from '../../src/core/lookup-item';
import { ID, IDS, ITEMS, Lists, LOOKUPS } from './list-stage';
import { noteOf, type, unfold } from './panel-actions';
import { variants } from './variants';

// What the functions given to `evaluate` find in the page.
interface Element {
  readonly textContent: string;
  scrollTop: number;
  readonly scrollHeight: number;
  getBoundingClientRect(): { readonly height: number };
  click(): void;
}
declare const document: {
  querySelector(selector: string): Element;
  querySelectorAll(selector: string): Iterable<Element>;
};
declare const jQuery: {
  (selector: string): { val(value: string): { trigger(event: string): void } };
  ajax: unknown;
  Deferred(): { resolve(value: unknown): unknown };
};
declare const requestAnimationFrame: (act: (time: number) => void) => void;

const MANY: LookupItem[] = Array.from({ length: 5000 }, (_, index) => ({
  value: `${50_000 + index}`,
  label: `Light ${index}`,
  detail: `${index % 250} LEDs · Building ${index % 7}`,
}));

const SLOW = {
  status: 400,
  json: {
    code: 'TIMEOUT',
    told: [{ catalogue: 'ensemble-editor', key: 'noResponse', values: { where: 'api.example', seconds: 10 }, fields: [] }],
  },
};

for (const variant of variants)
  describe(`what lists hold: ${variant.theme}, ${variant.language}`, () => {
    const lists = new Lists(variant);
    const { stage, words } = lists;

    it('show what is chosen and not in them, and keep it', async () => {
      await lists.openWith('gone', ITEMS);
      await lists.open(ID);
      equal(await stage.entries().first().innerText(), `999\n${words.missing}`);
      equal(await stage.entries().first().getAttribute('aria-selected'), 'true');
      equal(await lists.foot(), words.all);
      await lists.press('Enter');
      equal(await lists.value(ID), '999');
      equal(await noteOf(lists.panel, ID).getAttribute('data-kind'), 'warning');
    });

    it('write numbers and times as the language does, in the time zone of the browser, and pass over what is no time', async () => {
      const time = Date.UTC(2026, 10, 22, 4, 30);
      const words = [['leds', { count: 1250 }]] as const;
      await lists.openWith('one', [
        { value: '1', label: 'Ridge', detail: 'House', time, words },
        { value: '2', label: 'Porch', time: 1e300 },
      ]);
      await lists.open(ID);
      const moment = new Date(time).toLocaleString(variant.language, { dateStyle: 'medium', timeStyle: 'short' });
      const leds = `LEDs: ${(1250).toLocaleString(variant.language)}`;
      const [ridge, porch] = (await stage.entries().allInnerTexts()).slice(-2);
      equal(ridge, `Ridge\n1 · House · ${moment} · ${leds}`.replace(/\u202f/g, ' '));
      equal(porch, 'Porch\n2');
    });

    it('have groups that open, and a way back', async () => {
      const groups = ['Upstairs', 'Downstairs'].map((label) => ({ value: label, label, opens: true }));
      await lists.openWith('poll', groups, ITEMS);
      await lists.open(IDS);
      await lists.press('ArrowDown', 'ArrowRight');
      await stage.entries().filter({ hasText: 'Roof' }).waitFor();
      equal(await stage.editor.page.locator('.ensemble-list-within').innerText(), 'Downstairs');
      await stage.picture('list-group');
      await stage.entries().filter({ hasText: 'Hedge' }).click();
      equal(await lists.value(IDS), '101,103,105');
      await stage.editor.page.locator('.ensemble-list-head button', { hasText: words.back }).click();
      deepEqual(await lists.labels(), ['Upstairs', 'Downstairs']);
      await stage.filter().focus();
      await lists.press('Enter');
      await stage.entries().filter({ hasText: 'Roof' }).waitFor();
      await lists.press('ArrowLeft');
      deepEqual(await lists.labels(), ['Upstairs', 'Downstairs']);
    });

    /** So many groups, of which each is answered in this way. Returns those that have been asked. */
    const serveGroups = async (count: number, answer: (group: string) => object): Promise<string[]> => {
      const groups = Array.from({ length: count }, (_, index) => ({ value: `group-${index}`, label: `Floor ${index}`, opens: true }));
      const asked: string[] = [];
      await stage.editor.page.route(LOOKUPS, (route) => {
        const { within } = route.request().postDataJSON() as { within?: string };
        if (within === undefined) return route.fulfill({ json: groups });
        asked.push(within);
        return route.fulfill(answer(within));
      });
      return asked;
    };

    it('find what is inside groups that nobody has opened', async () => {
      const groups = Array.from({ length: 50 }, (_, index) => ({ value: `group-${index}`, label: `Floor ${index}`, opens: true }));
      let [underWay, most, asked] = [0, 0, 0];
      await stage.editor.page.route(LOOKUPS, async (route) => {
        const { within } = route.request().postDataJSON() as { within?: string };
        if (within === undefined) return route.fulfill({ json: groups });
        most = Math.max(most, ++underWay);
        asked++;
        await route.fulfill({ json: within === 'group-37' ? ITEMS : [] });
        underWay--;
      });
      lists.panel = await stage.editor.open('poll');
      await lists.open(IDS);
      await stage.editor.page.keyboard.type('hedge');
      match(await lists.remark().innerText(), new RegExp(words.noGroup));
      equal(asked, 0);
      await stage.picture('list-no-group');
      await lists.press('Enter');
      await stage.entries().filter({ hasText: 'Hedge' }).waitFor();
      ok(most <= 4, `${most} at a time`);
      equal(asked, 50);
      deepEqual(await lists.labels(), ['Hedge']);
      await lists.press('Enter');
      equal(await lists.value(IDS), '101,103,105');
    });

    it('say how far a search inside groups has come, go on, and are not ended by groups that fail', async () => {
      const broken = new Set(['group-8', 'group-9']);
      const asked = await serveGroups(340, (group) => (broken.has(group) ? SLOW : { json: group === 'group-300' ? ITEMS : [] }));
      lists.panel = await stage.editor.open('poll');
      await lists.open(IDS);
      await stage.editor.page.keyboard.type('hedge');
      await lists.press('Enter');
      await lists.remark().filter({ hasText: words.searched }).waitFor();
      match(await lists.remark().innerText(), words.unsearched);
      equal(asked.length, 200);
      await stage.picture('list-searched');
      await lists.remark().locator('button', { hasText: words.searchOn }).waitFor();
      await lists.press('Enter');
      await stage.entries().filter({ hasText: 'Hedge' }).waitFor();
      match(await lists.remark().innerText(), new RegExp(words.searchedOn));
      match(await lists.remark().innerText(), words.unsearched);
      await stage.picture('list-searched-on');
      broken.clear();
      await lists.remark().locator('button', { hasText: words.retry }).click();
      await lists.remark().and(stage.editor.page.locator(':empty')).waitFor({ state: 'attached' });
      deepEqual(asked.slice(-2).sort(), ['group-8', 'group-9']);
      deepEqual(await lists.labels(), ['Hedge']);
    });

    it('ask no more groups where each one fails', async () => {
      const asked = await serveGroups(340, () => SLOW);
      lists.panel = await stage.editor.open('poll');
      await lists.open(IDS);
      await stage.editor.page.keyboard.type('hedge');
      await lists.press('Enter');
      await lists.remark().locator('button', { hasText: words.searchOn }).waitFor();
      ok(asked.length < 20, `${asked.length} asked`);
    });

    it('say that they load, why they could not, that there is nothing, and what is missing', async () => {
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      let answer: object = { status: 400, json: { code: 'TIMEOUT', message: 'no response' } };
      await stage.editor.page.route(LOOKUPS, async (route) => {
        await released;
        await route.fulfill(answer);
      });
      lists.panel = await stage.editor.open('one');
      await stage.listButton(lists.panel, ID).click();
      await stage.editor.page.locator('.ensemble-list-remark[data-kind="busy"]').waitFor();
      release();
      await stage.editor.page.locator('.ensemble-list-remark[data-kind="error"]').waitFor();
      match(await lists.remark().innerText(), words.failed);
      await stage.picture('list-failed');
      answer = { json: [] };
      await lists.remark().locator('button', { hasText: words.retry }).click();
      await lists.remark().filter({ hasText: words.empty }).waitFor();
      await stage.picture('list-empty');
      await lists.press('Escape');
      await stage.editor.cancel();
      lists.panel = await stage.editor.open('lost');
      await stage.listButton(lists.panel, ID).click();
      await lists.remark().filter({ hasText: words.noConnection }).waitFor();
    });

    it('do not say that there is nothing before it is known of what, and say what has to come first', async () => {
      await lists.openWith('narrowed', []);
      await unfold(lists.panel);
      const [effect, about] = ['ensemble-parameter-effect', noteOf(lists.panel, 'ensemble-parameter-effect')];
      await stage.listButton(lists.panel, effect).click();
      await lists.remark().filter({ hasText: words.awaited }).waitFor();
      equal(await about.getAttribute('data-kind'), 'none');
      await lists.press('Escape');
      await type(lists.panel, ID, '104');
      await stage.listButton(lists.panel, effect).click();
      await lists.remark().filter({ hasText: words.empty }).waitFor();
    });

    it('show 5,000 devices within 200 ms of the one response, and narrow them as fast', async () => {
      let asked = 0;
      await stage.editor.page.route(LOOKUPS, (route) => {
        asked++;
        return route.fulfill({ json: MANY });
      });
      lists.panel = await stage.editor.open('one');
      await stage.note(lists.panel, ID, /./);
      await lists.open(ID);
      equal(asked, 1);
      match(await lists.foot(), words.many);
      const times = await stage.editor.page.evaluate(
        async ([json, refresh]) => {
          const { ajax } = jQuery;
          jQuery.ajax = () => jQuery.Deferred().resolve(JSON.parse(json));
          const filter = jQuery('.ensemble-list-filter input');
          const drawn = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          const entries = () => [...document.querySelectorAll('.ensemble-item')].map(({ textContent }) => textContent);
          /** Milliseconds until what is done is on the screen. */
          const time = async (act: () => void, shown: string): Promise<number> => {
            const start = performance.now();
            act();
            do await drawn();
            while (!entries()[0]?.includes(shown));
            return performance.now() - start;
          };
          /** At best: the machine does much else. */
          const atBest = async (act: () => void, shown: string) =>
            Math.min(await time(act, shown), await time(act, shown), await time(act, shown));
          const filled = await atBest(() => document.querySelector(`button[aria-label^="${refresh}"]`).click(), '103');
          const narrowed = await atBest(() => filter.val('building 3 4321').trigger('input'), 'Light 4321');
          jQuery.ajax = ajax;
          return { filled, narrowed };
        },
        [JSON.stringify(MANY), words.refresh] as const,
      );
      ok(times.filled < 200 && times.narrowed < 200, JSON.stringify(times));
      if (process.env.ENSEMBLE_TIMES) console.log(times);
    });

    it('lead to each of 5,000 devices by scrolling', async () => {
      await lists.openWith('one', MANY);
      await lists.open(ID);
      await lists.press('End');
      match((await lists.active()) ?? '', /^Light 4999/);
      const seen = await stage.editor.page.evaluate(async () => {
        const list = document.querySelector('.ensemble-list');
        const labels = new Set<string>();
        for (let top = 0; top < list.scrollHeight; top += list.getBoundingClientRect().height) {
          list.scrollTop = top;
          await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
          for (const { textContent } of document.querySelectorAll('.ensemble-item-label')) labels.add(textContent);
        }
        return { labels: labels.size, drawn: [...document.querySelectorAll('.ensemble-item')].length };
      });
      // All, and the one that is selected and not among them.
      equal(seen.labels, 5001);
      ok(seen.drawn < 100, `${seen.drawn} are drawn`);
    });
  });

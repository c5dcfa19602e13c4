import { deepEqual, equal, ok } from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import type { LookupItem } from '../../src/core/lookup-item';
import { str } from '../kit/typed-input';
import { until } from '../kit/within';
import { LOGIN } from '../simulators/twinkly';
import { account } from '../twinkly/flows';
import { noteOf, type } from './panel-actions';
import { PanelStage, placed } from './panel-stage';
import { variants } from './variants';

// What the functions given to `evaluate` find in the page.
interface Shape {
  readonly textContent: string;
  readonly outerHTML: string;
  getAttribute(name: string): string | null;
  getBoundingClientRect(): { width: number; height: number };
  matches(selector: string): boolean;
}
declare const document: { querySelector(selector: string): Shape | null; querySelectorAll(selector: string): Iterable<Shape> };
declare const getComputedStyle: (element: Shape | null) => { fill: string; stroke: string };
declare const attacked: unknown;

const LOOKUPS = '**/ensemble/lookup/**';
const ID = 'ensemble-parameter-id';
const IDS = 'node-input-ids';
const HTML = '<img src=x onerror="globalThis.attacked = true">';
const TWISTED = 'Wre\u202eath\n\u0007 of \\n Advent';

const ITEMS: LookupItem[] = [
  { value: '48213', label: 'Wreath', detail: '50 LEDs' },
  { value: '48211', label: 'Eaves' },
  { value: '48212', label: 'Window' },
  { value: '48221', label: 'Spruce' },
  { value: '1', label: HTML },
  { value: '2', label: 'Light '.repeat(100) },
  { value: '3', label: TWISTED },
  { value: '4', label: 'Lamp' },
  { value: '5', label: 'Lamp' },
  { value: 'nameless', label: 'nameless' },
];

const WORDS = {
  'en-US': { on: 'Turn on', color: 'Set colour', poll: 'Twinkly status', pick: 'Pick a colour', missing: /Not in the list/ },
  de: { on: 'Einschalten', color: 'Farbe setzen', poll: 'Twinkly Status', pick: 'Farbe auswählen', missing: /Nicht in der Liste/ },
} as const;

for (const variant of variants)
  describe(`names of what a list gave: ${variant.theme}, ${variant.language}`, () => {
    const words = WORDS[variant.language];
    const node = (id: string, more: object) => placed(id, 'twinkly-command', { connection: 'account', operation: 'turn-on', ...more });
    const wreath = { labels: { id: { 48213: 'Wreath' } } };
    const stage = new PanelStage(
      variant,
      (address) => [
        account(`${address}/twinkly`, { name: 'Home', credentials: LOGIN }),
        account(`${address}/twinkly`, { id: 'other', name: 'Other', credentials: LOGIN }),
        node('action', { y: 60 }),
        node('old', { name: '', result: 'payload', y: 120, parameters: { id: str('48213') } }),
        node('saved', { y: 180, parameters: { id: str('48213') }, ...wreath }),
        node('stale', { y: 240, parameters: { id: str('48211') }, ...wreath }),
        node('named', { y: 300, name: 'Door', parameters: { id: str('48213') }, ...wreath }),
        node('odd', { y: 360, parameters: { id: str('48213') }, labels: { id: { 48213: 7 }, ids: 'Wreath' } }),
        node('odder', { y: 420, parameters: { id: str('toString') }, labels: 'Wreath' }),
        node('color', { y: 480, operation: 'set-color', parameters: { id: str('48213'), color: str('#0040ff') }, ...wreath }),
        placed('poll', 'twinkly-status-poll', { connection: 'account', y: 540, interval: 3600 }),
        placed('message', 'twinkly-command', {
          ...{ connection: 'account', operation: '', y: 600 },
          parameters: { id: str('48213') },
          labels: { id: { 48213: 'Wreath' }, effect: { aurora: 'Aurora' } },
        }),
      ],
      { height: 900, mayRefuse: true },
    );
    let panel: Locator;

    before(() => stage.editor.page.route(LOOKUPS, (route) => route.fulfill({ json: ITEMS })));
    const label = async (id: string) => (await stage.labels(id))[0];
    const labelsOf = async (id: string) => (await stage.editor.node(id)).labels;
    /** Selects in an action node, and returns its label. */
    const selected = async (value: string): Promise<string | undefined> => {
      panel = await stage.editor.open('action');
      await stage.choose(panel, ID, value);
      await stage.editor.save();
      return label('action');
    };

    it('stand in the label, in place of an id, and are saved beside it', async () => {
      equal(await selected('48213'), `${words.on} · Wreath`);
      const { labels, parameters } = await stage.editor.node('action');
      deepEqual([labels, parameters], [{ id: { 48213: 'Wreath' } }, { id: str('48213') }]);
      equal(await selected('nameless'), `${words.on} nameless`);
      deepEqual(await labelsOf('action'), {});
    });

    it('are told in the panel before the vendor has been asked, and where it cannot be', async () => {
      await stage.editor.page.unrouteAll();
      let refuse = () => {};
      const refused = new Promise<void>((resolve) => {
        refuse = resolve;
      });
      await stage.editor.page.route(LOOKUPS, async (route) => {
        await refused;
        await route.fulfill({ status: 400, json: { code: 'TIMEOUT', message: 'no response' } });
      });
      panel = await stage.editor.open('saved');
      equal((await noteOf(panel, ID).innerText()).trim(), 'Wreath');
      await stage.picture('name-before-list');
      refuse();
      equal(await stage.note(panel, ID, /^\s*Wreath · \S/), 'error');
      await type(panel, ID, '48211');
      await stage.note(panel, ID, /^\s*(?!.*Wreath)\S/);
      await stage.editor.save();
      equal(await label('saved'), `${words.on} 48211`);
      deepEqual(await labelsOf('saved'), {});
      await stage.editor.page.unrouteAll({ behavior: 'wait' });
      await stage.editor.page.route(LOOKUPS, (route) => route.fulfill({ json: ITEMS }));
    });

    it('are missing in a flow of an earlier release, which stays as it is until something is changed or chosen', async () => {
      equal(await label('old'), `${words.on} 48213`);
      equal(await labelsOf('old'), undefined);
      panel = await stage.editor.open('old');
      await stage.note(panel, ID, /Wreath/);
      await stage.listButton(panel, ID).click();
      await stage.entries().first().waitFor();
      await stage.closeList();
      await stage.editor.save();
      deepEqual([await label('old'), await labelsOf('old')], [`${words.on} 48213`, undefined]);
      equal(await stage.isChanged('old'), false);
      panel = await stage.editor.open('old');
      await stage.choose(panel, ID, 'Wreath');
      await stage.editor.save();
      equal(await label('old'), `${words.on} · Wreath`);
      equal(await stage.isChanged('old'), true);
    });

    it('hold for their value only, whoever has written the flow', async () => {
      deepEqual(await stage.labels('stale', 'named', 'odd', 'odder'), [
        `${words.on} 48211`,
        'Door',
        `${words.on} 48213`,
        `${words.on} toString`,
      ]);
      panel = await stage.editor.open('odd');
      await stage.note(panel, ID, /Wreath/);
      await panel.locator('#node-input-name').fill('changed');
      await stage.editor.save();
      deepEqual(await labelsOf('odd'), { id: { 48213: 'Wreath' } });
    });

    it('are enumerated, as many as there is space for', async () => {
      panel = await stage.editor.open('poll');
      for (const name of ['Wreath', 'Eaves']) await stage.choose(panel, IDS, name);
      await stage.editor.save();
      equal(await label('poll'), `${words.poll} · Wreath, Eaves`);
      panel = await stage.editor.open('poll');
      for (const name of ['Window', 'Spruce', 'nameless', 'Light']) await stage.choose(panel, IDS, name);
      await stage.editor.save();
      equal(await label('poll'), `${words.poll} · Wreath, Eaves, Window, Spruce, +2`);
      await stage.picture('names');
      panel = await stage.editor.open('poll');
      await panel.locator(`#${IDS}`).fill('48211');
      await panel.locator(`#${IDS}`).press('Tab');
      await stage.editor.save();
      equal(await label('poll'), `${words.poll} · Eaves`);
      deepEqual(await labelsOf('poll'), { ids: { 48211: 'Eaves' } });
    });

    it('have their id beside them where two have the same', async () => {
      equal(await selected('Lamp'), `${words.on} · Lamp (4)`);
    });

    it('are texts: no HTML, of bounded length, without what breaks or turns a line', async () => {
      equal(await selected(HTML), `${words.on} · ${HTML.slice(0, 39)}…`);
      deepEqual(await labelsOf('action'), { id: { 1: HTML } });
      equal(await selected('Light Light'), `${words.on} · ${'Light '.repeat(7).slice(0, 39)}…`);
      ok(String(((await labelsOf('action')) as { id: Record<string, string> }).id[2]).length <= 80);
      equal(await selected('Advent'), `${words.on} · Wre ath of Advent`);
      await selected(HTML);
      await stage.editor.page.locator('#action text', { hasText: '<img' }).waitFor();
      const found = await stage.editor.page.evaluate(() => [typeof attacked, document.querySelector('img[onerror]')]);
      deepEqual(found, ['undefined', null]);
    });

    it('are not taken over to another connection', async () => {
      await stage.editor.page.unrouteAll({ behavior: 'wait' });
      await stage.editor.page.route(LOOKUPS, (route) => route.fulfill({ json: [] }));
      panel = await stage.editor.open('named');
      await stage.note(panel, ID, /./);
      await panel.locator('#node-input-connection').selectOption('other');
      await stage.editor.save();
      deepEqual(await labelsOf('named'), {});
      await stage.editor.page.unrouteAll({ behavior: 'wait' });
      await stage.editor.page.route(LOOKUPS, (route) => route.fulfill({ json: ITEMS }));
    });

    it('stay with what an operation from the message uses without showing it', async () => {
      panel = await stage.editor.open('message');
      await stage.note(panel, ID, /./);
      await panel.locator('#node-input-name').fill('as the message says');
      await stage.editor.save();
      deepEqual(await labelsOf('message'), { id: { 48213: 'Wreath' } });
    });

    it('leave the colour to a swatch beside the label, which keeps its own', async () => {
      const { page } = stage.editor;
      equal(await label('color'), `${words.color} · Wreath`);
      const swatch = () => page.locator('#color .ensemble-swatch:not(.hide) rect').getAttribute('fill');
      equal(await swatch(), '#0040ff');
      const [fill, plain] = await page.evaluate(() =>
        ['#color', '#stale'].map((id) => getComputedStyle(document.querySelector(`${id} .red-ui-flow-node-label text`)).fill),
      );
      equal(fill, plain);
      equal(await page.locator('#stale .ensemble-swatch:not(.hide)').count(), 0);
      panel = await stage.editor.open('color');
      equal(await panel.locator('.ensemble-color').getAttribute('aria-label'), words.pick);
      await panel.locator('.ensemble-color').fill('#ff8800');
      await stage.editor.save();
      await until('the other colour', swatch, (color) => color === '#ff8800');
      panel = await stage.editor.open('color');
      await type(panel, 'ensemble-parameter-color', '');
      equal(await panel.locator('.ensemble-color-none').count(), 1);
      await stage.picture('color-none');
      await stage.editor.save();
      await until(
        'none',
        () => page.locator('#color .ensemble-swatch:not(.hide)').count(),
        (count) => count === 0,
      );
      panel = await stage.editor.open('color');
      await type(panel, 'ensemble-parameter-color', '#0040ff');
      await stage.editor.save();
      await until('the swatch again', swatch, (color) => color === '#0040ff');
    });

    it('are read by no node, and are deployed with it', async () => {
      await stage.editor.deploy();
      const { labels, parameters } = await stage.deployed('old');
      deepEqual([labels, parameters], [{ id: { 48213: 'Wreath' } }, { id: str('48213') }]);
      panel = await stage.editor.open('old');
      await stage.note(panel, ID, /Wreath/);
      await stage.editor.save();
      equal(await stage.isDirty(), false);
    });
  });

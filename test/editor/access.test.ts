import { deepEqual, equal, ok } from 'node:assert/strict';
import type { CDPSession } from 'playwright-core';
import { faintTexts } from '../kit/page-audit';
import { connections } from '../simulators/connections';
import { connectionFor, defaultsOf, panels } from './every-panel';
import { unfold } from './panel-actions';
import { PanelStage, placed } from './panel-stage';
import { bothVariants } from './variants';

// What the functions given to `evaluate` find in the page.
interface Element {
  readonly className: string;
  readonly tabIndex: number;
  getBoundingClientRect(): { readonly top: number; readonly height: number };
  setAttribute(name: string, value: string): void;
  innerHTML: string;
}
/** Roles of what a person acts on. */
const CONTROLS =
  /^(button|textbox|searchbox|combobox|checkbox|radio|slider|spinbutton|ColorWell|link|gridcell|switch|listbox|DisclosureTriangle)$/;
/** Of icons, by WCAG 2 level AA. */
const LEAST_OF_ICONS = 3;

interface AXNode {
  readonly ignored: boolean;
  readonly role?: { readonly value: string };
  readonly name?: { readonly value?: string };
  readonly backendDOMNodeId?: number;
}

/** The controls in the form on top without a name, as a screen reader meets them; their HTML. */
async function nameless(client: CDPSession): Promise<string[]> {
  const { result } = await client.send('Runtime.evaluate', {
    expression: `[...document.querySelectorAll('#node-input-name, #node-config-input-name')].at(-1).closest('form')`,
  });
  const { nodes } = (await client.send('Accessibility.queryAXTree', { objectId: result.objectId ?? '' })) as { nodes: AXNode[] };
  const controls = nodes.filter(({ ignored, role }) => !ignored && CONTROLS.test(role?.value ?? ''));
  ok(controls.length > 2);
  const without = controls.filter(({ name }) => (name?.value ?? '').trim() === '');
  const found = await Promise.all(
    without.map(async ({ role, backendDOMNodeId = 0 }) => {
      const { outerHTML } = await client.send('DOM.getOuterHTML', { backendNodeId: backendDOMNodeId });
      return `${role?.value}: ${outerHTML.slice(0, 200)}`;
    }),
  );
  // Node-RED leads the browser's memory for passwords astray with these.
  return found.filter((control) => !control.includes('id="red-ui-trap-'));
}

/** What can be reached by the tab key, in its order: what goes backwards on the screen, or has an order of its own. */
function disorder(elements: unknown): string[] {
  const all = [...(elements as Element[])].filter((element) => element.tabIndex >= 0 && element.getBoundingClientRect().height > 0);
  return all.flatMap((element, index) => {
    const before = all[index - 1]?.getBoundingClientRect();
    const { top, height } = element.getBoundingClientRect();
    return element.tabIndex > 0 || (before && top + height <= before.top) ? [element.className] : [];
  });
}

const TEXTS = [
  '.ensemble-hint',
  '.ensemble-note',
  '.ensemble-constraints',
  '.ensemble-found',
  '.ensemble-fold-about > span',
  '.ensemble label',
  '.ensemble-required',
  '.ensemble-item',
  '.ensemble-item span',
  '.ensemble-findings b',
];

for (const variant of bothVariants)
  describe(`panels for everybody: ${variant.theme}, ${variant.language}`, () => {
    const stage = new PanelStage(
      variant,
      (address, mqttAddress) => {
        const connected = connections({ address, mqttAddress });
        const fresh = panels.map((panel) => {
          const node = { type: panel.type, ...defaultsOf(panel) };
          return panel.category === 'config'
            ? { ...node, id: panel.type }
            : placed(panel.type, panel.type, { ...node, ...connectionFor(panel, connected) });
        });
        const more = (id: string, type: string, operation: string, connection: string) =>
          placed(id, type, { operation, connection, parameters: {} });
        return [
          ...connected,
          ...fresh,
          more('color', 'twinkly-command', 'set-color', 'account'),
          more('brightness', 'twinkly-command', 'set-brightness', 'account'),
          more('history', 'thingsquare-variable', 'set', 'backend'),
        ];
      },
      { mayRefuse: true },
    );
    let client: CDPSession;
    before(async () => {
      client = await stage.editor.page.context().newCDPSession(stage.editor.page);
      await client.send('Accessibility.enable');
      await client.send('DOM.enable');
    });
    after(() => client.detach());

    for (const id of [...panels.map(({ type }) => type), 'color', 'brightness', 'history'])
      it(`have a name for each control, an order, and text that can be read: ${id}`, async () => {
        const panel = await stage.editor.open(id);
        await unfold(panel);
        deepEqual(await nameless(client), []);
        deepEqual(
          await panel
            .locator('form:has(#node-input-name), form:has(#node-config-input-name)')
            .locator('input, select, button, a[href], textarea, summary, [tabindex]')
            .evaluateAll(disorder),
          [],
        );
        deepEqual((await faintTexts(stage.editor.page, { of: TEXTS.join() })).faint, []);
        await stage.editor.cancel();
      });

    it('can be read in notes of each kind, and in lists', async () => {
      const panel = await stage.editor.open('twinkly-query');
      await panel.locator('#node-input-operation').selectOption('get-object-status');
      const note = panel.locator('#ensemble-parameter-ids-note');
      for (const kind of ['busy', 'good', 'info', 'warning', 'error']) {
        await note.evaluate((element, value) => {
          const one = element as unknown as Element;
          one.innerHTML = '<i class="fa">!</i> Something is said here.';
          one.setAttribute('data-kind', value);
        }, kind);
        deepEqual((await faintTexts(stage.editor.page, { of: '.ensemble-note' })).faint, [], kind);
        deepEqual((await faintTexts(stage.editor.page, { of: '.ensemble-note > .fa', least: LEAST_OF_ICONS })).faint, [], kind);
      }
      await stage.list(panel, 'ensemble-parameter-ids');
      equal((await stage.entries().count()) > 1, true);
      deepEqual((await faintTexts(stage.editor.page, { of: '.ensemble-item, .ensemble-item *' })).faint, []);
      await stage.editor.page.keyboard.press('Escape');
      await stage.editor.cancel();
    });
  });

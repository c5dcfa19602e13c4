import type { Locator } from 'playwright-core';
import type { LookupItem } from '../../src/core/lookup-item';
import { LOGIN } from '../simulators/twinkly';
import { account } from '../twinkly/flows';
import { PanelStage, placed } from './panel-stage';
import type { Variant } from './variants';

// What the functions given to `evaluate` find in the page.
interface Element {
  readonly textContent: string;
  readonly style: object;
  getAttribute(name: string): string | null;
}
declare const document: {
  readonly activeElement: Element | null;
  querySelector(selector: string): Element;
};

export const LOOKUPS = '**/ensemble/lookup/**';
export const ID = 'ensemble-parameter-id';
export const IDS = 'node-input-ids';
export const SEVERAL = 'ensemble-parameter-ids';

const WORDS = {
  'en-US': {
    field: 'ID',
    on: 'Turn on',
    filter: 'Filter by name, ID or detail',
    refresh: 'Refresh the list: ',
    back: 'Back',
    retry: 'Try again',
    done: 'Done',
    all: 'Entries: 12',
    some: 'Entries: 1 of 12',
    many: /^Entries: 5,000$/,
    chosen: 'Entries: 12 · Selected: 2',
    missing: 'Not in the list. The value is kept.',
    noMatch: 'Nothing in the list matches “nobody”.',
    empty: /The vendor lists nothing here: perhaps this account/,
    failed: /The list could not be loaded/,
    noConnection: /Select a connection first/,
    noGroup: 'No group matches “hedge”. What is in the groups has not been searched yet.',
    searched: 'Groups searched: 198 of 340.',
    searchedOn: 'Groups searched: 338 of 340.',
    unsearched: /Not searched: Floor 8, Floor 9. api\.example has not answered within 10 s/,
    searchOn: 'Search in more groups',
    awaited: 'Fill in ID or IDs first: the list depends on it.',
  },
  de: {
    field: 'ID',
    on: 'Einschalten',
    filter: 'Nach Name, ID oder Angabe filtern',
    refresh: 'Liste aktualisieren: ',
    back: 'Zurück',
    retry: 'Erneut versuchen',
    done: 'Fertig',
    all: 'Einträge: 12',
    some: 'Einträge: 1 von 12',
    many: /^Einträge: 5\.000$/,
    chosen: 'Einträge: 12 · Ausgewählt: 2',
    missing: 'Nicht in der Liste. Der Wert bleibt erhalten.',
    noMatch: 'Nichts in der Liste passt zu „nobody“.',
    empty: /Der Hersteller listet hier nichts auf: Vielleicht/,
    failed: /Die Liste konnte nicht geladen werden/,
    noConnection: /Erst eine Verbindung auswählen/,
    noGroup: 'Keine Gruppe passt zu „hedge“. In den Gruppen wurde noch nicht gesucht.',
    searched: 'Durchsuchte Gruppen: 198 von 340.',
    searchedOn: 'Durchsuchte Gruppen: 338 von 340.',
    unsearched: /Nicht durchsucht: Floor 8, Floor 9. api\.example hat innerhalb von 10 s nicht geantwortet/,
    searchOn: 'In weiteren Gruppen suchen',
    awaited: 'Erst ID oder IDs ausfüllen: Davon hängt die Liste ab.',
  },
} as const;

export const NAMES = ['Küche', 'Eaves', 'Window', 'Wreath', 'Spruce', 'Hedge', 'Desk', 'Stairs', 'Tree', 'Gate', 'Lawn', 'Roof'];
export const ITEMS: LookupItem[] = NAMES.map((label, index) => ({
  value: `${100 + index}`,
  label,
  detail: `${index * 10} LEDs · House ${index % 3}`,
}));

const node = (id: string, more: object) => placed(id, 'twinkly-command', { connection: 'account', operation: 'turn-on', ...more });

/** Where the lists of panels are tried. To be made in a `describe`, as a `PanelStage`. */
export class Lists {
  readonly stage: PanelStage;
  readonly words: (typeof WORDS)[Variant['language']];
  /** The one that is open. */
  panel!: Locator;

  constructor(variant: Variant) {
    this.words = WORDS[variant.language];
    this.stage = new PanelStage(
      variant,
      (address) => [
        account(`${address}/twinkly`, { name: 'Home', credentials: LOGIN }),
        node('one', { parameters: { id: { type: 'str', value: '103' } } }),
        node('gone', { parameters: { id: { type: 'str', value: '999' } } }),
        node('json', { parameters: { ids: { type: 'json', value: '[101,"103"]' } } }),
        node('lost', { connection: '' }),
        node('narrowed', { operation: 'apply' }),
        placed('poll', 'twinkly-status-poll', { connection: 'account', ids: '101,103', interval: 3600 }),
      ],
      { height: 768, mayRefuse: true },
    );
    afterEach(async () => {
      await this.stage.closeList();
      await this.stage.editor.cancel();
      await this.page.unrouteAll({ behavior: 'wait' });
    });
  }

  /** Opens a panel whose lists offer these. */
  async openWith(id: string, items: readonly LookupItem[], within: readonly LookupItem[] = []): Promise<void> {
    await this.page.route(LOOKUPS, (route) =>
      route.fulfill({ json: (route.request().postDataJSON() as { within?: string }).within === undefined ? items : within }),
    );
    this.panel = await this.stage.editor.open(id);
  }

  /** One key after the other. */
  press(...keys: readonly string[]): Promise<void> {
    return keys.reduce((before, key) => before.then(() => this.page.keyboard.press(key)), Promise.resolve());
  }

  /** Opens the list of a row. */
  async open(row: string): Promise<void> {
    await this.stage.listButton(this.panel, row).click();
    await this.stage.entries().first().waitFor();
  }

  labels = async () => firstLines(await this.stage.entries().allInnerTexts());

  chosen = async () => firstLines(await this.page.locator('.ensemble-item[aria-selected="true"]').allInnerTexts());

  foot = () => this.page.locator('.ensemble-list-foot > [role="status"]').innerText();

  remark = () => this.page.locator('.ensemble-list-remark');

  /** The text of the entry that the keyboard is at. */
  active = () =>
    this.page.evaluate(() => {
      const id = document.activeElement?.getAttribute('aria-activedescendant');
      return id ? document.querySelector(`#${id}`).textContent : undefined;
    });

  /** Whether the button that opens the list of a row has the focus. */
  isAtButton = (row: string) => this.stage.listButton(this.panel, row).evaluate((button) => button === (document.activeElement as unknown));

  value = (row: string) => this.panel.locator(`#${row}-value, input#${row}:visible`).first().inputValue();

  /** As in a longer panel, whose rows stand lower. */
  spread = (space: number) =>
    this.panel.locator('.ensemble').evaluate((form: unknown, by) => {
      Object.assign((form as Element).style, { marginTop: `${by}px`, minHeight: `${5 * by}px` });
    }, space);

  private get page() {
    return this.stage.editor.page;
  }
}

const firstLines = (texts: readonly string[]) => texts.map((text) => text.split('\n')[0]);

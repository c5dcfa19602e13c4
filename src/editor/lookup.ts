import type { LookupItem } from '../core/lookup-item';
import { ask, type ConfigState } from './dialog';
import { type Field, sharedText, typeText } from './fields';
import { complain, note } from './form';
import type { Verdict } from './validation';

/** The row that a lookup belongs to. */
interface LookupRow {
  readonly field: Field;
  readonly element: JQuery;
  readonly value: string;
  readonly verdict: Verdict;
  /** False while the value comes from the message or elsewhere. */
  readonly isConstant: boolean;
  put(value: string): void;
}

/** What a lookup has to know of the panel around its row. */
export interface Surroundings {
  /** The id of the node whose panel it is. */
  readonly node: string;
  /** The connection that is asked; undefined where none is selected. */
  readonly connection: () => ConfigState | undefined;
  /** The constants in the rows of the panel. */
  readonly constants: () => Readonly<Record<string, unknown>>;
}

/** The events with which a user turns to something else. */
const ELSEWHERE = ['pointerdown', 'focusin'];

/** Offers the values that the vendor knows, and describes the selected one. Any other value can be typed. */
export class LookupControl {
  private items: readonly LookupItem[] | undefined;
  /** The state of the request, while there are no items. */
  private progress: readonly ['none' | 'busy' | 'error', string] = ['none', ''];
  private requests = 0;
  /** The user has pressed the button of the list, which has not been loaded yet. */
  private isAwaited = false;
  /** The list, while it is open. */
  private menu: Menu | undefined;
  /** The last request: its connection, and the values of the other rows that it depends on. */
  private lastRequest: string | undefined;
  private readonly buttons: readonly JQuery[];

  constructor(
    private readonly row: LookupRow,
    private readonly lookup: string,
    private readonly surroundings: Surroundings,
  ) {
    this.buttons = [
      button('fa-list', sharedText('lookup.choose'), () => this.open()),
      button('fa-refresh', sharedText('lookup.refresh'), () => void this.refresh(true)),
    ];
    row.element.find('.ensemble-control').append(...this.buttons);
    // The response to a request of a removed row is ignored.
    row.element.on('remove', () => {
      this.requests++;
      this.menu?.hide();
    });
  }

  /** Loads the items and shows the progress. Node-RED triggers several changes for one selection: they make one request. */
  async refresh(again = false): Promise<void> {
    const { connection, constants } = this.surroundings;
    const { narrowedBy = [] } = this.row.field.parameter;
    const state = connection();
    const given = constants();
    const request = JSON.stringify([state, narrowedBy.map((name) => given[name])]);
    if (request === this.lastRequest && !again) return;
    this.lastRequest = request;
    this.items = undefined;
    await this.load(state);
  }

  /** Describes the current value in the note. */
  show(): void {
    const { element, isConstant, verdict } = this.row;
    for (const button of this.buttons) button.toggle(isConstant);
    const value = this.row.value.trim();
    if (complain(element, verdict, value === '')) return;
    const chosen = this.chosen.map((one) => this.items?.find((item) => item.value === one && !item.opens));
    const known = chosen.filter((item) => item !== undefined);
    if (!isConstant) return;
    if (!this.items || this.progress[0] !== 'none') note(element, ...this.progress);
    else if (known.length > 0 && known.length === chosen.length) note(element, 'good', known.map(describe).join(', '));
    else if (this.items.length === 0) note(element, 'info', this.text('empty'));
    // The value may be one of the items that an item contains.
    else if (this.items.some(({ opens }) => opens)) note(element, 'none');
    else if (value !== '' && !value.startsWith('${')) note(element, 'warning', this.text('missing'));
  }

  /** Completions while typing. A text that is no item comes first, because Enter and Tab select the first completion. */
  readonly search = (typed: string): Completion[] => {
    // In a list, the last entry is being typed.
    const before = this.isList ? typed.slice(0, typed.lastIndexOf(',') + 1) : '';
    const items = (this.items ?? []).filter(({ opens }) => !opens);
    const text = typed.slice(before.length).trim().toLowerCase();
    const complete = (item: LookupItem) => ({ ...completion(item), value: before + item.value });
    if (text === '' || items.some(({ value }) => value.toLowerCase() === text)) return shortened(items, complete, typed);
    const fitting = items.filter(({ value, label }) => value.toLowerCase().includes(text) || label.toLowerCase().includes(text));
    return fitting.length === 0 ? [] : [completion({ value: typed, label: typed }), ...shortened(fitting, complete, typed)];
  };

  /** Whether the value is a number in the list of the vendor. */
  isNumeric(value: string): boolean {
    return this.items?.some((item) => item.value === value && item.numeric) ?? false;
  }

  /** A vendor without a list says what is in this one. */
  private text(key: 'empty' | 'missing'): string {
    const shared = sharedText(`lookup.${key}`);
    const { type } = this.surroundings.connection() ?? {};
    return type === undefined ? shared : typeText(type, `lookup.${key}`, shared);
  }

  /** The value is comma-separated. */
  private get isList(): boolean {
    return this.row.field.parameter.kind === 'list';
  }

  /** The entries of a list, or the one value. */
  private get chosen(): string[] {
    const { value } = this.row;
    return (this.isList ? value.split(',') : [value]).map((one) => one.trim()).filter((one) => one !== '');
  }

  /** Loads the items at the top level, or within an item. Returns undefined if that fails, or if a newer request was made. */
  private async load(state: ConfigState | undefined, within?: string): Promise<readonly LookupItem[] | undefined> {
    const { node, constants } = this.surroundings;
    const turn = ++this.requests;
    const show = (...progress: typeof this.progress) => {
      if (turn !== this.requests) return;
      this.progress = progress;
      this.show();
      if (progress[0] === 'busy' || !this.isAwaited) return;
      this.isAwaited = false;
      this.openMenu(this.items ?? []);
    };
    if (!state) return void show('none', '');
    show('busy', sharedText('lookup.loading'));
    try {
      const { type, ...body } = state;
      const response = await ask<LookupItem[]>(`lookup/${type}/${this.lookup}`, { ...body, node, parameters: constants(), within });
      if (turn !== this.requests) return undefined;
      const items = response.map((item) => withTexts(item, type));
      const others = within === undefined ? [] : (this.items ?? []).filter(({ value }) => items.every((item) => item.value !== value));
      this.items = [...others, ...items];
      show('none', '');
      return items;
    } catch (error) {
      return void show('error', sharedText('lookup.failed', { reason: (error as Error).message }));
    }
  }

  /** In a list, a selected item is added, or removed if it was in it. */
  private choose({ value, opens }: LookupItem): void {
    if (opens) return void this.load(this.surroundings.connection(), value).then((items) => items && this.openMenu(items));
    const others = this.isList ? this.chosen.filter((one) => one !== value) : [];
    const isIn = this.isList && others.length < this.chosen.length;
    this.row.put((isIn ? others : [...others, value]).join(','));
  }

  /** Opens the list, at once or when it has been loaded. */
  private open(): void {
    // It was opened between the press of the button and its release.
    if (this.menu) return;
    if (this.items && this.items.length > 0) return void this.openMenu(this.items);
    this.awaitList();
    if (this.progress[0] !== 'busy') void this.refresh(true);
  }

  /** The list must not open under the pointer if the user has turned to something else meanwhile. */
  private awaitList(): void {
    this.isAwaited = true;
    const stop = ({ target }: Event) => {
      if (this.isAwaited && this.buttons.some((button) => button[0]?.contains(target as Node))) return;
      this.isAwaited = false;
      for (const name of ELSEWHERE) document.removeEventListener(name, stop, true);
    };
    for (const name of ELSEWHERE) document.addEventListener(name, stop, true);
  }

  private openMenu(items: readonly LookupItem[]): void {
    const { element } = this.row;
    // Another dialog may be on top of the row by now.
    if (items.length === 0 || !element.is(':visible')) return;
    const control = element.find('.ensemble-control');
    this.menu?.hide();
    const menu = RED.popover.menu({
      options: shortened(items, completion, ''),
      onselect: ({ value }) => {
        const item = items.find((one) => one.value === value);
        if (item) this.choose(item);
        else control.find('input:visible').first().trigger('focus');
      },
      width: Math.max(300, control.width() ?? 0),
      onclose: () => {
        this.menu = undefined;
      },
      maxHeight: 240,
      class: 'red-ui-autoComplete-container',
    });
    this.menu = menu;
    menu.show({ target: control });
  }
}

/** Texts of an item are in the catalogue of the connection's type. */
const withTexts = ({ words = [], ...item }: LookupItem, type: string): LookupItem => ({
  ...item,
  detail: [item.detail, ...words.map((key) => typeText(type, `lookup.${key}`))].filter(Boolean).join(' · '),
});

const describe = ({ label, detail }: LookupItem): string => [label, detail].filter(Boolean).join(' · ');

const completion = ({ value, label, detail, opens }: LookupItem): Completion => ({
  value,
  label: $('<div>', { class: 'ensemble-item' }).append(
    $('<span>', { text: opens ? `${label} ›` : label }),
    $('<span>', { class: 'ensemble-item-detail', text: [label === value ? '' : value, detail].filter(Boolean).join(' · ') }),
  ),
});

/** Entries that are shown at once: a menu of thousands takes seconds to build. */
const MOST_SHOWN = 100;

/** The first completions, and how many more there are; to choose that leaves what is typed. */
function shortened(items: readonly LookupItem[], complete: (item: LookupItem) => Completion, typed: string): Completion[] {
  const shown = items.slice(0, MOST_SHOWN).map(complete);
  const label = sharedText('lookup.more', { count: items.length - MOST_SHOWN });
  return items.length > MOST_SHOWN ? [...shown, { ...completion({ value: '', label }), value: typed }] : shown;
}

function button(icon: string, label: string, onClick: () => void): JQuery {
  const element = $('<button>', { type: 'button', class: 'red-ui-button ensemble-icon', 'aria-label': label });
  element.append($('<i>', { class: `fa ${icon}`, 'aria-hidden': 'true' })).on('click', onClick);
  RED.popover.tooltip(element, label);
  return element;
}

import { ask, type ConfigState } from './dialog';
import { typeWord, word } from './fields';
import { complain, note } from './form';
import type { Verdict } from './validation';

interface Item {
  readonly value: string;
  readonly label: string;
  readonly detail?: string;
  readonly words?: readonly string[];
  readonly numeric?: boolean;
  readonly opens?: boolean;
}

export interface LookupOptions {
  readonly row: JQuery;
  readonly value: () => string;
  readonly verdict: () => Verdict;
  readonly choose: (value: string) => void;
  readonly lookup: string;
  /** The other rows on which it depends what comes. */
  readonly narrowedBy: readonly string[];
  /** The value is a list, with commas. */
  readonly many: boolean;
  /** The connection that is asked; undefined where none is chosen. */
  readonly connection: () => ConfigState | undefined;
  /** The node whose panel it is. */
  readonly node: string;
  /** Constant values of the other rows. */
  readonly parameters: () => Readonly<Record<string, unknown>>;
  /** False while the row takes its value from the message or elsewhere. */
  readonly isConstant: () => boolean;
}

/** What a person does first who turns to something else. */
const ELSEWHERE = ['pointerdown', 'focusin'];

/** Offers what the vendor has, and says what the chosen value is. A value typed by hand always stands. */
export class Lookup {
  private items: readonly Item[] | undefined;
  /** How the asking goes, while there are no items. */
  private progress: readonly ['none' | 'busy' | 'error', string] = ['none', ''];
  private asked = 0;
  /** A person has pressed for the list, and it has not come yet. */
  private wanted = false;
  /** The list, while it is open. */
  private menu: Menu | undefined;
  /** What was asked last: of which connection, and for which values of the other rows. */
  private question: string | undefined;
  private readonly buttons: readonly JQuery[];

  constructor(private readonly options: LookupOptions) {
    const { row } = options;
    this.buttons = [
      button('fa-list', word('lookup.choose'), () => this.open()),
      button('fa-refresh', word('lookup.refresh'), () => void this.refresh(true)),
    ];
    row.find('.ensemble-control').append(...this.buttons);
    // With its row, what it asked for is forgotten.
    row.on('remove', () => {
      this.asked++;
      this.menu?.hide();
    });
  }

  /** Asks the vendor, and shows how that goes. Node-RED announces one choice several times: the same is asked once. */
  async refresh(again = false): Promise<void> {
    const { connection, parameters, narrowedBy } = this.options;
    const state = connection();
    const given = parameters();
    const question = JSON.stringify([state, narrowedBy.map((name) => given[name])]);
    if (question === this.question && !again) return;
    this.question = question;
    this.items = undefined;
    await this.ask(state);
  }

  /** Says in the note what the present value stands for. */
  show(): void {
    const { row, verdict, isConstant } = this.options;
    for (const element of this.buttons) element.toggle(isConstant());
    const value = this.options.value().trim();
    if (complain(row, verdict(), value === '')) return;
    const chosen = this.chosen.map((one) => this.items?.find((item) => item.value === one && !item.opens));
    const known = chosen.filter((item) => item !== undefined);
    if (!isConstant()) return;
    if (!this.items || this.progress[0] !== 'none') note(row, ...this.progress);
    else if (known.length > 0 && known.length === chosen.length) note(row, 'good', known.map(describe).join(', '));
    else if (this.items.length === 0) note(row, 'info', word('lookup.empty'));
    // What lies behind an entry may well be it.
    else if (this.items.some(({ opens }) => opens)) note(row, 'none');
    else if (value !== '' && !value.startsWith('${')) note(row, 'warning', word('lookup.missing'));
  }

  /** Completions while typing. What was typed comes first where it is no entry: Enter and Tab take the first. */
  readonly search = (typed: string): Completion[] => {
    // Of a list, the last entry is the one that is being typed.
    const before = this.options.many ? typed.slice(0, typed.lastIndexOf(',') + 1) : '';
    const items = (this.items ?? []).filter(({ opens }) => !opens);
    const text = typed.slice(before.length).trim().toLowerCase();
    const complete = (item: Item) => ({ ...completion(item), value: before + item.value });
    if (text === '' || items.some(({ value }) => value.toLowerCase() === text)) return items.map(complete);
    const fitting = items.filter(({ value, label }) => value.toLowerCase().includes(text) || label.toLowerCase().includes(text));
    return fitting.length === 0 ? [] : [completion({ value: typed, label: typed }), ...fitting.map(complete)];
  };

  /** Whether the vendor has it in the list as a number. */
  isNumeric(value: string): boolean {
    return this.items?.some((item) => item.value === value && item.numeric) ?? false;
  }

  /** The entries of a list, or the one value. */
  private get chosen(): string[] {
    const { many, value } = this.options;
    return (many ? value().split(',') : [value()]).map((one) => one.trim()).filter((one) => one !== '');
  }

  /** What the vendor has, at the top or behind an entry; undefined where the asking failed, or another one came first. */
  private async ask(state: ConfigState | undefined, within?: string): Promise<readonly Item[] | undefined> {
    const { lookup, node, parameters } = this.options;
    const turn = ++this.asked;
    const show = (...progress: typeof this.progress) => {
      if (turn !== this.asked) return;
      this.progress = progress;
      this.show();
      if (progress[0] === 'busy' || !this.wanted) return;
      this.wanted = false;
      this.openMenu(this.items ?? []);
    };
    if (!state) return void show('none', '');
    show('busy', word('lookup.loading'));
    try {
      const { type, ...body } = state;
      const answer = await ask<Item[]>(`lookup/${type}/${lookup}`, { ...body, node, parameters: parameters(), within });
      if (turn !== this.asked) return undefined;
      const items = answer.map((item) => inWords(item, type));
      const others = within === undefined ? [] : (this.items ?? []).filter(({ value }) => items.every((item) => item.value !== value));
      this.items = [...others, ...items];
      show('none', '');
      return items;
    } catch (error) {
      return void show('error', word('lookup.failed', { reason: (error as Error).message }));
    }
  }

  /** Of a list, an entry is put in, or taken out where it was in. */
  private choose({ value, opens }: Item): void {
    const { many, choose, connection } = this.options;
    if (opens) return void this.ask(connection(), value).then((items) => items && this.openMenu(items));
    const others = many ? this.chosen.filter((one) => one !== value) : [];
    const isIn = many && others.length < this.chosen.length;
    choose((isIn ? others : [...others, value]).join(','));
  }

  /** Opens the list: at once, or when it has come. */
  private open(): void {
    // It came between the press of the button and its release.
    if (this.menu) return;
    if (this.items && this.items.length > 0) return void this.openMenu(this.items);
    this.want();
    if (this.progress[0] !== 'busy') void this.refresh(true);
  }

  /** Whoever goes on to something else meanwhile must not find the list under the pointer. */
  private want(): void {
    this.wanted = true;
    const giveUp = ({ target }: Event) => {
      if (this.wanted && this.buttons.some((button) => button[0]?.contains(target as Node))) return;
      this.wanted = false;
      for (const name of ELSEWHERE) document.removeEventListener(name, giveUp, true);
    };
    for (const name of ELSEWHERE) document.addEventListener(name, giveUp, true);
  }

  private openMenu(items: readonly Item[]): void {
    const { row } = this.options;
    // Another dialog may be on top of the row by now.
    if (items.length === 0 || !row.is(':visible')) return;
    const control = row.find('.ensemble-control');
    this.menu?.hide();
    const menu = RED.popover.menu({
      options: items.map(completion),
      onselect: ({ value }) => this.choose(items.find((item) => item.value === value) ?? { value, label: value }),
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

/** What an item says in words stands in the catalogue of the connection's type. */
const inWords = ({ words = [], ...item }: Item, type: string): Item => ({
  ...item,
  detail: [item.detail, ...words.map((key) => typeWord(type, `lookup.${key}`))].filter(Boolean).join(' · '),
});

const describe = ({ label, detail }: Item): string => [label, detail].filter(Boolean).join(' · ');

const completion = ({ value, label, detail, opens }: Item): Completion => ({
  value,
  label: $('<div>', { class: 'ensemble-item' }).append(
    $('<span>', { text: opens ? `${label} ›` : label }),
    $('<span>', { class: 'ensemble-item-detail', text: [label === value ? '' : value, detail].filter(Boolean).join(' · ') }),
  ),
});

function button(icon: string, label: string, onClick: () => void): JQuery {
  const element = $('<button>', { type: 'button', class: 'red-ui-button ensemble-icon', 'aria-label': label });
  element.append($('<i>', { class: `fa ${icon}`, 'aria-hidden': 'true' })).on('click', onClick);
  RED.popover.tooltip(element, label);
  return element;
}

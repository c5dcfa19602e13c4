import type { LookupItem } from '../core/lookup-item';
import type { Held } from './control';
import { type Entry, entryOf, narrowed } from './entries';
import { alternatively, type Field, sharedText, typeText } from './fields';
import { complain, note, saySameOnce } from './form';
import type { GroupSearch } from './group-search';
import { listed } from './language';
import { type ListOptions, ListPopup } from './list-popup';
import { listedIn, split } from './list-values';
import { LookupSource, type Surroundings } from './lookup-source';
import type { Names } from './names';
import type { Verdict } from './validation';

/** The row that a lookup belongs to. */
interface LookupRow {
  readonly field: Field;
  readonly element: JQuery;
  readonly held: Held;
  readonly verdict: Verdict;
  /** The field that the value is typed into. */
  readonly typed: JQuery;
  put(value: string): void;
}

/** A list could be loaded after it had failed. */
const AGAIN = 'ensemble-again';

/** Offers the values that the vendor knows, and describes the selected one. Any other value can be typed. */
export class LookupControl {
  /** The list, while it is open. */
  private list: ListPopup | undefined;
  /** The open list belongs to the field, which is typed into; else it has a filter of its own. */
  private isCompleting = false;
  /** Something was chosen from the list since the panel was opened, be it what was there before. */
  hasChosen = false;
  private readonly source: LookupSource;
  private readonly listButton: JQuery;
  private readonly buttons: readonly JQuery[];

  constructor(
    private readonly row: LookupRow,
    lookup: string,
    surroundings: Surroundings,
  ) {
    this.source = new LookupSource(row.field, lookup, surroundings, () => {
      this.show();
      this.showList();
    });
    const { label } = row.field;
    this.listButton = button('fa-list', sharedText('lookup.choose', { label }), () => this.open());
    this.listButton.attr({ 'aria-haspopup': 'dialog', 'aria-expanded': 'false' });
    this.buttons = [this.listButton, button('fa-refresh', sharedText('lookup.refresh', { label }), () => void this.refresh(true))];
    row.element.find('.ensemble-control').append(...this.buttons);
    const { typed } = row;
    typed.on('input', () => this.complete(false)).on('blur', () => this.isCompleting && this.list?.close(false));
    typed.on('keydown', (event) => {
      if (event.key === 'ArrowDown' && !this.list && this.complete(true)) event.preventDefault();
    });
    row.element.on(AGAIN, () => void this.source.refresh(true));
    // The response to a request of a removed row is ignored.
    row.element.on('remove', () => {
      this.source.stop();
      this.list?.close(false);
    });
  }

  async refresh(again = false): Promise<void> {
    await this.source.refresh(again);
    const { element } = this.row;
    // What works again here works in the other rows, too.
    if (again && this.source.items)
      element.closest('.ensemble').find('.ensemble-reason').closest('.ensemble-row').not(element).trigger(AGAIN);
  }

  /** Describes the current value in the note. */
  show(): void {
    this.describe();
    saySameOnce(this.row.element.closest('.ensemble'), sharedText('lookup.failedToo'));
  }

  private describe(): void {
    const { element, held, verdict, typed } = this.row;
    const { isFillable } = this;
    for (const button of this.buttons) button.toggle(isFillable);
    if (!isFillable) this.list?.close(false);
    const asCombobox = { role: 'combobox', 'aria-autocomplete': 'list', 'aria-expanded': String(this.isCompleting) };
    if (this.isCompletable) typed.attr(asCombobox);
    else typed.removeAttr(Object.keys(asCombobox).join(' '));
    const value = held.value.trim();
    if (complain(element, verdict, value === '')) return;
    const { chosen, source } = this;
    const { items, progress, hasGroups } = source;
    const known = chosen.flatMap((one) => source.known.get(one) ?? []);
    if (!isFillable) return;
    if (!items || progress[0] !== 'none') this.showProgress();
    else if (known.length > 0 && known.length === chosen.length) note(element, 'good', listed(known.map(describe)));
    else if (items.length === 0 && source.awaited.length > 0) note(element, 'none');
    // Why, says the list itself.
    else if (items.length === 0) note(element, value === '' ? 'none' : 'info', sharedText('lookup.nothing'));
    // The value may be one of the items that an item contains.
    else if (hasGroups) note(element, 'none');
    else if (value !== '' && !value.startsWith('${')) note(element, 'warning', this.text('missing'));
  }

  /** While the list is not there, what is known without it. */
  private showProgress(): void {
    const [kind, text] = this.source.progress;
    const names = listed(Object.values(this.names));
    const shown = kind === 'error' ? names : names || text;
    note(this.row.element, kind === 'none' && names ? 'info' : kind, shown, kind === 'error' ? text : '');
  }

  /** Of the selected values. */
  get names(): Names {
    return this.source.names(this.chosen);
  }

  /** Whether the value is a number in the list of the vendor. */
  isNumeric(value: string): boolean {
    return this.source.known.get(value)?.numeric ?? false;
  }

  /** A vendor without a list says what is in this one. */
  private text(key: 'empty' | 'missing'): string {
    const shared = sharedText(`lookup.${key}`);
    const type = this.source.connectionType;
    return type === undefined ? shared : typeText(type, `lookup.${key}`, shared);
  }

  /** Why nothing is listed: what it depends on may not have been chosen yet. */
  private get emptyText(): string {
    const { awaited } = this.source;
    return awaited.length === 0 ? this.text('empty') : sharedText('lookup.awaited', { labels: alternatively(awaited) });
  }

  /** The value is comma-separated. */
  private get isList(): boolean {
    return this.row.field.parameter.kind === 'list';
  }

  /** What the row holds of what can be in the list; undefined where the list cannot fill it, as where it comes from the message. */
  private get values(): readonly string[] | undefined {
    const { held } = this.row;
    if (this.isList) return listedIn(held)?.values;
    return held.type === 'str' || held.type === 'num' ? split(held.value, /$^/) : undefined;
  }

  private get isFillable(): boolean {
    return this.values !== undefined;
  }

  /** JSON is no text whose parts could be completed. */
  private get isCompletable(): boolean {
    return this.isFillable && this.row.held.type !== 'json';
  }

  /** The entries of a list, or the one value. */
  private get chosen(): readonly string[] {
    return this.values ?? [];
  }

  /** Opens an entry, or selects it. In a list, a selected entry is added, or removed if it was in it, and the list stays open. */
  private choose(entry: Entry): void {
    if (entry.opens) return void this.source.openGroup(entry);
    this.hasChosen = true;
    if (this.isCompleting) this.completeWith(entry);
    else if (this.isList) this.toggle(entry);
    else {
      this.list?.close(true);
      if (this.chosen[0] !== entry.value) this.row.put(entry.value);
    }
  }

  private toggle({ value, numeric }: Entry): void {
    const listed = listedIn(this.row.held);
    if (!listed) return;
    this.row.put(listed.values.includes(value) ? listed.without(value) : listed.with(value, numeric));
    this.list?.update();
  }

  /** Opens the list, which loads what is not there. */
  private open(): void {
    const isOpen = this.list && !this.isCompleting;
    this.list?.close(true);
    if (isOpen) return;
    if (this.source.group) this.source.leaveGroup();
    this.openList({ opener: this.listButton });
    if (this.source.progress[0] !== 'busy' && !this.source.items?.length) void this.refresh(true);
  }

  /**
   * Offers what fits while one types.
   * @param all whether to offer everything where that is one of the entries already
   */
  private complete(all: boolean): boolean {
    const { typed } = this.row;
    const { last } = this;
    const { known } = this.source;
    const entries = [...known.values()];
    const isWhole = last === '' || known.has(last);
    const fitting = isWhole ? (all ? entries : []) : narrowed(entries, last);
    if (!this.isCompletable || fitting.length === 0) {
      if (this.isCompleting) this.list?.close(false);
      return false;
    }
    if (this.source.group) this.source.leaveGroup();
    if (!this.isCompleting) {
      this.list?.close(false);
      this.openList({ opener: typed, field: typed });
    }
    this.list?.narrow(isWhole ? '' : last);
    return true;
  }

  /** What is being typed: of several, the last. */
  private get last(): string {
    const text = String(this.row.typed.val() ?? '');
    return (this.isList ? text.slice(text.lastIndexOf(',') + 1) : text).trim();
  }

  private completeWith({ value }: Entry): void {
    const text = String(this.row.typed.val() ?? '');
    const before = this.isList ? split(text.slice(0, text.lastIndexOf(',') + 1)) : [];
    this.list?.close(true);
    this.row.put([...before.filter((one) => one !== value), value].join(','));
  }

  private openList(how: Pick<ListOptions, 'opener' | 'field'>): void {
    const { element, field } = this.row;
    this.isCompleting = how.field !== undefined;
    this.list = new ListPopup({
      ...how,
      anchor: element.find('.ensemble-control'),
      name: field.label,
      isMultiple: this.isList,
      chosen: () => this.chosen,
      onChoose: (entry) => this.choose(entry),
      onBack: () => this.source.leaveGroup(),
      onRetry: () => void (this.source.group ? this.source.openGroup(this.source.group.entry) : this.refresh(true)),
      onClose: () => {
        this.list = undefined;
        this.isCompleting = false;
      },
    });
    this.showList();
  }

  private showList(): void {
    if (!this.list) return;
    const { group, items: top, search, known, progress, connectionType } = this.source;
    const [kind, text] = progress;
    const items = this.isCompleting ? [...known.values()] : group ? group.items : top && [...this.kept, ...top, ...(search?.items ?? [])];
    const shownSearch = group || this.isCompleting ? undefined : search;
    const isThere = kind === 'none' && items !== undefined;
    const none = connectionType !== undefined ? this.emptyText : sharedText('lookup.noConnection');
    this.list.show({
      kind,
      entries: isThere ? items : undefined,
      remark: kind === 'none' ? none : text,
      within: group?.entry,
      search: shownSearch?.hasMore ? { ...textsOf(shownSearch), goOn: () => void this.source.searchGroups() } : undefined,
    });
  }

  /** What is selected and not in the list: it stays, and can be taken out. */
  private get kept(): Entry[] {
    if (this.source.hasGroups) return [];
    const missing = this.chosen.filter((one) => !this.source.known.has(one) && !one.startsWith('${'));
    return missing.map((value) => ({ ...entryOf({ value, label: value, detail: this.text('missing') }), isKept: true }));
  }
}

const textsOf = ({ remark, offer }: GroupSearch) => ({ remark, offer });

const describe = ({ label, detail }: LookupItem): string => [label, detail].filter(Boolean).join(' · ');

function button(icon: string, label: string, onClick: () => void): JQuery {
  const element = $('<button>', { type: 'button', class: 'red-ui-button ensemble-icon', 'aria-label': label });
  element.append($('<i>', { class: `fa ${icon}`, 'aria-hidden': 'true' })).on('click', onClick);
  RED.popover.tooltip(element, label);
  return element;
}

import { type Entry, narrowed } from './entries';
import { amount, sharedText } from './fields';
import { ENTRY_HEIGHT, ListView } from './list-view';
import { place } from './placement';

/** What a list shows. */
export interface ListState {
  /** Undefined while they are not there. */
  readonly entries: readonly Entry[] | undefined;
  /** Instead of entries: why there are none. */
  readonly remark: string;
  readonly kind: 'none' | 'busy' | 'error';
  /** The entry that was opened, and whose entries these are. */
  readonly within?: Entry | undefined;
  /** Looks into the groups; undefined where there are none, or where all were searched. */
  readonly search?: ListSearch | undefined;
}

interface ListSearch {
  /** How far it has come; empty before it has begun. */
  readonly remark: string;
  /** What the button that goes on is called. */
  readonly offer: string;
  readonly goOn: () => void;
}

export interface ListOptions {
  /** What the list is placed at. */
  readonly anchor: JQuery;
  /** What the list is of. */
  readonly name: string;
  readonly isMultiple: boolean;
  /** The field that is typed into, which narrows the list; without one the list has a filter of its own. */
  readonly field?: JQuery;
  /** What gets the focus back. */
  readonly opener: JQuery;
  readonly chosen: () => readonly string[];
  readonly onChoose: (entry: Entry) => void;
  readonly onBack: () => void;
  readonly onRetry: () => void;
  readonly onClose: () => void;
}

const MIN_WIDTH = 360;
/** Entries that are visible at once: as many, and no fewer where the window has the space. */
const MAX_VISIBLE = 10;
const LEAST_VISIBLE = 8;

/** A list at a field: narrowed as one types, used by pointer or by keyboard. Node-RED's panel for popovers holds it. */
export class ListPopup {
  private readonly panel;
  private readonly input: JQuery;
  private readonly view: ListView;
  private readonly head = $('<div>', { class: 'ensemble-list-head' });
  private readonly remark = $('<div>', { class: 'ensemble-list-remark', role: 'status' });
  private readonly foot = $('<div>', { class: 'ensemble-list-foot' });
  private readonly count = $('<span>', { role: 'status' });
  private state: ListState = { entries: undefined, remark: '', kind: 'none' };
  private isOpen = true;
  /** Nothing fits, and what is in some groups is not known. */
  private isSearchable = false;

  constructor(private readonly options: ListOptions) {
    const { field, name, isMultiple, chosen, opener } = options;
    this.input = field ?? filterField();
    this.view = new ListView(name, { isMultiple, isChosen: (value) => chosen().includes(value) }, this.input, (entry) =>
      this.choose(entry),
    );
    this.foot.append(this.count);
    if (isMultiple && !field) this.foot.append(textButton(sharedText('lookup.done'), () => this.close(true)));
    const content = $('<div>', { class: 'ensemble-popup', role: field ? undefined : 'dialog', 'aria-label': field ? undefined : name });
    content.append(this.head, ...(field ? [] : [filterRow(this.input)]), this.remark, this.view.element, this.foot);
    this.panel = RED.popover.panel(content);
    // A press of the button that has opened it closes it by itself.
    this.panel.show({ target: options.anchor, closeButton: opener, onclose: () => this.closed() });
    // It would grow for a while, and with it what can be seen.
    this.panel.container.stop(true, true);
    this.input.on('keydown.ensemble-list', (event) => this.press(event));
    if (!field) this.input.on('input', () => this.narrow());
    content.on('keydown', (event) => this.keepIn(event));
    opener.attr('aria-expanded', 'true');
    for (const [target, type, act] of this.watched) target.addEventListener(type, act, true);
    if (!field) this.input.trigger('focus');
  }

  /** Shows other entries, or why there are none. */
  show(state: ListState): void {
    const isOther = state.within?.value !== this.state.within?.value;
    this.state = state;
    this.showHead(isOther);
    if (isOther && !this.options.field) this.input.val('');
    this.narrow();
  }

  /** Shows the entries that fit what is typed. Nothing is active while one types in the field itself: Enter leaves what is typed. */
  narrow(text = String(this.input.val() ?? '')): void {
    const { field, chosen } = this.options;
    const { entries = [], remark, kind } = this.state;
    const fitting = narrowed(entries, text);
    const [first = ''] = chosen();
    const place = text === '' ? fitting.findIndex(({ value }) => value === first) : 0;
    this.view.show(fitting, fitting.length === 0 || field ? -1 : Math.max(0, place));
    const isNothing = entries.every(({ isKept }) => isKept);
    const search = isNothing ? undefined : this.state.search;
    this.isSearchable = search !== undefined && fitting.length === 0;
    const none = isNothing ? remark : sharedText(search?.remark === '' ? 'lookup.noGroup' : 'lookup.noMatch', { text });
    const remarks = [isNothing || fitting.length === 0 ? none : '', search?.remark ?? ''];
    this.showRemark(remarks.filter(Boolean).join('\n'), kind);
    if (search && (this.isSearchable || search.remark !== '')) this.remark.append(textButton(search.offer, search.goOn));
    this.showCount(fitting.length);
    this.settle();
  }

  /** Shows what is chosen now. */
  update(): void {
    this.view.redraw();
    this.showCount();
  }

  /** @param back whether the focus returns to what opened the list */
  close(back: boolean): void {
    if (!this.isOpen) return;
    this.panel.hide(true);
    this.closed();
    if (back) this.options.opener.trigger('focus');
  }

  private closed(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    for (const [target, type, act] of this.watched) target.removeEventListener(type, act, true);
    this.input.off('.ensemble-list').removeAttr('aria-activedescendant aria-controls').attr('aria-expanded', 'false');
    this.options.opener.attr('aria-expanded', 'false');
    this.options.onClose();
  }

  private choose(entry: Entry): void {
    this.options.onChoose(entry);
  }

  /** A key in the text field. */
  private press(event: JQuery.TriggeredEvent): void {
    const key = event.key ?? '';
    const isFree = event.ctrlKey || event.altKey || event.metaKey || (this.options.field && ['Home', 'End'].includes(key));
    if (isFree || !(this.view.move(key) || this.act(key))) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Returns whether the key has done something. */
  private act(key: string): boolean {
    const { activeEntry } = this.view;
    const isAtStart = !this.options.field && this.input.val() === '';
    if (key === 'Escape') this.close(true);
    else if (key === 'Enter' && activeEntry) this.choose(activeEntry);
    else if (key === 'ArrowRight' && isAtStart && activeEntry?.opens) this.choose(activeEntry);
    else if (['ArrowLeft', 'Backspace'].includes(key) && isAtStart && this.state.within) this.options.onBack();
    else if (key === 'Enter' && this.isSearchable) this.state.search?.goOn();
    // What was typed into the field itself stays there; a filter that nothing fits is to be corrected.
    else if (key === 'Enter' && this.options.field) this.close(false);
    else if (key === 'Enter') return true;
    else return false;
    return true;
  }

  /** Tab goes round what is in the list, and leaves it at either end; no key goes on to Node-RED. */
  private keepIn(event: JQuery.TriggeredEvent): void {
    event.stopPropagation();
    if (event.key === 'Escape') this.close(true);
    if (event.key !== 'Tab') return;
    const stops = this.panel.container.find('input:visible, button:visible').toArray();
    if (event.target !== stops.at(event.shiftKey ? 0 : -1)) return;
    event.preventDefault();
    this.close(true);
  }

  private showHead(isOther: boolean): void {
    if (!isOther) return;
    const { within } = this.state;
    const back = textButton(sharedText('lookup.back'), () => this.options.onBack(), 'fa-chevron-left');
    this.head.empty().append(...(within ? [back, $('<span>', { class: 'ensemble-list-within', text: within.label })] : []));
  }

  private showRemark(text: string, kind: ListState['kind']): void {
    const icon = { none: 'fa-info-circle', busy: 'fa-spinner fa-spin', error: 'fa-exclamation-circle' }[kind];
    this.remark.empty().attr('data-kind', kind);
    if (text === '') return;
    this.remark.append($('<i>', { class: `fa ${icon}`, 'aria-hidden': 'true' }), $('<span>', { text }));
    if (kind === 'error') this.remark.append(textButton(sharedText('lookup.retry'), () => this.options.onRetry()));
  }

  private shown = 0;

  private showCount(shown = this.shown): void {
    this.shown = shown;
    const { isMultiple, chosen } = this.options;
    const all = this.state.entries?.filter(({ isKept }) => !isKept).length ?? 0;
    const entries = shown < all ? 'lookup.some' : 'lookup.all';
    const parts = [
      ...(all > 0 ? [sharedText(entries, { shown: amount(shown), all: amount(all) })] : []),
      ...(isMultiple ? [sharedText('lookup.chosen', { chosen: amount(chosen().length) })] : []),
    ];
    this.count.text(parts.join(' · '));
    this.foot.toggle(parts.length > 0);
  }

  /** Below the field, or above it near the lower edge of the window. */
  private settle(): void {
    const { anchor, field } = this.options;
    const list = this.view.element;
    const { container } = this.panel;
    container.css({ height: 'auto' });
    const around = (container.outerHeight() ?? 0) - (list.outerHeight() ?? 0);
    const { entries, kind } = this.state;
    const rows = kind === 'busy' ? LEAST_VISIBLE : Math.min(MAX_VISIBLE, Math.max(1, entries?.length ?? 0));
    const wanted = around + rows * ENTRY_HEIGHT + 2;
    const least = around + Math.min(rows, LEAST_VISIBLE) * ENTRY_HEIGHT + 2;
    const rectangle = anchor[0]?.getBoundingClientRect();
    if (!rectangle) return;
    const window = { width: $(globalThis.window).width() ?? 0, height: $(globalThis.window).height() ?? 0 };
    const { left, width, top, bottom, height } = place(rectangle, window, { wanted, least, width: MIN_WIDTH, mayCover: !field });
    // What narrows it leaves its height: the filter stays where it is.
    const room = Math.max(ENTRY_HEIGHT, height - around);
    list.css({ 'max-height': room, ...(!field && { height: room }) });
    container.css({ position: 'fixed', left, width, top: top ?? 'auto', bottom: bottom ?? 'auto' });
    this.view.reveal();
  }

  /** The tray scrolls, the window gets another size: the list stays at its field, and goes with it. What else scrolls does not matter. */
  private readonly follow = ({ target }: Event): void => {
    const { anchor } = this.options;
    const isOfField = !(target instanceof Node) || target.contains(anchor[0] ?? null);
    if (!isOfField) return;
    const box = anchor[0]?.getBoundingClientRect();
    const scrolled = target instanceof Element ? target.getBoundingClientRect() : undefined;
    const isInView = box && box.width > 0 && (!scrolled || (box.bottom > scrolled.top && box.top < scrolled.bottom));
    if (isInView) this.settle();
    else this.close(false);
  };

  /** The user has turned to another field. */
  private readonly leave = ({ target }: Event): void => {
    const here = [...this.panel.container.toArray(), ...this.options.opener.toArray()];
    if (!here.some((element) => element.contains(target as Node))) this.close(false);
  };

  private readonly watched: readonly (readonly [EventTarget, string, (event: Event) => void])[] = [
    [document, 'scroll', this.follow],
    [window, 'resize', this.follow],
    [document, 'focusin', this.leave],
  ];
}

function filterField(): JQuery {
  const label = sharedText('lookup.filter');
  const made = $('<input>', { type: 'text', role: 'combobox', spellcheck: 'false', placeholder: label });
  return made.attr({ autocomplete: 'off', 'aria-label': label, 'aria-autocomplete': 'list' });
}

const filterRow = (input: JQuery): JQuery =>
  $('<div>', { class: 'ensemble-list-filter' }).append($('<i>', { class: 'fa fa-search', 'aria-hidden': 'true' }), input);

function textButton(text: string, onClick: () => void, icon?: string): JQuery {
  const made = $('<button>', { type: 'button', class: 'red-ui-button red-ui-button-small' }).on('click', onClick);
  if (icon) made.append($('<i>', { class: `fa ${icon}`, 'aria-hidden': 'true' }), ' ');
  return made.append(document.createTextNode(text));
}

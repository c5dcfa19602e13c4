import type { Entry } from './entries';

/** Pixels of an entry: two lines. `editor.css` has the same. */
export const ENTRY_HEIGHT = 40;
/** Entries that are there above and below those that can be seen. */
const MARGIN = 20;
/** How far Page Up and Page Down move. */
const PAGE = 8;

interface Choices {
  readonly isMultiple: boolean;
  isChosen(value: string): boolean;
}

let count = 0;

/**
 * A list box of any length: only the entries around those that can be seen are in the document, so that thousands take no longer
 * than a few. The focus stays in a text field, which names the active entry.
 */
export class ListView {
  readonly element: JQuery;
  private readonly id = `ensemble-list-${++count}`;
  private readonly extent = $('<div>', { role: 'presentation' });
  private entries: readonly Entry[] = [];
  private active = -1;
  private range: readonly [number, number] = [0, 0];

  constructor(
    name: string,
    private readonly choices: Choices,
    private readonly input: JQuery,
    onChoose: (entry: Entry) => void,
  ) {
    const box = $('<div>', { id: this.id, role: 'listbox', class: 'ensemble-list', 'aria-label': name, tabindex: -1 });
    // Until its place is known: it draws what fits into it.
    box.css('max-height', PAGE * ENTRY_HEIGHT);
    if (choices.isMultiple) box.attr('aria-multiselectable', 'true');
    this.element = box.append(this.extent);
    box.on('scroll', () => this.draw());
    // A press must not take the focus from the text field.
    box.on('mousedown', '.ensemble-item', (event) => event.preventDefault());
    box.on('click', '.ensemble-item', ({ currentTarget }) => {
      const entry = this.entries[Number($(currentTarget).attr('aria-posinset')) - 1];
      if (entry) onChoose(entry);
    });
    input.attr({ 'aria-controls': this.id, 'aria-expanded': 'true' });
  }

  get activeEntry(): Entry | undefined {
    return this.entries[this.active];
  }

  /** @param active the index of the entry that Enter selects; none with -1 */
  show(entries: readonly Entry[], active: number): void {
    this.entries = entries;
    this.extent.height(entries.length * ENTRY_HEIGHT);
    this.element.toggle(entries.length > 0).scrollTop(0);
    this.range = [0, 0];
    this.activate(active);
  }

  /** Draws again what is there: its ticks have changed. */
  redraw(): void {
    this.range = [0, 0];
    this.draw();
  }

  /** Moves as a key tells. Returns whether it did. */
  move(key: string): boolean {
    const last = this.entries.length - 1;
    if (last < 0) return false;
    const { active } = this;
    const places: Readonly<Record<string, number>> = {
      ArrowDown: active >= last ? 0 : active + 1,
      ArrowUp: active <= 0 ? last : active - 1,
      PageDown: Math.min(last, active + PAGE),
      PageUp: Math.max(0, active - PAGE),
      Home: 0,
      End: last,
    };
    const place = places[key];
    if (place === undefined) return false;
    this.activate(place);
    return true;
  }

  /** Scrolls to the active entry, after the box has got another height. */
  reveal(): void {
    const box = this.element[0];
    const top = this.active * ENTRY_HEIGHT;
    if (box && this.active >= 0) box.scrollTop = Math.min(top, Math.max(box.scrollTop, top + ENTRY_HEIGHT - box.clientHeight));
    this.draw();
  }

  private activate(index: number): void {
    this.active = index;
    this.redraw();
    this.reveal();
    const id = this.activeEntry && this.optionId(index);
    if (id) this.input.attr('aria-activedescendant', id);
    else this.input.removeAttr('aria-activedescendant');
    this.element.children('.ensemble-item').each((_, option) => {
      $(option).toggleClass('ensemble-item-active', option.id === id);
    });
  }

  private draw(): void {
    const box = this.element[0];
    if (!box) return;
    const top = Math.floor(box.scrollTop / ENTRY_HEIGHT);
    const bottom = Math.ceil((box.scrollTop + box.clientHeight) / ENTRY_HEIGHT);
    const [first, end] = this.range;
    if (first < end && first <= top && Math.min(bottom, this.entries.length) <= end) return;
    this.range = [Math.max(0, top - MARGIN), Math.min(this.entries.length, bottom + MARGIN)];
    this.element.children('.ensemble-item').remove();
    this.element.append(this.entries.slice(...this.range).map((entry, place) => this.option(entry, this.range[0] + place)));
  }

  private option({ value, label, second, opens }: Entry, index: number): JQuery {
    const isChosen = !opens && this.choices.isChosen(value);
    const icon = opens
      ? 'fa-folder-o'
      : this.choices.isMultiple
        ? isChosen
          ? 'fa-check-square-o'
          : 'fa-square-o'
        : isChosen && 'fa-check';
    return $('<div>', {
      id: this.optionId(index),
      role: 'option',
      class: `ensemble-item${index === this.active ? ' ensemble-item-active' : ''}`,
      'aria-selected': String(isChosen),
      'aria-setsize': this.entries.length,
      'aria-posinset': index + 1,
      title: [label, second].filter(Boolean).join('\n'),
      style: `top:${index * ENTRY_HEIGHT}px`,
    }).append(
      $('<i>', { class: `fa ${icon || ''}`, 'aria-hidden': 'true' }),
      $('<div>', { class: 'ensemble-item-label', text: label }),
      $('<div>', { class: 'ensemble-item-detail', text: second }),
      ...(opens ? [$('<i>', { class: 'fa fa-chevron-right ensemble-item-opens', 'aria-hidden': 'true' })] : []),
    );
  }

  private optionId(index: number): string {
    return `${this.id}-${index}`;
  }
}

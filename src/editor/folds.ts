/** A row that may stand in a fold. */
export interface Part {
  readonly element: JQuery;
  /** It holds something else than its default. */
  readonly differs: boolean;
  readonly isWrong: boolean;
}

/** The folds of a panel: parts that are rarely needed. One opens by itself when something in it is not as usual. */
export class Folds {
  private readonly folds: readonly Fold[];

  /** @param parts the rows of the panel, as they are now */
  constructor(
    form: JQuery,
    private readonly parts: () => readonly Part[],
  ) {
    this.folds = form
      .find<HTMLDetailsElement>('.ensemble-fold')
      .toArray()
      .map((element) => new Fold(element));
    form.on('change keyup input', () => this.update());
    this.update();
  }

  update(): void {
    const parts = this.parts();
    for (const fold of this.folds) fold.update(parts);
  }
}

const isShown = ({ element }: Part): boolean => element[0]?.style.display !== 'none';

class Fold {
  private parts: readonly Part[] = [];
  /** The rows in it that held something else than their default when it was last looked at. */
  private differing: ReadonlySet<string> = new Set();

  constructor(private readonly element: HTMLDetailsElement) {
    // Something wrong is never out of sight.
    element.addEventListener('toggle', () => {
      if (this.parts.some(({ isWrong }) => isWrong)) element.open = true;
    });
  }

  update(all: readonly Part[]): void {
    const inside = all.filter(({ element: [row] }) => row !== undefined && this.element.contains(row));
    this.parts = inside.filter(isShown);
    // One without rows holds other things.
    const isEmpty = this.parts.length === 0 && (inside.length > 0 || this.element.querySelector('.ensemble-row') === null);
    this.element.style.display = isEmpty ? 'none' : '';
    this.describe();
    const differing = this.parts.filter(({ differs }) => differs).map(labelOf);
    // One that was closed by hand stays closed until something else in it changes.
    if (this.parts.some(({ isWrong }) => isWrong) || differing.some((label) => !this.differing.has(label))) this.element.open = true;
    this.differing = new Set(differing);
  }

  /** Says what is in it, and marks what is not as usual. */
  private describe(): void {
    const about = $(this.element).find('> summary > .ensemble-fold-about').empty();
    for (const [index, part] of this.parts.entries())
      about.append(index > 0 ? ' · ' : '', $('<span>', { text: labelOf(part), ...(part.differs && { class: 'ensemble-differs' }) }));
  }
}

/** Without the mark of what is required. */
const labelOf = ({ element }: Part): string => element.find('label')[0]?.firstChild?.textContent ?? '';

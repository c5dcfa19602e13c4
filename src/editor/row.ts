import type { Control, Held, SideControl } from './control';
import type { Field } from './fields';
import type { Part } from './folds';
import { complain, hintParts, note } from './form';
import { LookupControl } from './lookup';
import type { Surroundings } from './lookup-source';
import { isConstant, type Verdict, verdictOnInput } from './validation';

/** The row of a setting or of a parameter: its input, the controls beside it, and a note below it. */
export class Row<C extends Control = Control> implements Part {
  readonly lookup: LookupControl | undefined;
  /** What is to be said of it together with other rows. */
  verdictAmongRows: () => Verdict = () => true;
  /** While it is empty, it says the verdict among rows in words. */
  saysMissing = false;
  private readonly side: SideControl | undefined;

  constructor(
    readonly field: Field,
    readonly element: JQuery,
    readonly control: C,
    surroundings?: Surroundings,
    makeSide?: (put: (value: string) => void) => SideControl | undefined,
  ) {
    this.lookup = surroundings && field.parameter.lookup ? new LookupControl(this, field.parameter.lookup, surroundings) : undefined;
    this.side = makeSide?.((value) => this.control.put(value));
    this.control.listen(() => this.update());
    this.update();
  }

  get name(): string {
    return this.field.name;
  }

  get value(): string {
    return this.control.held.value;
  }

  get held(): Held {
    return this.control.held;
  }

  get typed(): JQuery {
    return this.control.typed;
  }

  get isConstant(): boolean {
    return isConstant(this.control.held.type);
  }

  get verdict(): Verdict {
    const own = verdictOnInput(this.field, this.control.held);
    return own === true ? this.verdictAmongRows() : own;
  }

  get differs(): boolean {
    return this.control.differs;
  }

  get isWrong(): boolean {
    return this.verdict !== true;
  }

  put(value: string): void {
    this.control.put(value);
  }

  /** Shows the current value in the control beside the input, and its verdict in the note. */
  update(): void {
    const { isWrong } = this;
    this.element.toggleClass('ensemble-wrong', isWrong);
    this.element
      .find('> .ensemble-body > .ensemble-control')
      .find('input, button.red-ui-typedInput-option-trigger')
      .attr('aria-invalid', String(isWrong));
    const remark = this.side && this.updateSide(this.side);
    if (this.lookup) this.lookup.show();
    else if (!complain(this.element, this.verdict, this.value === '' && !this.saysMissing) && remark) note(this.element, 'warning', remark);
  }

  private updateSide(side: SideControl): string | undefined {
    const { type, value } = this.control.held;
    const isVisible = this.isConstant && (type === 'json') === side.isForJson;
    side.toggle(isVisible);
    if (side.help !== undefined) {
      const hint = this.element.children('.ensemble-body').children('.ensemble-hint').empty();
      hint.append(...hintParts(isVisible ? { help: side.help } : this.field));
    }
    return isVisible ? side.show(value) : undefined;
  }
}

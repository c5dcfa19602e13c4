import type { TypedValue } from './validation';

/** A value as the input of a row holds it: always text. */
export type Held = TypedValue & { readonly value: string };

/** The input of a row, with the value that it holds. */
export interface Control {
  readonly input: JQuery;
  /** The text field that is seen: the input, or what a TypedInput has in its place. */
  readonly typed: JQuery;
  readonly held: Held;
  /** It holds something else than its default. */
  readonly differs: boolean;
  put(value: string): void;
  listen(changed: () => void): void;
}

/** A control beside the input, which shows and changes the same value. */
export interface SideControl {
  /** It edits JSON; others edit every constant but JSON. */
  readonly isForJson: boolean;
  /** Replaces the help of the field while the control is visible. */
  readonly help?: string;
  toggle(visible: boolean): void;
  /** Shows a value of the input. Returns a remark on it, if there is one. */
  show(value: string): string | undefined;
}

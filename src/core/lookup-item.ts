/** An entry of a dropdown. */
export interface LookupItem {
  readonly value: string;
  readonly label: string;
  readonly detail?: string;
  /** The vendor knows it as a number. */
  readonly numeric?: boolean;
  /** No value itself: choosing it lists the entries below it. */
  readonly opens?: boolean;
  /** Keys of words to show beside it, in the config node's catalogue under `lookup`. */
  readonly words?: readonly string[];
}

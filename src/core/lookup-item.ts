type LookupWords = readonly [key: string, values: Readonly<Record<string, number>>];

/** An entry of a dropdown. */
export interface LookupItem {
  readonly value: string;
  readonly label: string;
  readonly detail?: string;
  /** The vendor knows it as a number. */
  readonly numeric?: boolean;
  /** No value itself: choosing it lists the entries below it. */
  readonly opens?: boolean;
  /** When it was heard of last, or when it was made: milliseconds since 1970. */
  readonly time?: number;
  /** Keys of words to show beside it, in the config node's catalogue under `lookup`; with the values that stand in them. */
  readonly words?: readonly (string | LookupWords)[];
}

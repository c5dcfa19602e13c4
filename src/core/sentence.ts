/** What stands in a sentence; a panel writes numbers as its language does. */
export type SentenceValues = Readonly<Record<string, string | number>>;

/** English texts by keys, in groups. */
export interface Texts {
  readonly [key: string]: string | Texts;
}

/** The keys of texts, with points between groups and their texts. */
type KeyOf<T extends Texts> = {
  [K in keyof T & string]: T[K] extends Texts ? `${K}.${KeyOf<T[K]>}` : K;
}[keyof T & string];

/** A sentence for the person in front of a panel: what its catalogue needs to say it in another language, and its English text. */
export class Sentence {
  constructor(
    /** The catalogue that has the text: that of a node type, or `ensemble-editor`. */
    readonly catalogue: string,
    readonly key: string,
    private readonly english: string,
    readonly values: SentenceValues = {},
    /** Settings, credentials or parameters that it names: a panel puts their labels in place of `__fields__`. */
    readonly fields: readonly string[] = [],
  ) {}

  /** In English, with the names of fields as a flow file has them. */
  get text(): string {
    const values: SentenceValues = { ...this.values, fields: this.fields.join(', ') };
    return this.english.replace(/__(\w+?)__/g, (place, name: string) => String(values[name] ?? place));
  }

  /** The same with each text in it changed. */
  withTexts(change: (text: string) => string): Sentence {
    const values = Object.entries(this.values).map(([name, value]) => [name, typeof value === 'string' ? change(value) : value]);
    return new Sentence(this.catalogue, this.key, this.english, Object.fromEntries(values), this.fields);
  }

  /** The same, about these fields. */
  about(fields: readonly string[]): Sentence {
    return new Sentence(this.catalogue, this.key, this.english, this.values, fields);
  }
}

/** Makes sentences of the texts of a catalogue. The build puts the texts there below `told`; other languages translate them. */
export const teller =
  <T extends Texts>(catalogue: string, texts: T) =>
  (key: KeyOf<T>, values?: SentenceValues, fields?: readonly string[]): Sentence =>
    new Sentence(catalogue, key, textAt(texts, key), values, fields);

const textAt = (texts: Texts, key: string): string => {
  const text = key
    .split('.')
    .reduce<string | Texts | undefined>((part, name) => (typeof part === 'object' ? part[name] : undefined), texts);
  return typeof text === 'string' ? text : key;
};

/** Japanese and Chinese have marks as wide as a letter, and no blank behind them. */
const isWide = (text: string): boolean => /(?:[。！？）」]|[\u3000-\uffef]“[^”]*”)$/.test(text);

/** Sentences of one language, one after the other. */
export const inSequence = (texts: readonly string[]): string =>
  texts.reduce((before, text) => (before === '' || isWide(before) ? before + text : `${before} ${text}`), '');

export const inEnglish = (sentences: readonly Sentence[]): string => inSequence(sentences.map(({ text }) => text));

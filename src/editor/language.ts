/** The language of the panels' texts. Node-RED has more languages than there are catalogues for: in those, panels are English. */
export function language(): string {
  const chosen = RED.i18n.lang();
  return LANGUAGES.includes(chosen) ? chosen : 'en-US';
}

interface Marks {
  /** Between words. */
  readonly comma: string;
  /** Between parts of a sentence. */
  readonly pause: string;
  readonly semicolon: string;
  readonly colon: string;
  readonly brackets: readonly [string, string];
  /** Around the label of a field within a sentence, where it may be a whole clause. */
  readonly label?: readonly [string, string];
}

const MARKS: Marks = { comma: ', ', pause: ', ', semicolon: '; ', colon: ': ', brackets: [' (', ')'] };
const WIDE: Marks = { comma: '、', pause: '，', semicolon: '；', colon: '：', brackets: ['（', '）'] };
const OTHERS: Readonly<Record<string, Marks>> = {
  fr: { ...MARKS, semicolon: '\u00a0; ', colon: '\u00a0: ' },
  ja: { ...WIDE, pause: '、', semicolon: '、', colon: ': ', label: ['「', '」'] },
  'zh-CN': { ...WIDE, label: ['“', '”'] },
};
const marks = (): Marks => OTHERS[language()] ?? MARKS;

/** Several words with commas between them, whether one of them is meant or all. */
export const listed = (words: readonly string[]): string => words.join(marks().comma);

/** Several parts of a sentence. */
export const clauses = (texts: readonly string[]): string => texts.join(marks().pause);

/** Several remarks, which may have commas in them. */
export const remarks = (texts: readonly string[]): string => texts.join(marks().semicolon);

/** The label of a field within a sentence. */
export const labelled = (label: string): string => marks().label?.join(label) ?? label;

/** A name, and what is said of it. */
export const named = (name: string, text: string): string => `${name}${marks().colon}${text}`;

/** A text, and what is in brackets behind it. */
export const withAside = (text: string, aside: string): string => text + marks().brackets.join(aside);

/** What stands at the places of a text, by their names. */
type Values = Readonly<Record<string, string>>;

/** A language's words for the statuses of a type of nodes. */
export interface StatusWords {
  /** The texts with their `__places__`, by their keys. */
  readonly texts: Values;
  /** The labels of the operations, by their ids. */
  readonly labels: Values;
  /** The labels of the settings that a status may name, by their names. */
  readonly fields?: Values;
}

/** How a language writes what is no word. */
export interface StatusForms {
  number(value: number): string;
  percent(value: number): string;
  /** @param time milliseconds since 1970, as if the clock of the status showed UTC */
  date(time: number): string;
  moment(time: number): string;
}

/** Characters of a status: more of them cross the frame of the group around the node. */
const LONGEST = 36;
const SHORTEST = 8;
const CUT = '…';

/**
 * A status with the label of an operation, of which as much is shown as has a place.
 * @param rest the same without the label, where that may become longer than it is now
 */
export const withLabel = (label: string, write: (label: string) => string, rest = write('')): string =>
  write(shortened(label, LONGEST - rest.length));

/** As many of its words as there is a place for; at least its beginning. */
function shortened(label: string, place: number): string {
  const length = Math.max(place, SHORTEST);
  return label.length <= length ? label : `${label.slice(0, length - 1).replace(/\s+\S*$/, '')}${CUT}`;
}

/** Where nothing is known of the operation. */
const OF_CODES = ['__code__', '__code__ __time__'];
/** Of a request under way: how far it is, how many messages wait, and why one was refused. */
const UNDER_WAY = '__operation____progress____waiting____refused__';

const CODE = '[A-Z]+(?:_[A-Z]+)*';
const PROGRESS = [String.raw`-?\d+(?:\.\d+)? %`, String.raw`\d+(?:/\d+)?`, String.raw`\p{So} \d+ s`];
const DATE = /^(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d))?$/;

/** A text, and the same in the other words. */
interface Pattern {
  readonly text: string;
  readonly other: string;
  readonly matches: RegExp;
}

/** What a status may say. */
interface Reading {
  /** Undefined where it names none. */
  readonly operation: string | undefined;
  /** In the other words. */
  readonly said: string;
}

/** Says the statuses of a type of nodes in other words than those that they have. */
export class StatusTranslator {
  private readonly patterns: readonly Pattern[];
  private readonly signIn: RegExp;

  constructor(
    private readonly words: StatusWords,
    private readonly others: StatusWords,
    private readonly forms: StatusForms,
  ) {
    const { texts, labels } = words;
    const { signIn = '__code__' } = texts;
    this.signIn = new RegExp(`^${patternOf(signIn, { code: `(${CODE})` })}`);
    // The longest first: one may be the beginning of another.
    const known = Object.values(labels).map(escaped);
    known.sort((one, other) => other.length - one.length);
    const places = placesOf(known, patternOf(signIn, { code: CODE }));
    const own = [...OF_CODES, ...(known.length > 0 ? [UNDER_WAY] : [])].map((text) => [text, text] as const);
    const all = [...Object.entries(texts).map(([key, text]) => [text, others.texts[key] ?? text] as const), ...own];
    this.patterns = all.map(([text, other]) => ({ text, other, matches: new RegExp(`^${patternOf(text, places)}$`, 'u') }));
  }

  /**
   * Undefined where it cannot be told what a status says, or where it may say one thing or another: two operations may be called
   * alike, or begin alike and be cut.
   * @param operation that of the node; empty where its messages name theirs
   */
  inOtherWords(status: string, operation = ''): string | undefined {
    const readings = this.patterns.flatMap((pattern) => this.readings(status, pattern));
    const own = readings.filter((reading) => reading.operation === operation);
    const said = new Set((own.length > 0 ? own : readings).map(({ said }) => said));
    return said.size === 1 ? [...said][0] : undefined;
  }

  /** A status in other words, if it is this text. */
  private readings(status: string, { text, other, matches }: Pattern): Reading[] {
    const found = matches.exec(status);
    if (!found) return [];
    const values = Object.entries(found.groups ?? {}).map(([name, value = '']) => [name, value] as const);
    const [raw, said] = [Object.fromEntries(values), Object.fromEntries(values.map(([name, value]) => [name, this.said(name, value)]))];
    if (raw.operation === undefined) return [{ operation: undefined, said: filled(other, said) }];
    const { labels } = this.words;
    const meant = Object.keys(labels).filter((id) => written(text, raw, labels[id]) === status);
    return meant.map((id) => ({ operation: id, said: written(other, said, this.others.labels[id]) }));
  }

  /** What stands at a place, in the other words. */
  private said(name: string, value: string): string {
    const { forms, others } = this;
    if (name === 'code') return value.replace(this.signIn, (_, code) => filled(others.texts.signIn ?? '', { code }));
    if (name === 'time') return this.time(value);
    if (name === 'field') return others.fields?.[value] ?? value;
    if (name === 'progress') return value && ` ${this.progress(value.slice(1))}`;
    return name === 'seconds' || name === 'count' ? forms.number(Number(value)) : value;
  }

  private time(value: string): string {
    const [date, ...parts] = DATE.exec(value) ?? [];
    if (date === undefined) return value;
    const [year = 0, month = 1, day, hours, minutes] = parts.map((part) => (part === undefined ? undefined : Number(part)));
    const time = Date.UTC(year, month - 1, day, hours ?? 0, minutes ?? 0);
    return hours === undefined ? this.forms.date(time) : this.forms.moment(time);
  }

  private progress(value: string): string {
    const { labels } = this.words;
    const steps = Object.keys(labels).filter((id) => labels[id] === value);
    const [step = ''] = steps;
    if (steps.length === 1) return this.others.labels[step] ?? value;
    if (/^\d+$/.test(value)) return this.forms.number(Number(value));
    return value.endsWith('%') ? this.forms.percent(Number.parseFloat(value) / 100) : value;
  }
}

/** A text with the label of an operation. */
function written(text: string, values: Values, label = ''): string {
  const write = (operation: string, more: Values = {}) => filled(text, { ...values, operation, ...more });
  // A countdown keeps its label as it is.
  return withLabel(label, write, write('', values.seconds === undefined ? {} : { seconds: '' }));
}

const filled = (text: string, values: Values): string => text.replace(/__(\w+?)__/g, (place, name: string) => values[name] ?? place);

/** What can stand at the places of a text. */
const placesOf = (labels: readonly string[], signIn: string): Values => ({
  operation: `(?<operation>${[...labels, `[^${CUT}]+${CUT}`].join('|')})`,
  code: `(?<code>(?:${signIn}|${CODE})(?: \\d+/\\d+)?)`,
  time: String.raw`(?<time>\d{4}-\d\d-\d\d(?: \d\d:\d\d)?|\d\d:\d\d)`,
  progress: `(?<progress> (?:${[...labels, ...PROGRESS].join('|')}))?`,
  waiting: String.raw`(?<waiting> \+\d+)?`,
  refused: `(?<refused> ${CODE})?`,
  field: String.raw`(?<field>\w+)`,
  seconds: String.raw`(?<seconds>\d+)`,
  count: String.raw`(?<count>\d+)`,
  port: String.raw`(?<port>\d+)`,
});

/** A text as a regular expression. */
const patternOf = (text: string, places: Values): string =>
  text
    .split(/__(\w+?)__/)
    .map((part, index) => (index % 2 === 0 ? escaped(part) : (places[part] ?? escaped(`__${part}__`))))
    .join('');

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

import type { LookupItem } from '../core/lookup-item';
import { ask, askOnce, type ConfigState } from './dialog';
import { type Entry, entryOf } from './entries';
import { catalogueText, type Field, inLanguage, sharedText } from './fields';
import { GroupSearch } from './group-search';
import { language } from './language';
import { type Names, nameIn } from './names';

/** What a lookup has to know of the panel around its row. */
export interface Surroundings {
  /** The id of the node whose panel it is. */
  readonly node: string;
  /** The connection that is asked; undefined where none is selected. */
  readonly connection: () => ConfigState | undefined;
  /** The constants in the rows of the panel. */
  readonly constants: () => Readonly<Record<string, unknown>>;
  /** The fields whose rows the panel shows. */
  readonly fields: () => readonly Field[];
  /** The saved names of a field's values. */
  readonly names: (field: string) => Names;
}

/** An opened entry, with those in it once they have been loaded. */
export interface Group {
  readonly entry: Entry;
  readonly items?: readonly Entry[];
}

/** What the vendor lists for a field, as far as it has been loaded. */
export class LookupSource {
  /** At the top level; undefined until they have been loaded. */
  items: readonly Entry[] | undefined;
  group: Group | undefined;
  /** In the groups at the top level; undefined where there are none. */
  search: GroupSearch | undefined;
  /** All that can be selected and has been loaded, by value. */
  readonly known = new Map<string, Entry>();
  /** The state of the last request. */
  progress: readonly ['none' | 'busy' | 'error', string] = ['none', ''];
  private requests = 0;
  /** The last request: its connection, and the values of the other rows that it depends on. */
  private lastRequest: string | undefined;

  constructor(
    private readonly field: Field,
    private readonly lookup: string,
    private readonly surroundings: Surroundings,
    private readonly onChange: () => void,
  ) {}

  get hasGroups(): boolean {
    return this.search !== undefined;
  }

  /** The type of the connection that is asked. */
  get connectionType(): string | undefined {
    return this.surroundings.connection()?.type;
  }

  /** The labels of what has to be chosen before the vendor can list anything: of several, one is enough. */
  get awaited(): readonly string[] {
    const { narrowedBy = [] } = this.field.parameter;
    const { fields, constants } = this.surroundings;
    const given = constants();
    // What has no list of its own, as a choice, is always something.
    const others = fields().filter(({ name, parameter }) => narrowedBy.includes(name) && parameter.lookup !== undefined);
    const isGiven = ({ name }: Field) => given[name] !== undefined && String(given[name]).trim() !== '';
    return others.some(isGiven) ? [] : others.map(({ label }) => label);
  }

  /** The names of values: as they are listed now, else as they were saved. */
  names(values: readonly string[]): Names {
    const saved = this.surroundings.names(this.field.name);
    const names = values.map((value) => {
      const entry = this.known.get(value);
      return [value, entry ? this.nameOf(entry) : (saved[value] ?? '')] as const;
    });
    return Object.fromEntries(names.filter(([, name]) => name !== ''));
  }

  /** What is called by its id has no name; of several with the same name, each has its id beside it. */
  private nameOf({ value, label }: Entry): string {
    const name = nameIn(label);
    if (name === value) return '';
    const isShared = [...this.known.values()].some((other) => other.value !== value && other.label === label);
    return isShared ? nameIn(`${name} (${value})`) : name;
  }

  /** Loads the items. Node-RED triggers several changes for one selection: they make one request. */
  async refresh(again = false): Promise<void> {
    const { connection, constants } = this.surroundings;
    const { narrowedBy = [] } = this.field.parameter;
    const state = connection();
    const given = constants();
    const request = JSON.stringify([state, narrowedBy.map((name) => given[name])]);
    if (request === this.lastRequest && !again) return;
    this.lastRequest = request;
    this.items = undefined;
    this.group = undefined;
    this.search = undefined;
    this.known.clear();
    await this.load(state, undefined, again ? ask : askOnce);
  }

  async openGroup(entry: Entry): Promise<void> {
    this.group = { entry };
    await this.load(this.surroundings.connection(), entry);
  }

  /** Looks into the groups that have not been searched. */
  async searchGroups(): Promise<void> {
    const { search } = this;
    if (!search) return;
    await this.request('searching', async (isWanted) => {
      await search.next(isWanted);
      // What it has found stays, even where somebody has opened a group meanwhile.
      if (search === this.search) for (const item of search.items) this.known.set(item.value, item);
      return () => {};
    });
  }

  /** Back to the top level. */
  leaveGroup(): void {
    this.stop();
    this.group = undefined;
    this.report('none', '');
  }

  /** What is still being loaded is no longer wanted. */
  stop(): void {
    this.requests++;
  }

  /** Loads the items at the top level, or within an item. */
  private async load(state: ConfigState | undefined, within?: Entry, askFor: typeof askOnce = ask): Promise<void> {
    if (!state) {
      this.stop();
      this.report('none', '');
      return;
    }
    await this.request('loading', async () => {
      const items = await this.itemsOf(state, within, askFor);
      return () => {
        if (within) this.group = { entry: within, items };
        else this.begin(items, state);
        for (const item of items) if (!item.opens) this.known.set(item.value, item);
      };
    });
  }

  /** Keeps what is at the top level. */
  private begin(items: readonly Entry[], state: ConfigState): void {
    this.items = items;
    const groups = items.filter(({ opens }) => opens);
    this.search = groups.length > 0 ? new GroupSearch(groups, (group) => this.itemsOf(state, group)) : undefined;
  }

  /**
   * Asks the vendor, and says how that goes; of a request that was followed by another one nothing is kept or said.
   * @param work returns what keeps what has come
   */
  private async request(what: 'loading' | 'searching', work: (isWanted: () => boolean) => Promise<() => void>): Promise<void> {
    const turn = ++this.requests;
    const isWanted = () => turn === this.requests;
    this.report('busy', sharedText(`lookup.${what}`));
    try {
      const keep = await work(isWanted);
      if (!isWanted()) return;
      keep();
      this.report('none', '');
    } catch (error) {
      if (isWanted()) this.report('error', sharedText('lookup.failed', { reason: (error as Error).message }));
    }
  }

  private report(...progress: typeof this.progress): void {
    this.progress = progress;
    this.onChange();
  }

  private async itemsOf(state: ConfigState, within?: Entry, askFor: typeof askOnce = ask): Promise<readonly Entry[]> {
    const { node, constants } = this.surroundings;
    const { type, ...body } = state;
    const asked = { ...body, node, parameters: constants(), within: within?.value };
    const response = await askFor<LookupItem[]>(`lookup/${type}/${this.lookup}`, asked);
    return withTexts(response, type).map(entryOf);
  }
}

/** Of a `Date`. */
const LAST_TIME = 8.64e15;

/** Texts of items are in the catalogue of the connection's type; times are those of the browser. */
function withTexts(items: readonly LookupItem[], type: string): LookupItem[] {
  const moment = new Intl.DateTimeFormat(language(), { dateStyle: 'medium', timeStyle: 'short' });
  const texts = new Map<string, string>();
  const textOf = (word: NonNullable<LookupItem['words']>[number]) => {
    const id = JSON.stringify(word);
    const [key, values = {}] = typeof word === 'string' ? [word] : word;
    const text = texts.get(id) ?? catalogueText(type, `lookup.${key}`, inLanguage(values));
    texts.set(id, text);
    return text;
  };
  return items.map(({ time, words = [], ...item }) => {
    const parts = [item.detail, time !== undefined && Math.abs(time) <= LAST_TIME && moment.format(time), ...words.map(textOf)];
    return { ...item, detail: parts.filter(Boolean).join(' · ') };
  });
}

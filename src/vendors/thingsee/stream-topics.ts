import type { FilterRules } from '../../core/mqtt/subscriptions';

/** `{env}{country}00{own id}`, for example prfi00office. */
const GROUP = /^([a-z]{2})([a-z]{2})00/;
/** What a level of a topic cannot have. */
const NO_LEVEL = /[+#/\0]/;

/**
 * The topics are cloudext/json/{env}/{country}/{groupId}/{tuid}/{messageId}. Source: Haltian's "How to connect to Thingsee IoT data
 * stream". Filters are by group, because the vendor gives out its certificates by group, and in this form, because a broker may
 * compare the filter itself with its rules. Undefined where there can be no such topic: things without a group have none.
 * @param path of the address of the broker: all that it lets this client read, in place of filters by group
 */
export function filterOf(path: string | undefined, group: string | undefined): string | undefined {
  if (path !== undefined) return `${path}/#`;
  if (group === undefined || group === 'unassigned' || NO_LEVEL.test(group)) return undefined;
  // [G] A group with another kind of name, as the public demo has one, is looked for in every country.
  const [, env = '+', country = '+'] = GROUP.exec(group) ?? [];
  return `cloudext/json/${env}/${country}/${group}/#`;
}

/** The path of an address, as the beginning of topics: without `/#` at its end. */
export function pathOf(url: string): string | undefined {
  const path = decodeURIComponent(new URL(url).pathname).replace(/^\/+|\/+$/g, '');
  return path === '' ? undefined : path;
}

/** Whether a filter may bring the messages of a group. One of which the topics are not told is not judged. */
export function mayBring(filter: string, group: string): boolean {
  const levels = filter.split('/').slice(0, -1);
  const wanted = filterOf(undefined, group)?.split('/').slice(0, -1);
  if (wanted === undefined) return false;
  if (levels[0] !== wanted[0]) return true;
  return levels.slice(0, wanted.length).every((level, index) => [level, wanted[index]].includes('+') || level === wanted[index]);
}

/** What a listener selects: filters. */
export type FilterSelection = readonly string[];

export const filterRules: FilterRules<FilterSelection> = {
  alternatives: (filters) => filters.map((filter) => [filter]),
  wanted: (selections) => new Set(selections.flat()),
};

/** The thing of a topic; undefined where it is none of these topics. */
export const tuidOf = (topic: string): string | undefined => topic.split('/').at(-2);

export const groupOf = (topic: string): string | undefined => topic.split('/').at(-3);

/** Whether a filter that ends with `#` brings a topic. */
export function matches(filter: string, topic: string): boolean {
  const levels = topic.split('/');
  return filter
    .split('/')
    .slice(0, -1)
    .every((level, index) => level === '+' || level === levels[index]);
}

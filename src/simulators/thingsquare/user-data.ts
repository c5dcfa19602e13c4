/** [G] The document does not say how much is too large. */
export const MAX_DATA = 64 * 1024;

type UserData = Record<string, unknown>;

/** The fields of a form with nested ones in brackets (`a[b]=c`), as the vendor's library sends them. */
export function readData(form: URLSearchParams): UserData {
  const data: UserData = Object.create(null);
  for (const [name, value] of form) {
    const [first = '', rest = ''] = name.split(/\[(.*)/s);
    const path = [first, ...[...`[${rest}`.matchAll(/\[([^\]]*)\]/g)].map(([, key = '']) => key)];
    let place = data;
    for (const key of path.slice(0, -1)) {
      if (typeof place[key] !== 'object') place[key] = Object.create(null);
      place = place[key] as UserData;
    }
    place[path.at(-1) ?? ''] = value;
  }
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, withArrays(value)]));
}

/** Fields numbered from 0 on are an array. */
function withArrays(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, withArrays(item)] as const);
  return entries.every(([key], index) => key === String(index)) ? entries.map(([, item]) => item) : Object.fromEntries(entries);
}

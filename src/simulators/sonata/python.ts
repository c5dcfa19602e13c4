/** A value as Python's `repr` writes it: the vendor's server is written in Python, and so are its events. */
export function repr(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${value.map(repr).join(', ')}]`;
  if (typeof value === 'object') {
    const items = Object.entries(value).map(([key, item]) => `${quote(key)}: ${repr(item)}`);
    return `{${items.join(', ')}}`;
  }
  return String(value);
}

/** Python uses single quotes, but double ones for a text with single and without double quotes. */
function quote(text: string): string {
  const mark = text.includes("'") && !text.includes('"') ? '"' : "'";
  const escaped = text.replace(/[\\\n\r\t]/g, (char) => ({ '\\': '\\\\', '\n': '\\n', '\r': '\\r' })[char] ?? '\\t');
  return mark + escaped.replaceAll(mark, `\\${mark}`) + mark;
}

import { language } from './language';

/** Intl has a blank between a Japanese number and its unit; texts have none. */
const close = (text: string): string => (language === 'ja' ? text.replace(/(\d) (?=[^ -~])/, '$1') : text);
const unit = (name: string, options: Intl.NumberFormatOptions = {}) => {
  const format = new Intl.NumberFormat(language, { style: 'unit', unit: name, unitDisplay: 'short', ...options });
  return (value: number): string => close(format.format(value));
};

const fraction = new Intl.NumberFormat(language, { style: 'percent' });
const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: 'short' });
const list = new Intl.ListFormat(language, { type: 'unit', style: 'short' });
const numbers = new Intl.NumberFormat(language);
const fixed = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const timeOfDay = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });
/** @param value 0 to 100 */
export const percent = (value: number): string => fraction.format(value / 100);
export const celsius = unit('celsius', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const [fine, coarse] = [1, 0].map((maximumFractionDigits) => unit('millisecond', { maximumFractionDigits }));
export const milliseconds = (value: number): string => (value < 10 ? fine : coarse)?.(value) ?? '';
export const number = (value: number): string => numbers.format(value);
export const oneDigit = (value: number): string => fixed.format(value);

const SPANS: readonly (readonly [name: string, seconds: number])[] = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
];

/** As people say it: `1 day`, `1 hour, 30 minutes`, `150 ms`. */
export function duration(seconds: number): string {
  if (seconds < 1) return milliseconds(Math.round(seconds * 1000));
  const parts: string[] = [];
  let rest = seconds;
  for (const [name, length] of SPANS) {
    const count = name === 'second' ? Math.round(rest * 10) / 10 : Math.floor(rest / length);
    if (count > 0) parts.push(unit(name, { unitDisplay: 'long' })(count));
    rest -= Math.floor(rest / length) * length;
  }
  return list.format(parts);
}

/** @param at milliseconds since 1970 */
export function ago(at: number): string {
  const seconds = Math.max(1, Math.round((Date.now() - at) / 1000));
  const [name, length] = SPANS.find(([, span]) => seconds >= 1.5 * span) ?? ['second', 1];
  return close(relative.format(-Math.round(seconds / length), name as Intl.RelativeTimeFormatUnit));
}

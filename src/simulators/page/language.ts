const languages = ['en', 'de'] as const;
type Language = (typeof languages)[number];

/** In the sidebar, the page has the language of the editor. */
const asked = new URLSearchParams(location.search).get('language') ?? [];

/** The first of the person's languages that the page has. */
export const language: Language =
  [asked, navigator.languages].flat().flatMap((tag) => languages.filter((known) => tag.startsWith(known)))[0] ?? 'en';

type Values = Readonly<Record<string, string | number>>;

/**
 * A function that returns a text in the language of the page; each language has the same texts. `{name}` in a text stands for the
 * value of that name.
 */
export const translations =
  <T extends Readonly<Record<string, string>>>(texts: Readonly<Record<Language, T>>) =>
  (key: keyof T, values: Values = {}): string =>
    (texts[language][key] as string).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));

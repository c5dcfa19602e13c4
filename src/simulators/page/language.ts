const languages = ['en', 'de'] as const;
type Language = (typeof languages)[number];

/** In the sidebar, the page has the language of the editor. */
const asked = new URLSearchParams(location.search).get('language') ?? [];

/** The first of the person's languages that the page has. */
export const language: Language =
  [asked, navigator.languages].flat().flatMap((tag) => languages.filter((known) => tag.startsWith(known)))[0] ?? 'en';

/** A function that returns a text in the language of the page; each language has the same texts. */
export const translations =
  <T extends Readonly<Record<string, string>>>(texts: Readonly<Record<Language, T>>) =>
  (key: keyof T): string =>
    texts[language][key] as string;

export const timeOfDay = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hour12: false });

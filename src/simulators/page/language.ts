import { type Language, languageOf, type Translations, textsIn } from '../languages';

/** In the sidebar, the page has the language of the editor. */
const asked = new URLSearchParams(location.search).get('language');

export const language = languageOf(asked ? [asked] : navigator.languages);

type Values = Readonly<Record<string, string | number>>;

/** A function that returns a text in the language of the page. `{name}` in a text stands for the value of that name. */
export const translations = <T extends Readonly<Record<string, string>>>(texts: Translations<T>) => {
  const own = textsIn(texts, language);
  return (key: keyof T, values: Values = {}): string =>
    (own[key] as string).replace(/\{(\w+)\}/g, (_, name: string) => String(values[name]));
};

const COLONS: { readonly [L in Language]?: string } = { fr: '\u00a0: ', zh: '：' };

/** A name, and what is said of it. */
export const named = (name: string, text: string): string => `${name}${COLONS[language] ?? ': '}${text}`;

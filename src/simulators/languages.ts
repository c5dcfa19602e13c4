/** The languages of the device page and of the pages that simulated vendors have. */
export const languages = ['en', 'de', 'fr', 'ja', 'zh'] as const;
export type Language = (typeof languages)[number];

/** Texts in each language that there is a translation for; English stands in for the others. Each has the texts of the English one. */
export type Translations<T> = { readonly en: T } & { readonly [L in Language]?: NoInfer<T> };

/** The texts of a language. */
export const textsIn = <T>(texts: Translations<T>, language: Language): T => texts[language] ?? texts.en;

/** There is no traditional Chinese. Browsers put `zh` behind `zh-TW`, too. */
const TRADITIONAL = /^zh-(hant|tw|hk|mo)\b/i;

/** The first language that there is of those that somebody wants. @param tags as browsers have them: `fr-CA`, `zh-Hans-CN` */
export function languageOf(tags: readonly string[]): Language {
  const isSimplified = (tag: string) => !TRADITIONAL.test(tag) && !(/^zh$/i.test(tag) && tags.some((other) => TRADITIONAL.test(other)));
  const wanted = tags.filter(isSimplified).map((tag) => tag.toLowerCase().split('-', 1)[0]);
  return wanted.flatMap((first) => languages.find((known) => known === first) ?? [])[0] ?? 'en';
}

/** The tags of an `Accept-Language` header, the most wanted first. */
export function tagsOf(header: string): string[] {
  const tags = header.split(',').map((part) => {
    const [tag = '', ...parameters] = part.split(';').map((text) => text.trim());
    const [weight = 'q=1'] = parameters.filter((text) => text.startsWith('q='));
    return { tag, weight: Number(weight.slice('q='.length)) };
  });
  const wanted = tags.filter(({ weight }) => weight > 0);
  return wanted.sort((one, other) => other.weight - one.weight).map(({ tag }) => tag);
}

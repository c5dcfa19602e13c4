import { LANGUAGES, type Language } from '../kit/languages';
import { type NodeRedOptions, VERSION } from '../kit/node-red';

/** How a panel is looked at: in each theme, in each language, with and without a login. */
export interface View<L extends Language = Language> {
  readonly theme: 'light' | 'dark';
  readonly language: L;
  readonly options: NodeRedOptions;
}

/** In the languages whose words the tests know. */
export type Variant = View<'en-US' | 'de'>;

/** Other than `/` on Node-RED 5. It stays the same in one process: what the browser knows, it knows by the address. */
const roots: NodeRedOptions = VERSION === 5 ? { httpAdminRoot: '/red' } : {};

export const withoutLogin: NodeRedOptions = roots;
export const withLogin: NodeRedOptions = { ...roots, adminAuth: true };

const light: Variant = { theme: 'light', language: 'en-US', options: withoutLogin };
const dark: Variant = { theme: 'dark', language: 'de', options: withLogin };

export const bothVariants: readonly Variant[] = [light, dark];

/** Node-RED 5 has a dark theme of its own; neither the words nor a login depend on the version. Whoever wants pictures gets all of them. */
export const variants = process.env.ENSEMBLE_SCREENSHOTS ? bothVariants : [VERSION === 5 ? dark : light];

const LONGEST: readonly Language[] = ['de', 'fr'];

/** Every language that the panels have; those with the longest texts where the others were looked at on Node-RED 4. */
export const eachLanguage: readonly View[] = LANGUAGES.filter(
  (language) => process.env.ENSEMBLE_SECOND_RUN !== '1' || LONGEST.includes(language),
).map((language) => ({ ...(language === 'de' ? dark : light), language }));

import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type NodeRedOptions, VERSION } from '../kit/node-red';
import { ROOT } from '../kit/root';

/** How a panel is looked at: in each theme, in each language, with and without a login. */
export interface Variant {
  readonly theme: 'light' | 'dark';
  readonly language: 'en-US' | 'de';
  readonly options: NodeRedOptions;
}

/** Other than `/` on Node-RED 5. It stays the same in one process: what the browser knows, it knows by the address. */
const roots: NodeRedOptions = VERSION === 5 ? { httpAdminRoot: '/red' } : {};

export const withoutLogin: NodeRedOptions = roots;
export const withLogin: NodeRedOptions = { ...roots, adminAuth: true };

const light: Variant = { theme: 'light', language: 'en-US', options: withoutLogin };
const dark: Variant = { theme: 'dark', language: 'de', options: withLogin };

export const bothVariants: readonly Variant[] = [light, dark];

/** Node-RED 5 has a dark theme of its own; neither the words nor a login depend on the version. Whoever wants pictures gets all of them. */
export const variants = process.env.ENSEMBLE_SCREENSHOTS ? bothVariants : [VERSION === 5 ? dark : light];

/** Every language that the panels have. */
export const eachLanguage: readonly Variant[] = readdirSync(join(ROOT, 'nodes/ensemble/locales'))
  .flatMap((file) => (file.endsWith('.json') ? [file.slice(0, -'.json'.length) as Variant['language']] : []))
  .map((language) => ({ ...light, language }));

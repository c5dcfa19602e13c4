import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './root';

export type Language = 'en-US' | 'de' | 'fr' | 'ja' | 'zh-CN';

/** The languages that the catalogues of a folder below `nodes` have. */
export const languagesOf = (folder: string): readonly Language[] =>
  readdirSync(join(ROOT, 'nodes', folder, 'locales'))
    .filter((file) => file.endsWith('.json'))
    .map((file) => file.slice(0, -'.json'.length) as Language);

/** Those of the package. */
export const LANGUAGES = languagesOf('ensemble');

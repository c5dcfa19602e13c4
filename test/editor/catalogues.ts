import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Parameters } from '../../src/core/schema/parameters';
import { LANGUAGES, type Language, languagesOf } from '../kit/languages';
import { ROOT } from '../kit/root';

function isTranslation(language: Language): boolean {
  return language !== 'en-US';
}

const BUILT = join(ROOT, 'dist/nodes/ensemble/locales');

/** Texts by keys, in groups. */
export interface Texts {
  readonly [key: string]: string | Texts;
}

export interface NodeDescription {
  readonly operations?: readonly { readonly parameters: Parameters }[];
  readonly settings?: Parameters;
  readonly credentials?: Parameters;
}

export const TRANSLATIONS: readonly Language[] = LANGUAGES.filter(isTranslation);

/** What the build has made for Node-RED: the texts of each node type and of the plugin. */
export const catalogueIn = (language: string): Readonly<Record<string, Texts>> =>
  JSON.parse(readFileSync(join(BUILT, language, 'ensemble-editor.json'), 'utf8')) as Record<string, Texts>;

/** The text of a key; points are between groups. */
export const textAt = (texts: Texts | undefined, key: string): string =>
  key.split('.').reduce<unknown>((part, name) => (part as Texts | undefined)?.[name], texts) as string;

export function keysOf(texts: string | Texts, path = ''): string[] {
  if (typeof texts === 'string') return [path];
  return Object.entries(texts).flatMap(([key, value]) => keysOf(value, path ? `${path}.${key}` : key));
}

export const { nodes } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))['node-red'] as { nodes: Record<string, string> };

/** The languages into which the texts of a node type, or of the plugin, are translated. */
export const translationsOf = (type: string): readonly Language[] =>
  languagesOf(nodes[type]?.split('/')[2] ?? 'ensemble').filter(isTranslation);

/** The node types whose panel is made from a description. */
export const described = Object.entries(nodes).flatMap(([type, file]) => {
  const module = join(ROOT, file.replace('dist/nodes', 'dist/src/vendors'));
  return existsSync(module) ? [{ type, description: require(module) as NodeDescription }] : [];
});

import { readdirSync, readFileSync } from 'node:fs';
import { createRequire, SourceMap, type SourceMapPayload } from 'node:module';
import { join, relative } from 'node:path';
import { transformSync } from 'esbuild';
import { ROOT } from './root';

/** Every file of a folder of the project with one of the endings, by its path from the project's root. */
export function filesOf(folder: string, ...endings: string[]): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)))
    .sort();
}

export const textOf = (file: string): string => readFileSync(join(ROOT, file), 'utf8');

/** What a TypeScript file imports, in whatever way. */
export function importsOf(file: string): string[] {
  const ways = /(?:^|\s)from '([^']+)'|(?:^|\s)import '([^']+)'|(?:import|require)\('([^']+)'\)/gm;
  return [...textOf(file).matchAll(ways)].map(([, from, bare, call]) => from ?? bare ?? call ?? '');
}

export interface Measured {
  readonly name: string;
  readonly lines: number;
}

interface Node {
  readonly type: string;
  readonly loc: { readonly start: Position; readonly end: Position };
  readonly id?: { readonly name: string } | null;
}
interface Position {
  readonly line: number;
  readonly column: number;
}

// The parser comes with the tool that reads our panels.
const acornRequire = createRequire(require.resolve('node-red-dev/package.json'));
const { parse } = acornRequire('acorn') as { parse(code: string, options: object): Node };
const { full } = acornRequire('acorn-walk') as { full(node: Node, visit: (node: Node) => void): void };

/** The functions of a TypeScript file with their length in lines of the source. */
export function functionsOf(file: string): Measured[] {
  const { code, map } = transformSync(textOf(file), { loader: 'ts', sourcemap: 'external', sourcefile: file });
  const source = new SourceMap(JSON.parse(map) as SourceMapPayload);
  const lineOf = ({ line, column }: Position): number => {
    const entry = source.findEntry(line - 1, column);
    return 'originalLine' in entry ? entry.originalLine + 1 : 0;
  };
  const functions: Measured[] = [];
  full(parse(code, { ecmaVersion: 'latest', sourceType: 'module', locations: true }), ({ type, loc }) => {
    if (!/Function/.test(type)) return;
    const start = lineOf(loc.start);
    functions.push({ name: `${file}:${start}`, lines: lineOf({ line: loc.end.line, column: loc.end.column - 1 }) - start + 1 });
  });
  return functions;
}

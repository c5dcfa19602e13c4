import { dirname, join } from 'node:path';
import { filesOf, textOf } from '../kit/source';

/** Everything that people read of the project, by its path from the project's root. */
export const DOCUMENTS = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...filesOf('docs', '.md')];

/** Where files of the project are on the web: documents, and pictures. */
const ON_THE_WEB =
  /^https:\/\/(?:github\.com\/ensemble-flows\/node-red-ensemble\/blob|raw\.githubusercontent\.com\/ensemble-flows\/node-red-ensemble)\/main\//;

export interface Link {
  readonly document: string;
  /** As it is written. */
  readonly address: string;
  /** The file of the project that it leads to, from the project's root, where it does. */
  readonly path: string | undefined;
  /** Without the `#`; empty where there is none. */
  readonly anchor: string;
}

/** Links and pictures of a document, in Markdown and in HTML. What stands in code is none. */
export function linksOf(document: string): Link[] {
  const text = textOf(document).replace(/^```.*?^```/gms, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].map(([, markdown, html]) => {
    const address = markdown ?? html ?? '';
    const [place = '', anchor = ''] = address.split('#', 2);
    return { document, address, path: pathOf(document, place), anchor };
  });
}

function pathOf(document: string, place: string): string | undefined {
  if (ON_THE_WEB.test(place)) return decodeURI(place.replace(ON_THE_WEB, ''));
  if (/^\w+:/.test(place)) return undefined;
  return place === '' ? document : join(dirname(document), place);
}

/** The anchors that GitHub gives to the headings of a document. */
export function anchorsOf(document: string): string[] {
  const headings = textOf(document)
    .replace(/^```.*?^```/gms, '')
    .matchAll(/^#+ (.+)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The first cells of the first table behind a text, without the heading of the column. */
export function firstColumn(document: string, behind: string): string[] {
  const text = textOf(document);
  const [table = ''] = text.slice(text.indexOf(behind)).match(/(?:^\|.*\n)+/m) ?? [];
  return table
    .trim()
    .split('\n')
    .slice(2)
    .map((row) => row.split('|')[1]?.trim() ?? '');
}

/** The names in backticks. */
export const named = (cells: readonly string[]): string[] =>
  cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name));

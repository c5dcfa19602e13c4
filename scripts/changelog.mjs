// Checks CHANGELOG.md: part of `npm run check`. With `--release v1.2.3` it also wants what a release needs.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SECTIONS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security', 'Known limits', 'Upgrading'];

/** The first thing that is wrong with a changelog, for a package of that version; undefined where all is well. `tag`: of the release that is due. */
export function complaintAbout(changelog, version, tag) {
  const headings = [...changelog.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
  const odd = headings.find((heading) => heading !== '[Unreleased]' && !/^\[\d+\.\d+\.\d+\] - (\d{4}-\d\d-\d\d|unreleased)$/.test(heading));
  if (odd) return `"## ${odd}" must be "## [Unreleased]" or "## [1.2.3] - 2026-01-31"`;
  const [first, ...older] = headings
    .filter((heading) => heading !== '[Unreleased]')
    .map((heading) => heading.slice(1, heading.indexOf(']')));
  if (first !== version) return `the newest chapter must be that of version ${version} in package.json, not ${first}`;
  if (headings.lastIndexOf('[Unreleased]') > 0) return '[Unreleased] must be the first chapter';
  const all = [first, ...older];
  const misplaced = all.find((one, index) => index > 0 && !isOlder(one, all[index - 1]));
  if (misplaced) return `chapter ${misplaced} stands below an older one`;
  const unlinked = all.find((one) => !changelog.includes(`\n[${one}]: https://`));
  if (unlinked) return `[${unlinked}] has no link at the end`;
  const section = [...changelog.matchAll(/^### (.*)$/gm)].map(([, title]) => title).find((title) => !SECTIONS.includes(title));
  if (section) return `"### ${section}" must be one of ${SECTIONS.join(', ')}`;
  const empty = emptyHeadingOf(changelog);
  if (empty) return `"${empty}" has nothing under it`;
  if (tag === undefined) return undefined;
  if (tag !== `v${version}`) return `the tag of version ${version} is v${version}, not ${tag}`;
  if (headings[0] === '[Unreleased]') return 'what is under [Unreleased] belongs to the version that is released';
  return headings[0].endsWith('unreleased') ? `chapter ${version} has no date yet` : undefined;
}

/** A chapter may begin with a section. */
function emptyHeadingOf(changelog) {
  const lines = changelog.split('\n').filter((line) => line.trim() !== '' && !/^\[.*\]: /.test(line));
  const isHeading = (line = '## ') => /^##+ /.test(line);
  return lines.find(
    (line, index) => isHeading(line) && isHeading(lines[index + 1]) && !(/^## /.test(line) && /^### /.test(lines[index + 1])),
  );
}

function isOlder(one, other) {
  const [parts, others] = [one, other].map((version) => version.split('.').map(Number));
  const index = parts.findIndex((part, place) => part !== others[place]);
  return index >= 0 && parts[index] < others[index];
}

/** As `complaintAbout`, of the files of this project. */
export function checkChangelog(tag) {
  const root = join(dirname(fileURLToPath(import.meta.url)), '..');
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return complaintAbout(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), version, tag);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const complaint = checkChangelog(process.argv[2] === '--release' ? (process.argv[3] ?? '') : undefined);
  console.log(complaint ? `✖ CHANGELOG.md: ${complaint}` : '✔ CHANGELOG.md');
  process.exitCode = complaint ? 1 : 0;
}

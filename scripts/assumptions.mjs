// Makes docs/assumptions.md, and what the README says of it, from the assumptions of each vendor: src/vendors/<vendor>/assumptions.ts.
// `node scripts/assumptions.mjs` writes both after a build; a test compares them.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './ready.mjs';

const require = createRequire(import.meta.url);

/** In the order of the README. */
const ORDER = ['twinkly', 'sonata', 'turn', 'thingsquare', 'thingsee'];
const [BEGIN, END] = ['<!-- assumptions -->', '<!-- end of assumptions -->'];

/** The vendors with their assumptions, as the build has made them. */
function vendors() {
  const folder = join(root, 'dist/src/vendors');
  const ids = readdirSync(folder).filter((id) => existsSync(join(folder, id, 'assumptions.js')));
  const place = (id) => (ORDER.includes(id) ? ORDER.indexOf(id) : ORDER.length);
  return ids
    .toSorted((one, other) => place(one) - place(other))
    .map((id) => ({ id, name: id[0].toUpperCase() + id.slice(1), ...require(join(folder, id, 'assumptions.js')) }));
}

/** The page, in Markdown. */
export function assumptionsPage() {
  const all = vendors();
  const links = all.map(({ id, name }) => `[${name}](#${id})`).join(', ');
  return `# Assumptions

No real device and no real account has been connected to this version. It was built from the vendors' documents and tested against simulators that follow the same documents. Where a document is silent or says two things, this is what we assume, vendor by vendor: ${links}.

If you own one of these devices: open its configuration node and press *Check*. It asks the vendor, by reads alone, for each assumption that a read can settle (marked ✓ below), and offers to enter the correction where a setting takes it. Then press *Diagnostics*, and [send us the file](https://github.com/ensemble-flows/node-red-ensemble/issues/new?template=device.yml), also when all is as assumed: it holds no value, no ID and no secret.

${all.map(section).join('\n')}`;
}

const section = ({ name, introduction, assumptions }) => `## ${name}

${introduction ? `${introduction}\n\n` : ''}| | What is assumed | Why | How to find out | What corrects it |
|---|---|---|---|---|
${assumptions.map(row).join('\n')}
`;

const row = ({ id, what, why, source, check, corrects = 'a report', ask, byConsent }) =>
  `| \`${id}\` | ${[what, source === 'guess' ? `${why} Our guess.` : why, `${ask && !byConsent ? '✓ ' : ''}${check}`, corrects].map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;

/** What the README says of it. */
export function readmeParagraph() {
  const all = vendors();
  const every = all.flatMap(({ assumptions }) => assumptions);
  const counts = all.map(({ name, assumptions }) => `${name} ${assumptions.length}`).join(', ');
  return `Where a document is silent or says two things, something is assumed: ${every.length} things in all (${counts}), [listed by vendor](https://github.com/ensemble-flows/node-red-ensemble/blob/main/docs/assumptions.md). *Check*, in the panel of each configuration node, asks the vendor for ${every.filter(({ ask, byConsent }) => ask && !byConsent).length} of them, by reads alone.`;
}

/** The README with that paragraph between its marks. */
export const readmeWith = (readme) => {
  const [before, rest] = [readme.slice(0, readme.indexOf(BEGIN)), readme.slice(readme.indexOf(END))];
  return `${before}${BEGIN}\n${readmeParagraph()}\n${rest}`;
};

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const readme = join(root, 'README.md');
  writeFileSync(join(root, 'docs/assumptions.md'), assumptionsPage());
  writeFileSync(readme, readmeWith(readFileSync(readme, 'utf8')));
}

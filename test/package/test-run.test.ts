import { deepEqual, equal, match } from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

interface Counts {
  passes: number;
  failures: number;
  pending: number;
}
type RunMocha = (run: {
  node: string;
  files: string[];
  limit: number;
  quiet: true;
  env: Record<string, string>;
}) => Promise<Counts & { failed: string[]; slowest: { title: string; ms: number }[]; output: string }>;

describe('the counts of npm test', () => {
  let folder: string;
  let runMocha: RunMocha;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ensemble-test-run-'));
    ({ runMocha } = (await import(join(__dirname, '../../../scripts/mocha.mjs'))) as { runMocha: RunMocha });
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  const passing = "it('passes', () => {});";
  const cases: [string, string, Counts][] = [
    [
      'tests that pass, fail and are skipped',
      `${passing} it('fails', () => { throw new Error('no'); }); it.skip('is skipped');`,
      { passes: 1, failures: 1, pending: 1 },
    ],
    [
      'a process that ends early, pretending success',
      `${passing} it('exits', () => process.exit(0));`,
      { passes: 0, failures: 1, pending: 0 },
    ],
    ['a file that cannot be loaded', "require('./nowhere');", { passes: 0, failures: 1, pending: 0 }],
    [
      'an error that nobody catches',
      `it('throws later', (_done) => { setTimeout(() => { throw new Error('late'); }); });`,
      { passes: 0, failures: 1, pending: 0 },
    ],
    [
      'a rejection that nobody handles',
      `it('rejects', (_done) => { Promise.reject(new Error('lost')); });`,
      { passes: 0, failures: 1, pending: 0 },
    ],
    [
      'a rejection after the last test',
      `${passing} after(() => { setTimeout(() => Promise.reject(new Error('lost')), 100); });`,
      { passes: 1, failures: 1, pending: 0 },
    ],
    ['a process that does not end by itself', `${passing} setInterval(() => {}, 1000);`, { passes: 1, failures: 1, pending: 0 }],
    ['a run without an end', "it('hangs', () => { for (;;); });", { passes: 0, failures: 1, pending: 0 }],
    ['a file without any test', "describe('nothing', () => {});", { passes: 0, failures: 1, pending: 0 }],
    ['a hook that fails', `before(() => { throw new Error('no'); }); ${passing}`, { passes: 0, failures: 1, pending: 0 }],
  ];

  for (const [name, code, expected] of cases)
    it(`tell of ${name}`, async () => {
      const file = join(folder, `${name}.cjs`);
      writeFileSync(file, code);
      const env = { ENSEMBLE_PATIENCE: code.includes('setInterval') ? '3000' : '30000' };
      const limit = code.includes('for (;;)') ? 4000 : 60_000;
      const { output, failed, slowest, ...counts } = await runMocha({ node: process.execPath, files: [file], limit, quiet: true, env });
      deepEqual(counts, expected, output);
      equal(failed.length, expected.failures, failed.join());
      if (expected.pending > 0) deepEqual(slowest.map(({ title }) => title).sort(), ['fails', 'passes']);
      if (code.includes("'no'")) match(failed.join(), /^[^\n]*\nError: no\n/);
    });
});

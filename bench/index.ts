import { cpus } from 'node:os';
import { type Line, measure } from './harness';
import { NODE_RED_VERSION } from './node-red';
import { rows } from './rows';

/** Measures the rows whose name has one of the words (all without words) and prints a table. */
export async function bench(words: readonly string[]): Promise<void> {
  const picked = rows.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  if (picked.length === 0) throw new Error(`no row is named so; there are ${rows.map(({ name }) => name).join(', ')}`);
  console.log(`Node-RED ${NODE_RED_VERSION}, Node ${process.versions.node}, ${cpus().length} x ${cpus()[0]?.model}\n`);
  print(['', 'per second', 'CPU µs', 'found', 'wanted', '']);
  for (const row of picked) {
    console.log(`\n${row.title} [${row.name}]`);
    for (const line of await measure(row)) print(cells(line));
  }
}

const cells = ({ what, rate, cpu, found = '', wanted = '', ok }: Line): string[] => [
  `  ${what}`,
  rate === undefined ? '' : Math.round(rate).toLocaleString('en'),
  cpu === undefined ? '' : cpu.toFixed(1),
  found,
  wanted,
  ok === undefined ? '' : ok ? 'ok' : 'SHORT',
];

const print = ([what = '', ...others]: readonly string[]): void =>
  console.log([what.padEnd(40), ...others.map((cell) => cell.padStart(12))].join(' ').trimEnd());

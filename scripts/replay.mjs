// npm run replay -- diagnostics.json [port]: serves what a diagnostics file tells, as a stand-in for the vendor: a report becomes
// something to try nodes on, and a test (test/kit/replay.ts).
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { giveUp, ready, root } from './ready.mjs';

const [file, port = '0'] = process.argv.slice(2);
if (!file) giveUp('Name the file: npm run replay -- diagnostics.json');
if (!/^\d{1,5}$/.test(port)) giveUp(`The port must be a number, not ${port}`);
const report = read(file);
await ready();
const { startReplay } = createRequire(import.meta.url)(join(root, 'dist/test/kit/replay.js'));
const { url } = await startReplay(report, Number(port)).catch((error) => giveUp(`Port ${port} cannot be used: ${error.code}`));
const { type, exchanges, versions } = report;
console.log(`\n${exchanges.length} exchanges of a ${type}, package ${versions?.package}, are served at ${url}`);
console.log('Enter it as the address of the connection; any login will do. Ctrl-C ends it.');

function read(name) {
  try {
    const value = JSON.parse(readFileSync(name, 'utf8').replace(/^\uFEFF/, ''));
    const isExchange = (one) => typeof one?.method === 'string' && typeof one.path === 'string';
    if (value?.report?.startsWith('ensemble-diagnostics ') && value.exchanges?.every?.(isExchange)) return value;
  } catch (error) {
    giveUp(`${name} cannot be read: ${error.message}`);
  }
  return giveUp(`${name} is no diagnostics file: "report" and "exchanges" are missing.`);
}

// npm run bench [-- <words>]: the side-by-side benchmark; words pick the rows whose name has them.
import './own-node.mjs';
import { createRequire } from 'node:module';
import { build } from './build.mjs';

await build();
const { bench } = createRequire(import.meta.url)('../dist/bench/index.js');
await bench(process.argv.slice(2));

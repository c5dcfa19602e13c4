// npm run bench: installs and builds where needed, then measures this package side by side with others.
//
//   npm run bench -- events load      only rows whose name has one of the words
import './own-node.mjs';
import { createRequire } from 'node:module';
import { ready } from './ready.mjs';

await ready({ everything: true });
const { bench } = createRequire(import.meta.url)('../dist/bench/index.js');
await bench(process.argv.slice(2));

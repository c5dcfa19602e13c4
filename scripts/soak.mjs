// npm run soak: ten minutes of faults of many kinds over all vendors at once, on a plain Node-RED; then all must work again.
//
//   npm run soak -- 2      so many minutes
import './own-node.mjs';
import { createRequire } from 'node:module';
import { ready } from './ready.mjs';

await ready({ everything: true });
const { soak } = createRequire(import.meta.url)('../dist/bench/soak/index.js');
const found = await soak(Number(process.argv[2] ?? 10));
for (const text of found) console.log(`FAILED: ${text}`);
if (found.length === 0) console.log('passed');
process.exit(found.length === 0 ? 0 : 1);

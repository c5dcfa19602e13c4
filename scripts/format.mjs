// npm run format: formats all files, and repairs what lint can repair; installs before where needed.
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { installMissing } from './ready.mjs';

await installMissing({ everything: true });
const biome = createRequire(import.meta.url).resolve('@biomejs/biome/bin/biome');
process.exitCode = spawnSync(process.execPath, [biome, 'check', '--write', '.'], { stdio: 'inherit' }).status ?? 1;

import { rmSync } from 'node:fs';
import { freePort } from '../test/kit/ports';
import { Program } from '../test/kit/program';
import { copyProject, installedIn, movePorts, OWN_NODE } from '../test/kit/project';
import type { Row, Side } from './harness';

const EDITOR = 'Ctrl-C ends everything';
/** Of downloading, where the network is slow. */
const PATIENCE = 900_000;

/** In a copy of the project where nothing is installed; npm has in its cache what it has. */
const fresh: Side = async () => async () => {
  const project = copyProject();
  await movePorts(project);
  const PORT = String(await freePort());
  const started = performance.now();
  const program = new Program('npm', ['start'], { cwd: project, env: { ...process.env, ...OWN_NODE, PORT } });
  try {
    await program.says(EDITOR, PATIENCE);
    const seconds = (performance.now() - started) / 1000;
    return { seconds, ...installedIn(project) };
  } finally {
    program.interrupt();
    await program.ended;
    rmSync(project, { recursive: true, force: true });
  }
};

export const start: Row = {
  name: 'start',
  title: 'npm start in a fresh copy, until the editor answers',
  sides: { 'npm start': fresh },
  rounds: 1,
  judge({ 'npm start': [{ seconds = Number.NaN, packages = Number.NaN, megabytes = Number.NaN } = {}] = [] }) {
    return [
      { what: 'time', found: `${seconds.toFixed(0)} s` },
      { what: 'packages', found: String(packages), wanted: '<= 600', ok: packages <= 600 },
      { what: 'disk', found: `${megabytes.toFixed(0)} MB`, wanted: '<= 200 MB', ok: megabytes <= 200 },
    ];
  },
};

import { deepEqual, equal, match } from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { networkInterfaces } from 'node:os';
import { dirname, join } from 'node:path';
import { freePort } from '../kit/ports';
import { Program } from '../kit/program';
import { copyProject, examplesOf, movePorts } from '../kit/project';
import { ROOT } from '../kit/root';
import { until } from '../kit/within';

/** Another program has the port. */
async function occupied(port: number): Promise<Server> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return server;
}

describe('npm start', function () {
  this.timeout(900_000);
  let project: string;
  let port: number;
  const programs: Program[] = [];

  /** Of the simulated devices. */
  let simulated: { port: number; mqttPort: number };
  const page = () => `http://127.0.0.1:${simulated.port}/`;

  before(async () => {
    project = copyProject();
    symlinkSync(join(ROOT, 'node_modules'), join(project, 'node_modules'));
    simulated = await movePorts(project);
  });
  beforeEach(async () => {
    port = await freePort();
  });
  afterEach(() => {
    for (const program of programs.splice(0)) program.kill();
  });
  after(() => rmSync(project, { recursive: true, force: true }));

  const run = (command: string, args: string[], PORT: string | number = port) => {
    const program = new Program(command, args, { cwd: project, env: { ...process.env, PORT: String(PORT) } });
    programs.push(program);
    return program;
  };
  const npmStart = () => run('npm', ['start']);
  const start = (PORT?: string | number) => run(process.execPath, ['scripts/start.mjs'], PORT);
  const responses = (url: string) =>
    fetch(url).then(
      (response) => response.ok,
      () => false,
    );
  const flowsOf = async () => (await fetch(`http://127.0.0.1:${port}/flows`)).json() as Promise<{ id: string; type: string }[]>;

  it('runs the examples and says where, refuses a second time, and ends with Ctrl-C', async () => {
    const program = npmStart();
    await program.says('Ctrl-C ends everything');
    match(program.output, new RegExp(`Editor: +http://127\\.0\\.0\\.1:${port}\n`));
    match(program.output, new RegExp(`Device page: +${page()}\n`));
    const editor = `http://127.0.0.1:${port}/`;
    deepEqual([await responses(editor), await responses(page())], [true, true]);
    const flows = await flowsOf();
    const count = (type: string) => flows.filter((node) => node.type === type).length;
    const tabsIn = (file: string) => readFileSync(join(project, file), 'utf8').split('"type": "tab"').length - 1;
    const tabs = examplesOf(project).reduce((sum, file) => sum + tabsIn(file), 0);
    deepEqual([count('tab'), count('ensemble-simulator'), count('turn-device')], [tabs, 1, 1]);
    equal(/\[(error|warn)\]/.test(program.output), false, program.output);

    const outside = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .find(({ internal, family }) => !internal && family === 'IPv4');
    if (outside) equal(await responses(`http://${outside.address}:${port}/`), false);

    const again = start();
    equal(await again.ended, 1);
    match(again.output, new RegExp(`^Port ${port} is taken\\. Choose another one: PORT=1881 npm start$`, 'm'));
    const beside = start(await freePort());
    equal(await beside.ended, 1);
    match(beside.output, new RegExp(`^Port ${simulated.port} is taken\\. The simulated devices need it`, 'm'));

    program.interrupt();
    equal(await program.ended, 0);
    await until('every process ended', () => !program.alive);
    deepEqual([await responses(editor), await responses(page())], [false, false]);
  });

  it('ends as well where the parent of npm ends it', async () => {
    const program = npmStart();
    await program.says('Ctrl-C ends everything');
    program.terminate();
    equal(await program.ended, 0, program.output);
    await until('every process ended', () => !program.alive);
  });

  it('names every port that is taken, each in a line', async () => {
    const blockers = await Promise.all([port, simulated.mqttPort].map(occupied));
    const program = start();
    equal(await program.ended, 1);
    await Promise.all(blockers.map((blocker) => new Promise((resolve) => blocker.close(resolve))));
    const [chosen, needed, ...others] = program.output.split('\n').filter((line) => /^\S*port /i.test(line));
    equal(chosen, `Port ${port} is taken. Choose another one: PORT=1881 npm start`);
    equal(needed, `Port ${simulated.mqttPort} is taken. The simulated devices need it: end the program that has it.`);
    deepEqual([others, /^\s+at /m.test(program.output)], [[], false]);
  });

  it('does not take a port of the simulated devices', async () => {
    const program = start(simulated.port);
    equal(await program.ended, 1);
    match(
      program.output,
      new RegExp(`^The simulated devices need port ${simulated.port}\\. Choose another one: PORT=1881 npm start$`, 'm'),
    );
  });

  it('ends with one clear line where the port is no port', async () => {
    const program = start('eighty');
    equal(await program.ended, 1);
    match(program.output, /^PORT must be a number from 1 to 65535, not "eighty"\.$/m);
  });

  it('keeps flows that somebody has edited, and needs no port that they do not name', async () => {
    const file = join(project, '.node-red/flows.json');
    mkdirSync(dirname(file), { recursive: true });
    const flows = [
      { id: 'mine', type: 'tab', label: 'mine' },
      { id: 'off', type: 'tab', label: 'off', disabled: true },
      { id: 'devices', z: 'off', type: 'ensemble-simulator', x: 100, y: 100, ...simulated, wires: [] },
      { id: 'variable', z: 'mine', type: 'ensemble-simulator', x: 100, y: 100, port: `$${'{DEVICES}'}`, mqttPort: 0, wires: [] },
    ];
    writeFileSync(file, JSON.stringify(flows));
    const blocker = await occupied(simulated.port);
    const program = start();
    await program.says('Ctrl-C ends everything');
    match(program.output, /Your own flows: .*flows\.json/);
    deepEqual(
      (await flowsOf()).map(({ id }) => id),
      flows.map(({ id }) => id),
    );
    equal(program.output.includes('Device page'), false);
    program.interrupt();
    equal(await program.ended, 0);
    await new Promise((resolve) => blocker.close(resolve));
    rmSync(file);
  });
});

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseParameters } from '../src/core/schema/parse';
import { Scope } from '../src/core/scope';
import { changedPaths } from '../src/vendors/twinkly/changed-paths';
import { settings as accountSettings, connect } from '../src/vendors/twinkly/twinkly-account';
import { settings, start } from '../src/vendors/twinkly/twinkly-status-poll';
import { type Figures, median, type Row, type Side } from './harness';

const OBJECTS = 1000;
/** One in a hundred changes from one poll to the next. */
const CHANGING = 100;
const POLLS = 20;

/** A state as large as the simulated cloud gives it. */
const runtime = (brightness: number) => ({
  online: true,
  mode: 'color',
  brightness,
  color: { red: 254, green: 180, blue: 90 },
  effect: 'candle',
  movie: 'fireworks',
  playlist: 'advent',
  movies: [{ id: 'fireworks', name: 'Fireworks' }],
});
const ids = Array.from({ length: OBJECTS }, (_, index) => String(480_000 + index));
const brightnessOf = (index: number, poll: number): number => (index % CHANGING === 0 ? poll % 100 : 80);
const states = (poll: number) => ids.map((_, index) => runtime(brightnessOf(index, poll)));

/** Microseconds for the diff of one object. */
function diff(): number {
  const [before, after] = [states(1), states(2)];
  const started = performance.now();
  let found = 0;
  for (let poll = 0; poll < POLLS; poll++)
    for (let index = 0; index < OBJECTS; index++) found += changedPaths(before[index] ?? {}, after[index] ?? {}, 'color').length;
  const ms = performance.now() - started;
  if (found !== (POLLS * OBJECTS) / CHANGING) throw new Error(`${found} changes were found`);
  return (ms * 1000) / (POLLS * OBJECTS);
}

/** A cloud of which an object in a hundred changes from poll to poll; it counts its calls. */
async function startCloud() {
  const cloud = { calls: 0, url: '' };
  const server = createServer((request, response) => {
    const asked = new URL(request.url ?? '', 'http://cloud').searchParams.get('objectIds')?.split(',') ?? [];
    if (asked.length > 0) cloud.calls++;
    const poll = Math.ceil(cloud.calls / 2);
    const entries = asked.map((id) => [id, { runtime: runtime(brightnessOf(Number(id) - 480_000, poll)) }]);
    response.end(JSON.stringify(asked.length > 0 ? Object.fromEntries(entries) : { access_token: 'token' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cloud.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return cloud;
}

const polling: Side = async () => {
  const cloud = await startCloud();
  const connection = connect({
    settings: parseParameters(accountSettings, { environment: 'custom', baseUrl: cloud.url }),
    credentials: { username: 'user', password: 'password', clientSecret: undefined },
    network: { timeout: 10_000 },
    identity: 'bench',
  });
  return async () => {
    const scope = new Scope();
    const before = cloud.calls;
    let told = 0;
    let polls = 0;
    const cpu = process.cpuUsage();
    await new Promise<void>((resolve) => {
      const ending = start({
        nodeId: 'bench',
        connection,
        // A pace that no user may choose: the waiting is not what is measured.
        settings: { ...parseParameters(settings, { ids }), interval: 0.001 },
        scope,
        emit: () => told++,
        state: () => void (++polls === POLLS && resolve()),
        warn: () => {},
        report: (error) => {
          throw error;
        },
        webhook: () => '',
        memory: { read: async () => undefined, write: () => {}, written: async () => {} },
        onRemoved: () => {},
      });
      // It ends with the scope.
      ending.catch(() => {});
    });
    await scope.end();
    const { user, system } = process.cpuUsage(cpu);
    return { diff: diff(), perCall: (OBJECTS * POLLS) / (cloud.calls - before), told, cpu: (user + system) / 1000 / POLLS };
  };
};

/** The first poll tells of all, each later one of those that changed. */
const EXPECTED = OBJECTS + ((POLLS - 1) * OBJECTS) / CHANGING;

export const twinklyPoll: Row = {
  name: 'twinkly-poll',
  title: `twinkly-status-poll of ${OBJECTS.toLocaleString('en')} objects, 1 % changed`,
  sides: { 'twinkly-status-poll': polling },
  rounds: 5,
  judge({ 'twinkly-status-poll': rounds = [] }) {
    const [diff, perCall, told, cpu] = ['diff', 'perCall', 'told', 'cpu'].map((figure) => median(rounds as readonly Figures[], figure));
    return [
      { what: 'ids for each call', found: `${Math.round(perCall ?? 0)}`, wanted: '>= 100', ok: (perCall ?? 0) >= 100 },
      { what: 'diff of an object', found: `${diff?.toFixed(2)} µs`, wanted: '< 10 µs', ok: (diff ?? Number.POSITIVE_INFINITY) < 10 },
      { what: 'messages', found: `${told}`, wanted: `${EXPECTED}`, ok: told === EXPECTED },
      { what: 'CPU for a whole poll, with the cloud’s own', found: `${cpu?.toFixed(1)} ms` },
    ];
  },
};

import { deepEqual, match, ok } from 'node:assert/strict';
import type { ThingsquareState } from '../../src/simulators/thingsquare/state';
import { until } from '../kit/within';
import { ExampleStage, exampleFilesOf } from './example-flows';

const LAMPS = ['Lamp at the gate', 'Lamp at the path', 'Lamp at the door'];

describe('the Thingsquare examples', () => {
  const stage = new ExampleStage('Thingsquare');
  const state = async (): Promise<ThingsquareState> => (await stage.read()).vendors.thingsquare;
  const device = async (name: string) => (await state()).devices.find((one) => one.name === name);
  const variable = async (name: string, of: string) => (await device(of))?.variables.find((one) => one.name === name)?.value;
  const away = async (name: string, reach: string) => stage.act('reach', { auth: (await device(name))?.auth, reach });
  const shows = (file: string, name: string, wanted: RegExp) => stage.shows(file, name, wanted);
  before(() =>
    deepEqual(exampleFilesOf('Thingsquare'), [
      'Chart of a history.json',
      'Command to a group.json',
      'Firmware rollout.json',
      'Set a value and wait.json',
    ]),
  );

  it('Set a value and wait: is set and confirmed, and then the sensor keeps to it', async () => {
    await stage.run('Set a value and wait.json');
    stage.press('Set a value and wait.json', 'Every 5 s');
    await shows('Set a value and wait.json', 'Confirmed', /^device-ok$/);
    deepEqual(await variable('period', 'Greenhouse'), '5');
    await stage.act('temperature', { temperature: 33.5 });
    const first = await shows('Set a value and wait.json', '°C', /^33\.\d$/);
    await shows('Set a value and wait.json', '°C', new RegExp(`^33\\.[^${first.at(-1)}]$`));
  });

  it('Chart of a history: draws every point of the history', async () => {
    await stage.run('Chart of a history.json');
    const response = await fetch(`${stage.red.httpUrl}/thingsquare/chart`);
    deepEqual([response.status, response.headers.get('content-type')?.replace(/;.*/, '')], [200, 'image/svg+xml']);
    const svg = await response.text();
    const points = /points="([^"]*)"/.exec(svg)?.[1]?.split(' ') ?? [];
    ok(points.length >= 289, `${points.length} points`);
    ok(points.every((point) => /^\d+(\.\d+)?,\d+(\.\d+)?$/.test(point)));
    const times = points.map((point) => Number(point.split(',')[0]));
    deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
  });

  it('Chart of a history: says why there is none', async () => {
    stage.expected = /HTTP 500/;
    await stage.run('Chart of a history.json');
    await stage.act('faults', { latency: 0, errorRate: 100, retryAfter: 0 });
    const response = await fetch(`${stage.red.httpUrl}/thingsquare/chart`);
    match(await response.text(), /HTTP 500/);
    deepEqual(response.status, 502);
  });

  it('Command to a group: every lamp gets the command, one after the other', async () => {
    await stage.run('Command to a group.json');
    stage.press('Command to a group.json', 'Identify');
    await shows('Command to a group.json', 'Sent to', /gate/);
    for (const name of LAMPS)
      await until(
        `${name} has it`,
        () => device(name),
        (lamp) => lamp?.command?.state === 'done',
      );
    const commands = (await stage.read()).log.filter(({ method, path }) => method === 'POST' && /devices\/[^/]+\/$/.test(path));
    deepEqual(commands.length, 3);
    const [first, , third] = commands.map(({ time }) => time) as [number, number, number];
    // Two seconds each; two of them come together where the simulator stands still.
    ok(third - first > 1500, `${third - first} ms`);
  });

  it('Firmware rollout: stops at the first failure, goes on when it is asked again, and notes the end', async () => {
    stage.expected = /has not connected within/;
    await stage.run('Firmware rollout.json');
    await away('Lamp at the path', 'away');
    stage.press('Firmware rollout.json', 'Roll out');
    await until(
      'the first is updated',
      () => variable('fw-version', 'Lamp at the gate'),
      (version) => version === '1472724000',
    );
    await shows('Firmware rollout.json', 'Stopped', /^Lamp at the path: the device has/);
    deepEqual(await variable('fw-version', 'Lamp at the door'), '1451602800');
    await away('Lamp at the path', 'awake');
    stage.press('Firmware rollout.json', 'Roll out');
    await shows('Firmware rollout.json', 'Finished', /^2 updated$/);
    for (const name of LAMPS) deepEqual(await variable('fw-version', name), '1472724000');
  });
});

import { deepEqual, equal, ok } from 'node:assert/strict';
import type { TurnState } from '../../src/simulators/turn/state';
import { until } from '../kit/within';
import { ExampleStage, exampleFilesOf, load } from './example-flows';

describe('the Turn examples', () => {
  const stage = new ExampleStage('turn');
  const run = async (...files: string[]) => {
    await stage.run(...files);
    for (const { id } of files.flatMap((file) => load('turn', file)).filter(({ type }) => type === 'turn-sse'))
      await stage.red.status(id, { fill: 'green' });
  };
  const turn = async (): Promise<TurnState> => (await stage.read()).vendors.turn;
  const stateOf = async (channel: string) =>
    (await turn()).pages.flatMap(({ channels }) => channels).find(({ id }) => id === channel)?.state;
  const becomes = (channel: string, wanted: unknown) =>
    until(
      `${channel} is ${wanted}`,
      async () => (await stateOf(channel))?.value,
      (value) => value === wanted,
    );
  const act = async (action: string, input: object) => {
    equal(await stage.act(action, input), 204);
  };
  const press = (channel: string, value: unknown) => act('set', { channel, value });
  const restart = () => {
    // It cuts the streams, which is worth a word.
    stage.expected = /the connection to \S+ broke during GET \/control\/events/;
    return act('restart', {});
  };
  const node = (file: string, name: string) => stage.idOf(file, name);
  const puts = async () => (await stage.read()).log.filter(({ method }) => method === 'PUT').length;
  before(() =>
    deepEqual(exampleFilesOf('turn'), [
      'Dim a light both ways.json',
      'Now playing.json',
      'Scenes for Twinkly.json',
      'Send all values after a start.json',
      'Thermostat.json',
    ]),
  );

  it('Dim a light both ways: the light follows the dial, the dial follows the light, without a loop', async () => {
    await run('Dim a light both ways.json');
    await until('the beginning', async () => (await puts()) === 1);
    const light = node('Dim a light both ways.json', 'The light');
    await act('dial', { page: 'light/1', steps: 8 });
    await stage.red.status(light, { text: '40 %' });
    const before = await puts();
    stage.red.inject(node('Dim a light both ways.json', 'Dim to 30 %'), {});
    await becomes('light/1/1', 30);
    await stage.red.status(light, { text: '30 %' });
    await act('dial', { page: 'light/1', steps: 1 });
    await stage.red.status(light, { text: '35 %' });
    // What the button caused came back as an event before what the dial did; it was left out.
    equal((await puts()) - before, 1);
    await restart();
    await becomes('light/1/1', 0);
    await becomes('light/1/1', 35);
    await stage.red.status(light, { text: '35 %' });
  });

  it('Scenes for Twinkly: each scene sets both lights, command by command', async () => {
    await run('Scenes for Twinkly.json');
    const light = async (name: string) => {
      const { mode, plays, brightness } = (await stage.read()).vendors.twinkly.objects.find((object) => object.name === name) ?? {};
      return mode === 'off' ? mode : `${plays || mode} ${brightness}`;
    };
    for (const [scene, hedge, desk] of [
      [2, 'Snow 100', 'Aurora 100'],
      [4, 'off', 'color 100'],
      [1, 'Candle 60', 'Candle 80'],
      [3, 'Snow 20', 'off'],
      [0, 'off', 'off'],
    ] as const) {
      await press('light_scenes/1/1', scene);
      const both = async () => [await light('Hedge'), await light('Desk')];
      await until(`scene ${scene}`, both, (now) => String(now) === String([hedge, desk]));
    }
  });

  it('Thermostat: keeps the room at what the dial says, and shows it', async () => {
    await run('Thermostat.json');
    await becomes('temperature/1/1', 21);
    const room = async () => Number((await stateOf('temperature/1/2'))?.value);
    const first = await until('the room is shown', room, (value) => value !== 21.5);
    await until('it heats', room, (value) => value > first);
    await act('dial', { page: 'temperature/1', steps: -10 });
    const warm = await room();
    await until('it cools', room, (value) => value < warm);
    await restart();
    await becomes('temperature/1/1', 21);
  });

  it('Now playing: shows the track, and the keys change it', async () => {
    await run('Now playing.json');
    await press('source/1/1', 1);
    await becomes('source/1/4', 'Half Light');
    await press('media/1/2', true);
    await stage.red.status(node('Now playing.json', 'The player'), { fill: 'green', text: 'The Dimmers: Half Light' });
    for (const title of ['Clockwise', 'Little Red Dot', 'Half Light']) {
      await press('media/1/5', 'next');
      await becomes('source/1/4', title);
    }
    await press('media/1/5', 'previous');
    await becomes('source/1/3', 'Standby');
    ok(String((await stateOf('source/1/2'))?.value).startsWith('data:image/svg+xml,'));
    await press('media/1/2', false);
    await stage.red.status(node('Now playing.json', 'The player'), { text: 'pause' });
  });

  it('Send all values after a start: sends all values at the start, and again after a restart, and only then lowers it', async () => {
    await run('Send all values after a start.json');
    const lowered = () => until('ready is lowered', turn, ({ ready }) => !ready);
    const states = () => Promise.all(['fan/1/1', 'modes/1/1', 'info/1/1', 'info/2/1'].map(stateOf));
    const sent = [
      { value: 2, on: 'true' },
      { value: 2, on: 'true' },
      { value: '415ppm', ppm_string: '415ppm' },
      { value: '101325Pa', pa_string: '101325Pa' },
    ];
    await lowered();
    deepEqual(await states(), sent);
    // It has forgotten everything, and raised ready, when this is answered.
    await restart();
    await lowered();
    deepEqual(await states(), sent);
  });

  it('all of them run side by side', async () => {
    await run(...exampleFilesOf('turn'));
    await becomes('temperature/1/1', 21);
    await until('ready is lowered', turn, ({ ready }) => !ready);
    await act('dial', { page: 'light/1', steps: 3 });
    await stage.red.status(node('Dim a light both ways.json', 'The light'), { text: '15 %' });
  });
});

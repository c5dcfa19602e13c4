import { deepEqual, equal, ok } from 'node:assert/strict';
import type { TurnState } from '../../src/simulators/turn/state';
import { until } from '../kit/within';
import { ExampleStage, exampleFilesOf, load } from './example-flows';

/** What a person has set on pages of several kinds: lights, scenes, sources, temperatures. */
const SET = new Map<string, number | boolean>([
  ['light/1/1', 35],
  ['light_scenes/1/1', 3],
  ['source/1/1', 1],
  ['media/1/1', 40],
  ['media/1/2', true],
  ['temperature/1/1', 19.5],
]);

describe('the Turn examples', () => {
  const stage = new ExampleStage('Turn');
  const run = async (...files: string[]) => {
    await stage.run(...files);
    for (const { id } of files.flatMap((file) => load('Turn', file)).filter(({ type }) => type === 'turn-sse'))
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
  /** It cuts the streams, which is no error in the log: the examples tell it in a status. */
  const restart = () => act('restart', {});
  const interrupted = (file: string) => stage.shows(file, 'Interruption', /^\d\d:\d\d:\d\d /);
  const node = (file: string, name: string) => stage.idOf(file, name);
  const puts = async () => (await stage.read()).log.filter(({ method }) => method === 'PUT').length;
  before(() =>
    deepEqual(exampleFilesOf('Turn'), [
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
    await interrupted('Dim a light both ways.json');
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
    await press('light_scenes/1/1', 2);
    const both = async () => String([await light('Hedge'), await light('Desk')]);
    await until('scene 2 again', both, (now) => now === 'Snow 100,Aurora 100');
    const commands = async () => (await stage.read()).log.filter(({ path }) => path.endsWith('/command')).length;
    const before = await commands();
    await restart();
    await becomes('light_scenes/1/1', 0);
    await becomes('light_scenes/1/1', 2);
    deepEqual([await both(), await commands()], ['Snow 100,Aurora 100', before]);
    await interrupted('Scenes for Twinkly.json');
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
    await becomes('temperature/1/1', 0);
    await becomes('temperature/1/1', 16);
    await interrupted('Thermostat.json');
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
    await restart();
    await becomes('source/1/1', 0);
    await becomes('source/1/1', 1);
    await becomes('media/1/2', 'true');
    await becomes('source/1/3', 'Standby');
    await interrupted('Now playing.json');
    // Neither the restart nor what it needs is a pause.
    ok(stage.red.statuses.filter(({ id }) => id === node('Now playing.json', 'The player')).at(-1)?.status.fill === 'green');
    await press('media/1/2', false);
    await stage.red.status(node('Now playing.json', 'The player'), { text: 'pause' });
  });

  it('Send all values after a start: a Turn gets what it showed last, whoever set it, and only then counts as up to date', async () => {
    const file = 'Send all values after a start.json';
    await run(file);
    const lowered = () => until('ready is lowered', turn, ({ ready }) => !ready);
    const states = () => Promise.all([...SET.keys(), 'modes/1/1', 'info/1/1', 'info/2/1'].map(stateOf));
    const given = [
      { value: 2, on: 'true' },
      { value: '415ppm', ppm_string: '415ppm' },
      { value: '101325Pa', pa_string: '101325Pa' },
    ];
    await lowered();
    await stage.shows(file, 'Refused', /^0 of 8$/);
    deepEqual((await states()).slice(SET.size), given);
    for (const [channel, value] of SET) await press(channel, value);
    await press('fan/1/1', 0);
    await press('media/1/5', 'next');
    const before = await states();
    deepEqual(
      before.slice(0, SET.size).map((state) => state?.value),
      [...SET.values()].map((value) => (value === true ? 'true' : value)),
    );
    // It has forgotten everything, and raised ready, when this is answered.
    await restart();
    await lowered();
    deepEqual(await states(), before);
    deepEqual([(await stateOf('fan/1/1'))?.value, (await stateOf('media/1/5'))?.value], [0, '']);
    // A page that it no longer has costs the others nothing.
    await act('configure', { page: 'source/1', shown: false });
    await restart();
    await lowered();
    equal((await stateOf('light/1/1'))?.value, 35);
    await stage.shows(file, 'Refused', /^3 of \d+: source\/1\/1, /);
    await interrupted(file);
  });

  it('all of them run side by side', async () => {
    await run(...exampleFilesOf('Turn'));
    await becomes('temperature/1/1', 21);
    await until('ready is lowered', turn, ({ ready }) => !ready);
    await act('dial', { page: 'light/1', steps: 3 });
    await stage.red.status(node('Dim a light both ways.json', 'The light'), { text: '15 %' });
  });
});

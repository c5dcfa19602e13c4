import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { until } from '../kit/within';
import { press } from '../simulators/simulated';
import { SavedStage, savedFilesOf } from './saved-flows';

const FRONT = [48211, 48212, 48213];
const LAMPS = ['Lamp at the gate', 'Lamp at the path', 'Lamp at the door'];

// Each of the 22 does what it did on the day that it was saved.
describe('flows saved with 0.1.0 run unchanged: all vendors', () => {
  const stage = new SavedStage('ensemble');

  it('overview.json: strings, matrix and lamp follow the dial, and the Turn shows a sensor', async () => {
    await stage.run('overview.json');
    const vendors = async () => (await stage.read()).vendors;
    await until('somebody listens to the dial', async () => (await vendors()).turn.streams === 1);
    await until('all follow', async () => {
      await press(stage, 'turn', 'dial', { page: 'light/2', steps: 60 });
      const { turn, twinkly, sonata, thingsquare } = await vendors();
      const lamp = thingsquare.devices.find(({ name }) => name === 'Lamp at the door');
      return (
        turn.pages.find(({ id }) => id === 'light/2')?.channels[0]?.state.value === 100 &&
        twinkly.objects.find(({ id }) => id === 48213)?.brightness === 100 &&
        lamp?.variables.find(({ name }) => name === 'level')?.value === '100' &&
        sonata.matrices.find(({ device }) => device === 4)?.levels.filter((lit) => lit === 15).length === 96
      );
    });
    await until('the sensor', async () => {
      const humidity = (await vendors()).turn.pages.flatMap(({ channels }) => channels).find(({ id }) => id === 'humidity/1/2');
      return Number(humidity?.state.value) > 0;
    });
  });
});

describe('flows saved with 0.1.0 run unchanged: Sonata', () => {
  const stage = new SavedStage('sonata');
  const levels = async (of: number) => (await stage.read()).vendors.sonata.matrices.find(({ device }) => device === of)?.levels ?? [];
  const lit = (all: readonly number[]) => all.some((level) => level > 0);

  it('paint-and-send.json: the painted pattern is shown, and turned off', async () => {
    await stage.run('paint-and-send.json');
    const painted = stage.load('paint-and-send.json').find(({ name }) => name === 'Heart')?.parameters as { pattern: { value: string } };
    await until('the heart', async () => String(await levels(1)) === String(JSON.parse(painted.pattern.value)));
    stage.press('paint-and-send.json', 'Off');
    await until('dark', async () => !lit(await levels(1)));
  });

  it('animation.json: moves', async () => {
    await stage.run('animation.json');
    const frames = new Set<string>();
    await until('five frames', async () => frames.add(String(await levels(2))).size > 5);
  });

  it('mirror.json: matrix 4 shows each pattern of matrix 3, left to right', async () => {
    await stage.run('mirror.json');
    const mirrored = (all: readonly number[]) =>
      Array.from({ length: 10 }, (_, row) => all.slice(10 * row, 10 * row + 10).reverse()).flat();
    const seen = new Set<string>();
    await until('three mirror images', async () => {
      const [one, other] = [await levels(3), await levels(4)];
      if (lit(one) && String(other) === String(mirrored(one))) seen.add(String(one));
      return seen.size === 3;
    });
  });

  it('shared-group.json: both instances handle events', async () => {
    await stage.run('shared-group.json');
    for (const name of ['Handled by A', 'Handled by B'])
      await until(`two at ${name}`, () => stage.shown('shared-group.json', name).length >= 2);
  });
});

describe('flows saved with 0.1.0 run unchanged: Thingsee', () => {
  const stage = new SavedStage('thingsee');

  it('room-temperature.json: passes temperatures on, with sensor and time', async () => {
    const file = 'room-temperature.json';
    await stage.run(file);
    const [{ topic, payload, timestamp } = {}] = await until(
      'a temperature',
      () => stage.shown(file, 'Chart'),
      (all) => all.length > 0,
    );
    deepEqual([topic, typeof payload], ['TSEN03X2Z74162459', 'number']);
    ok(Math.abs(Date.now() - Number(timestamp)) < 60_000);
  });

  it('alert-board.json: lists each alerting thing', async () => {
    const file = 'alert-board.json';
    await stage.run(file);
    await stage.act('alert', { tuid: 'TSAR03X2Z74162473' });
    await until('the alert', () => /TSAR03X2Z74162473.*heartbeat missed/.test(JSON.stringify(stage.shown(file, 'Board'))));
  });

  it('presence-in-bulk.json: asks first, and then shows what each sensor replies', async () => {
    const file = 'presence-in-bulk.json';
    await stage.run(file);
    stage.press(file, 'Ask');
    const [question] = await until(
      'the question',
      () => stage.shown(file, 'Question'),
      (all) => all.length > 0,
    );
    match(String(question?.payload), /TSPR04X2Z74162947, TSPR04X2Z74162948/);
    stage.press(file, 'Confirm');
    const replies = await until(
      'both replies',
      () => stage.shown(file, 'Reply'),
      (all) => all.length === 2,
    );
    for (const { payload } of replies) match(JSON.stringify(payload), /"passiveReportInterval":60/);
  });

  it('things-without-group.json: lists them, and gives them a group', async () => {
    const file = 'things-without-group.json';
    await stage.run(file);
    stage.press(file, 'List');
    await until('both things', () => stage.shown(file, 'Found').length === 2);
    stage.press(file, 'Assign');
    await until('all have a group', async () => (await stage.read()).vendors.thingsee.things.every(({ group }) => group !== 'unassigned'));
  });
});

describe('flows saved with 0.1.0 run unchanged: Thingsquare', () => {
  const stage = new SavedStage('thingsquare');
  const device = async (of: string) => (await stage.read()).vendors.thingsquare.devices.find(({ name }) => name === of);
  const variable = async (wanted: string, of: string) => (await device(of))?.variables.find(({ name }) => name === wanted)?.value;
  const reach = async (name: string, to: string) => stage.act('reach', { auth: (await device(name))?.auth, reach: to });

  it('period.json: is set and confirmed, and then the sensor tells its temperature', async () => {
    await stage.run('period.json');
    await until('the confirmation', () => stage.shown('period.json', 'Confirmed').at(-1)?.payload === 'device-ok');
    equal(await variable('period', 'Greenhouse'), '5');
    await stage.act('temperature', { temperature: 33.5 });
    await until('the temperature', () => stage.shown('period.json', '°C').some(({ payload }) => /^33\.\d$/.test(String(payload))));
  });

  it('chart.json: draws the history, and says why where there is none', async () => {
    stage.expected = /HTTP 500/;
    await stage.run('chart.json');
    const chart = () => fetch(`${stage.red.httpUrl}/thingsquare/chart`);
    const drawn = await chart();
    equal(drawn.status, 200);
    ok((/points="([^"]*)"/.exec(await drawn.text())?.[1]?.split(' ').length ?? 0) >= 289);
    await stage.act('faults', { latency: 0, errorRate: 100, retryAfter: 0 });
    const refused = await chart();
    equal(refused.status, 502);
    match(await refused.text(), /HTTP 500/);
  });

  it('group.json: every lamp gets the command', async () => {
    await stage.run('group.json');
    for (const name of LAMPS) await until(`${name} has it`, async () => (await device(name))?.command?.state === 'done');
    equal(stage.shown('group.json', 'Sent to').length, 3);
  });

  it('rollout.json: stops at the first failure, and goes on when it is asked again', async () => {
    const file = 'rollout.json';
    stage.expected = /has not acknowledged it/;
    await stage.run(file);
    await reach('Lamp at the path', 'away');
    stage.press(file, 'Roll out');
    await until('it stops', () => stage.shown(file, 'Stopped').some(({ payload }) => String(payload).startsWith('Lamp at the path: ')));
    deepEqual(await Promise.all(LAMPS.map((name) => variable('fw-version', name))), ['1472724000', '1451602800', '1451602800']);
    await reach('Lamp at the path', 'awake');
    stage.press(file, 'Roll out');
    await until('it ends', () => stage.shown(file, 'Finished').at(-1)?.payload === '2 updated');
    deepEqual(
      await Promise.all(LAMPS.map((name) => variable('fw-version', name))),
      LAMPS.map(() => '1472724000'),
    );
  });
});

describe('flows saved with 0.1.0 run unchanged: Turn', () => {
  const stage = new SavedStage('turn');
  const turn = async () => (await stage.read()).vendors.turn;
  const stateOf = async (of: string) => (await turn()).pages.flatMap(({ channels }) => channels).find(({ id }) => id === of)?.state;
  const becomes = (channel: string, wanted: unknown) =>
    until(`${channel} is ${wanted}`, async () => (await stateOf(channel))?.value === wanted);
  const set = (channel: string, value: unknown) => stage.act('set', { channel, value });
  const run = async (file: string) => {
    // A restart cuts the stream, which was in the log, and is.
    stage.expected = /the connection to \S+ broke during GET \/control\/events/;
    await stage.run(file);
    for (const { id, type } of stage.load(file)) if (type === 'turn-sse') await stage.red.status(id, { fill: 'green' });
  };

  it('dimmer.json: the light follows the dial, and the dial the light', async () => {
    await run('dimmer.json');
    const light = stage.idOf('dimmer.json', 'The light');
    await stage.act('dial', { page: 'light/1', steps: 8 });
    await stage.red.status(light, { text: '40 %' });
    stage.press('dimmer.json', 'Somebody dims it to 30 %');
    await becomes('light/1/1', 30);
    await stage.act('restart', {});
    await becomes('light/1/1', 30);
    await stage.red.status(light, { text: '30 %' });
  });

  it('scenes.json: each scene sets both lights', async () => {
    await run('scenes.json');
    const light = async (of: string) => {
      const { mode, plays, brightness } = (await stage.read()).vendors.twinkly.objects.find(({ name }) => name === of) ?? {};
      return mode === 'off' ? mode : `${plays || mode} ${brightness}`;
    };
    for (const [scene, lights] of [
      [2, 'Snow 100,Aurora 100'],
      [4, 'off,color 100'],
      [1, 'Candle 60,Candle 80'],
      [3, 'Snow 20,off'],
      [0, 'off,off'],
    ] as const) {
      await set('light_scenes/1/1', scene);
      await until(`scene ${scene}`, async () => String([await light('Hedge'), await light('Desk')]) === lights);
    }
  });

  it('thermostat.json: keeps the room at what the dial says, and shows it', async () => {
    await run('thermostat.json');
    await becomes('temperature/1/1', 21);
    const room = async () => Number((await stateOf('temperature/1/2'))?.value);
    await until('it heats', room, (value) => value > 20.5 && value !== 21.5);
    await stage.act('dial', { page: 'temperature/1', steps: -10 });
    const warm = await room();
    await until('it cools', room, (value) => value < warm);
  });

  it('now-playing.json: shows the track, and the keys change it', async () => {
    await run('now-playing.json');
    await set('source/1/1', 1);
    await becomes('source/1/4', 'Half Light');
    await set('media/1/2', true);
    await stage.red.status(stage.idOf('now-playing.json', 'The player'), { text: 'The Dimmers: Half Light' });
    await set('media/1/5', 'next');
    await becomes('source/1/4', 'Clockwise');
  });

  it('ready.json: sends all values at the start and after a restart, and then lowers ready', async () => {
    await run('ready.json');
    const sent = async () =>
      !(await turn()).ready && (await stateOf('light/2/1'))?.value === 35 && (await stateOf('modes/1/1'))?.value === 2;
    await until('all is sent', sent);
    await stage.act('restart', {});
    await until('all is sent again', sent);
  });
});

describe('flows saved with 0.1.0 run unchanged: Twinkly', () => {
  const stage = new SavedStage('twinkly');
  const object = async (of: number) => (await stage.read()).vendors.twinkly.objects.find(({ id }) => id === of);
  const front = () => Promise.all(FRONT.map(object));

  it('sunset.json: goes from red to warm white on the whole front of the house', async () => {
    await stage.run('sunset.json');
    const colours = new Set<string>();
    await until('three colours', async () => {
      const now = new Set((await front()).map((one) => one?.colours[0]));
      if (now.size === 1) colours.add(String([...now]));
      return [...colours].filter((colour) => colour.startsWith('rgb(255 ')).length >= 3;
    });
  });

  it('slider.json: shows the last of 301 values, and sends far fewer', async () => {
    await stage.run('slider.json');
    await until('the last value', async () => (await object(48221))?.brightness === 65);
    const { length } = stage.shown('slider.json', 'What was sent');
    // How many depends on how long each takes.
    ok(length > 1 && length < 100, `${length} sent`);
  });

  it('alert.json: blinks, and leaves everything as it was', async () => {
    await stage.run('alert.json');
    const before = JSON.stringify(await front());
    const mode = async () => (await object(48213))?.mode;
    await until('red', async () => (await object(48213))?.colours[0] === 'rgb(255 0 0)');
    await until('dark', async () => (await mode()) === 'off');
    await until('all is as it was', async () => JSON.stringify(await front()) === before);
  });

  it('status-feed.json: tells what a dashboard wants', async () => {
    const file = 'status-feed.json';
    await stage.run(file);
    await until('all six', () => stage.shown(file, 'Feed').length === 6);
    await stage.act('turn', { id: 48230, on: false });
    const [, , , , , , change] = await until(
      'the change',
      () => stage.shown(file, 'Feed'),
      (all) => all.length > 6,
    );
    deepEqual(change?.payload, { name: 'Desk', online: true, on: false, mode: 'off', brightness: 80, color: '#feb45a', changed: ['mode'] });
  });
});

for (const vendor of ['sonata', 'thingsee', 'thingsquare', 'turn', 'twinkly'])
  describe(`flows saved with 0.1.0 run unchanged: all of ${vendor}`, () => {
    const stage = new SavedStage(vendor);

    it('run side by side, and all that listen are connected', async () => {
      const files = savedFilesOf(vendor);
      await stage.run(...files);
      for (const { id, type } of files.flatMap((file) => stage.load(file)))
        if (/-(events|sse|messages|poll)$/.test(String(type))) await stage.red.status(id, { fill: 'green' });
    });
  });

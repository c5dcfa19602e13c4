import { equal } from 'node:assert/strict';
import { until } from '../kit/within';
import { ExampleStage, load } from './example-flows';
import { press } from './simulated';

const FIRST = 'First steps.json';

describe('the examples for all vendors', () => {
  const stage = new ExampleStage('All vendors');
  const vendors = async () => (await stage.read()).vendors;

  it('First steps: each button shows the picture of its node on the first matrix', async () => {
    await stage.run(FIRST);
    for (const [button, node] of [
      ['Press me', 'A heart'],
      ['Press me too', 'Your picture'],
    ] as const) {
      stage.press(FIRST, button);
      const painted = load('All vendors', FIRST).find(({ name }) => name === node)?.parameters as
        | { pattern: { value: string } }
        | undefined;
      await until(
        `the picture of ${node}`,
        async () => (await vendors()).sonata.matrices[0]?.levels,
        (levels) => JSON.stringify(levels) === painted?.pattern.value,
      );
    }
    equal((await stage.read()).log.length, 2);
  });

  it('One dial for five vendors: strings, matrix and lamp follow the dial, and the Turn shows a sensor', async () => {
    await stage.run('One dial for five vendors.json');
    await until('the node listens to the dial', async () => (await vendors()).turn.streams === 1);
    const turned = { page: 'light/2', steps: 60 };
    // Until the node knows the beginning, a turn of the dial belongs to it.
    const { turn } = await vendors();
    const dial = async () => {
      await press(stage, 'turn', 'dial', turned);
      return vendors();
    };
    equal(turn.pages.find(({ id }) => id === 'light/2')?.channels[0]?.state.value, 0);
    const after = await until('all follow', dial, ({ turn, twinkly, sonata, thingsquare }) => {
      const value = turn.pages.find(({ id }) => id === 'light/2')?.channels[0]?.state.value;
      const lamp = thingsquare.devices.find(({ name }) => name === 'Lamp at the door');
      const level = lamp?.variables.find(({ name }) => name === 'level')?.value;
      const [matrix] = sonata.matrices.filter(({ device }) => device === 4);
      return (
        value === 100 &&
        twinkly.objects.find(({ id }) => id === 48213)?.brightness === 100 &&
        level === '100' &&
        matrix?.levels.filter((lit) => lit === 15).length === 96
      );
    });
    equal(after.turn.streams, 1);
    await until('the sensor', vendors, ({ turn }) => {
      const humidity = turn.pages.find(({ id }) => id === 'humidity/1')?.channels.find(({ id }) => id === 'humidity/1/2');
      return Number(humidity?.state.value) > 0;
    });
    // What a person sets is there at once: not after a poll, nor after a time for messages that come late.
    equal(load('All vendors', 'One dial for five vendors.json').find(({ name }) => name === 'Climate')?.grace, 0);
    const shownHumidity = ({ turn }: Awaited<ReturnType<typeof vendors>>) =>
      turn.pages.find(({ id }) => id === 'humidity/1')?.channels.find(({ id }) => id === 'humidity/1/2')?.state.value;
    await press(stage, 'thingsee', 'humidity', { tuid: 'TSEN03X2Z74162459', humidity: 66 });
    await until('the humidity', vendors, (now) => shownHumidity(now) === 66, 10_000);
    const followers = ['Wreath', 'As a picture', 'Lamp at the door'].map((name) => stage.idOf('One dial for five vendors.json', name));
    let followed = 0;
    stage.red.hooks.add('onReceive.kit', ({ destination }) => {
      if (followers.includes(destination.id)) followed++;
    });
    await press(stage, 'turn', 'restart', {});
    const living = async () => (await vendors()).turn.pages.find(({ id }) => id === 'light/2')?.channels[0]?.state.value;
    await until('the Turn has forgotten', living, (value) => value === 0);
    await until('it has its value again', living, (value) => value === 100);
    equal(followed, 0);
    await press(stage, 'turn', 'dial', { page: 'light/2', steps: -4 });
    await until('all follow again', () => followed === 3);
    stage.red.hooks.remove('onReceive.kit');
    await stage.shows('One dial for five vendors.json', 'What failed last, and where', /^\d\d:\d\d:\d\d The dial: UNREACHABLE$/);
  });

  it('Workers: a change goes from the follower over the broker to the worker', async () => {
    const file = 'Scaling - workers.json';
    await stage.run(file);
    await until('the follower listens to the Turn', async () => (await vendors()).turn.streams === 1);
    const shown = (name: string) => stage.red.statuses.findLast(({ id }) => id === stage.idOf(file, name))?.status;
    await until('both are connected', () => ['Publish', 'Take one'].every((name) => shown(name)?.fill === 'green'));
    await press(stage, 'turn', 'set', { channel: 'light/1/1', value: 35 });
    for (const name of ['Published', 'Handled']) await stage.shows(file, name, /^light\/1\/1, \d\d:\d\d:\d\d$/);
  });

  it('Shards: without a variable of the environment, everything is polled', async () => {
    const file = 'Scaling - shards.json';
    await stage.run(file);
    const told = new Set<string>();
    const strings = stage.idOf(file, 'Strings');
    stage.red.hooks.add('onReceive.kit', ({ msg, destination }) => {
      if (destination.id === strings) told.add(String(msg.topic));
    });
    const { twinkly } = await vendors();
    await until('all strings', () => told.size === twinkly.objects.length);
    stage.red.hooks.remove('onReceive.kit');
    await stage.shows(file, 'Things', /^TS/);
  });
});

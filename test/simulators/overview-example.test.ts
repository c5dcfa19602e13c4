import { deepEqual, equal } from 'node:assert/strict';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import { until } from '../kit/within';
import { complaints, deployExamples, load } from './example-flows';
import { press, read } from './simulated';

describe('the example with all five vendors', () => {
  let red: NodeRed;
  afterEach(() => red.stop());

  it('lets strings, matrix and lamp follow the dial, and shows a sensor on the Turn', async () => {
    red = await startNodeRed();
    const address = await deployExamples(red, load('ensemble', 'One dial for five vendors.json'));
    const vendors = async () => (await read(address)).vendors;
    await until('the node listens to the dial', async () => (await vendors().catch(() => undefined))?.turn.streams === 1);
    const turned = { page: 'light/2', steps: 60 };
    // Until the node knows the beginning, a turn of the dial belongs to it.
    const { turn } = await vendors();
    const dial = async () => {
      await press({ address }, 'turn', 'dial', turned);
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
    deepEqual(complaints(red), []);
  });
});

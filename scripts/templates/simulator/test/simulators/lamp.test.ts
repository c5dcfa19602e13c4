import { deepEqual, equal } from 'node:assert/strict';
import { call, press, simulated, snapshot } from './simulated';

describe('simulated lamp', () => {
  it('keeps what it is set to, and shows it', async () => {
    const simulator = await simulated();
    deepEqual((await call(simulator, 'PUT', '/devices/0/state', { level: 40 })).body, { level: 40 });
    equal(await press(simulator, 'lamp', 'set', { device: '1', level: 100 }), 204);
    const levels = (await snapshot(simulator)).vendors.lamp.devices.map(({ state }) => state.level);
    deepEqual(levels, [40, 100]);
    deepEqual((await call(simulator, 'GET', '/devices/1/state')).body, { level: 100 });
  });

  it('refuses what does not exist', async () => {
    const simulator = await simulated();
    for (const path of ['/devices/7/state', '/devices/0/other']) equal((await call(simulator, 'GET', path)).status, 404);
    equal((await call(simulator, 'PUT', '/devices/0/state', { level: 101 })).status, 400);
  });
});

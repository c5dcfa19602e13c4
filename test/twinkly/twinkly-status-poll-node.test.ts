import assert from 'node:assert/strict';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { simulated } from '../simulators/simulated';
import { LOGIN, pressTwinkly, twinklyState } from '../simulators/twinkly';
import { twinkly } from './vendor';

type Runtime = Record<string, unknown>;

describe('twinkly-status-poll in Node-RED', () => {
  const stage = new Stage(twinkly);

  it('tells the flow what happens to a string', async () => {
    const simulator = await simulated();
    const audit = await stage.open(
      { type: 'twinkly-status-poll', ids: '48211, 48212, 7', interval: '5' },
      { baseUrl: `${simulator.address}/twinkly`, credentials: LOGIN },
    );
    await until('the start', () => audit.outputs.length === 2 && audit.reports.length === 1);
    await audit.status({ fill: 'green', shape: 'dot' });
    const [first] = audit.outputs;
    const now = (first?.payload ?? {}) as Runtime;
    assert.deepEqual([first?.topic, now.mode], ['48211', 'effect']);
    assert.equal('configuration' in now, false);
    const { raw, ...event } = (first?.event ?? {}) as Runtime;
    assert.deepEqual(event, { vendor: 'twinkly', source: 'poll', type: 'object', initial: true, resumed: false, changed: [] });
    assert.deepEqual(raw, { runtime: now });
    assert.deepEqual([audit.reports[0]?.error.code, audit.reports[0]?.topic], ['NOT_FOUND', '7']);
    await pressTwinkly(simulator, 'turn', { id: 48212, on: false });
    await until('the change', () => audit.outputs[2]);
    const { topic, payload, event: live } = audit.outputs[2] ?? {};
    assert.deepEqual([topic, (payload as Runtime).mode], ['48212', 'off']);
    assert.deepEqual([(live as Runtime).changed, (live as Runtime).initial], [['mode'], false]);
    assert.equal((await twinklyState(simulator)).tokens, 1);
  });
});

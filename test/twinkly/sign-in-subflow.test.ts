import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RENEWAL } from '../../src/core/follow/renewals';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { probe } from '../kit/probe';
import { until } from '../kit/within';
import { simulated, snapshot } from '../simulators/simulated';
import { pressTwinkly } from '../simulators/twinkly';
import { oauthAccount, signIn } from './sign-in';

describe('an account in a subflow', () => {
  const { worked } = RENEWAL;
  let red: NodeRed;
  let shown: number;
  before(async () => {
    red = await startNodeRed({ adminAuth: true });
  });
  beforeEach(() => {
    shown = 0;
    probe.seen = () => void shown++;
  });
  afterEach(async () => {
    await red.stop();
    probe.seen = () => {};
    Object.assign(RENEWAL, { worked });
  });

  const kept = () => JSON.parse(readFileSync(join(red.userDir, 'ensemble-tokens.key'), 'utf8'));

  it('is signed in for all instances, stays so at each deploy, and is renewed once for all', async () => {
    Object.assign(RENEWAL, { worked: { first: 1, most: 1 } });
    const simulator = await simulated();
    const cloud = `${simulator.address}/twinkly`;
    await pressTwinkly(simulator, 'cloud', { tokenLife: 86_400, commandTime: 0, commands: 'succeed' });
    const flow: FlowNode[] = [
      { id: 'tab', type: 'tab' },
      { id: 'sub', type: 'subflow', name: 'lights', in: [{ wires: [{ id: 'query' }] }], out: [{ wires: [{ id: 'query', port: 0 }] }] },
      oauthAccount(cloud, { z: 'sub' }),
      { id: 'query', z: 'sub', type: 'twinkly-query', connection: 'account', operation: 'list-objects', wires: [[]] },
      { id: 'one', z: 'tab', type: 'subflow:sub', wires: [['probe']] },
      { id: 'two', z: 'tab', type: 'subflow:sub', wires: [['probe']] },
      { id: 'probe', z: 'tab', type: 'kit-probe', wires: [[]] },
    ];
    await red.deploy(flow);
    await signIn(red, cloud);
    assert.deepEqual(Object.keys(kept()), ['account']);
    const ask = async () => {
      const before = shown;
      for (const id of ['one', 'two']) red.inject(id, {});
      await until('both responses', () => shown === before + 2, Boolean, 10_000);
    };
    await ask();
    for (const type of ['full', 'nodes', 'flows'] as const) {
      await red.deploy(
        flow.map((node) => (node.id === 'query' ? { ...node, name: type } : node)),
        type,
      );
      await ask();
    }
    const logins = async () => (await snapshot(simulator)).log.filter(({ path }) => path === '/twinkly/v2/auth/token').length;
    for (let times = 0; times < 3; times++) {
      const before = await logins();
      await pressTwinkly(simulator, 'expire', {});
      await ask();
      assert.equal(await logins(), before + 1);
    }
    // The other takes up what one has renewed, before the vendor has refused it anything.
    const refusals = async () => (await snapshot(simulator)).log.filter(({ status }) => status === 401).length;
    await pressTwinkly(simulator, 'expire', {});
    const responses = shown;
    red.inject('one', {});
    await until('the response', () => shown === responses + 1);
    const refused = await refusals();
    await ask();
    assert.equal(await refusals(), refused);
    await red.stop();
    assert.deepEqual(kept(), {});
  });
});

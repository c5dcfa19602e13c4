import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import { Audit } from './audit';
import { type NodeRed, startNodeRed } from './node-red';
import { until } from './within';

describe('kit: audit', () => {
  let red: NodeRed;
  before(async () => {
    red = await startNodeRed();
  });

  const open = (behaviour: string) => Audit.open(red, { id: 'node', type: 'kit-careless', behaviour });

  it('balances where every message ends once', async () => {
    const audit = await open('careful');
    const { ends, outputs, completed, caught } = await audit.run({ payload: 7 });
    deepEqual([ends, outputs.map(({ payload }) => payload), completed, caught], [['done'], [7], 1, []]);
    for (const type of ['nodes', 'flows', 'full'] as const) {
      await audit.deploy(type, { id: 'node', type: 'kit-careless', name: type });
      audit.send({ payload: type });
      await audit.settled();
    }
    deepEqual(
      audit.outputs.map(({ payload }) => payload),
      [7, 'nodes', 'flows', 'full'],
    );
    await audit.close();
  });

  it('tells errors by their code, and shows what the catch node saw', async () => {
    const audit = await open('refuses');
    const { ends, caught } = await audit.run({});
    deepEqual([ends, caught[0]?.error.code], [['REJECTED'], 'REJECTED']);
    await audit.close();
  });

  for (const [behaviour, complaint] of [
    ['done twice', /ended 2 times: done, done/],
    ['done and error', /ended 2 times: done, Error: after all not/],
  ] as const)
    it(`notices: ${behaviour}`, async () => {
      const audit = await open(behaviour);
      await audit.run({});
      await rejects(audit.close(), complaint);
    });

  for (const behaviour of ['never done', 'throws'])
    it(`notices: ${behaviour}`, async () => {
      const audit = await open(behaviour);
      const id = audit.send({});
      await rejects(audit.settled(50), /the end of every message; last seen: 1/);
      await rejects(audit.close(), new RegExp(`message ${id} never ended`));
    });

  for (const [behaviour, complaint] of [
    ['sends after close', /a closed instance sent a message/],
    ['status after close', /a closed instance called status.*late/],
    ['done after close', /ended after its node had closed/],
  ] as const)
    it(`notices: ${behaviour}`, async () => {
      const audit = await open(behaviour);
      audit.send({});
      await audit.deploy('nodes', { id: 'node', type: 'kit-careless', name: 'other' });
      await until('a complaint', () => audit.complaints.length);
      await rejects(audit.close(), complaint);
    });

  it('keeps nothing of the audit before', async () => {
    const audit = await open('careful');
    equal((await audit.run({ _msgid: 'a' })).id, 'a');
    match(audit.outcomes.size.toString(), /^1$/);
    await audit.close();
  });
});

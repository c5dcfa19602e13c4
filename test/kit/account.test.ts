import { deepEqual, equal, match, rejects } from 'node:assert/strict';
import { Account } from './account';
import { type NodeRed, startNodeRed } from './node-red';
import { until } from './within';

describe('kit: account', () => {
  let red: NodeRed;
  before(async () => {
    red = await startNodeRed();
  });

  const open = (behaviour: string) => Account.open(red, { id: 'node', type: 'kit-careless', behaviour });

  it('balances where every message ends once', async () => {
    const account = await open('careful');
    const { ends, outputs, completed, caught } = await account.run({ payload: 7 });
    deepEqual([ends, outputs.map(({ payload }) => payload), completed, caught], [['done'], [7], 1, []]);
    for (const type of ['nodes', 'flows', 'full'] as const) {
      await account.deploy(type, { id: 'node', type: 'kit-careless', name: type });
      account.send({ payload: type });
      await account.settled();
    }
    deepEqual(
      account.outputs.map(({ payload }) => payload),
      [7, 'nodes', 'flows', 'full'],
    );
    await account.close();
  });

  it('tells errors by their code, and shows what the catch node saw', async () => {
    const account = await open('refuses');
    const { ends, caught } = await account.run({});
    deepEqual([ends, caught[0]?.error.code], [['REJECTED'], 'REJECTED']);
    await account.close();
  });

  for (const [behaviour, complaint] of [
    ['done twice', /ended 2 times: done, done/],
    ['done and error', /ended 2 times: done, Error: after all not/],
  ] as const)
    it(`notices: ${behaviour}`, async () => {
      const account = await open(behaviour);
      await account.run({});
      await rejects(account.close(), complaint);
    });

  for (const behaviour of ['never done', 'throws'])
    it(`notices: ${behaviour}`, async () => {
      const account = await open(behaviour);
      const id = account.send({});
      await rejects(account.settled(50), /the end of every message; last seen: 1/);
      await rejects(account.close(), new RegExp(`message ${id} never ended`));
    });

  for (const [behaviour, complaint] of [
    ['sends after close', /a closed instance sent a message/],
    ['status after close', /a closed instance called status.*late/],
    ['done after close', /ended after its node had closed/],
  ] as const)
    it(`notices: ${behaviour}`, async () => {
      const account = await open(behaviour);
      account.send({});
      await account.deploy('nodes', { id: 'node', type: 'kit-careless', name: 'other' });
      await until('a complaint', () => account.complaints.length);
      await rejects(account.close(), complaint);
    });

  it('keeps nothing of the account before', async () => {
    const account = await open('careful');
    equal((await account.run({ _msgid: 'a' })).id, 'a');
    match(account.outcomes.size.toString(), /^1$/);
    await account.close();
  });
});

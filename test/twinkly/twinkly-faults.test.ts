import assert from 'node:assert/strict';
import { Audit } from '../kit/audit';
import { answer, FaultServer } from '../kit/fault-server';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import { num } from '../kit/typed-input';
import { well } from '../kit/vendor';
import { CREDENTIALS } from './flows';
import { TOKEN, twinkly } from './vendor';

const command = { id: num(7), timeout: num(1) };
describe('twinkly nodes in trouble', () => {
  let red: NodeRed;
  let vendor: FaultServer;
  let audit: Audit;

  before(async () => {
    red = await startNodeRed();
    vendor = await FaultServer.start();
    vendor.good = well(twinkly, answer({ status: 'success' }));
  });
  after(() => vendor.close());
  afterEach(async () => {
    await audit.close();
    await vendor.heal();
  });

  const open = async (node: string, operation: string, parameters: object, timeout = 10_000) => {
    audit = await Audit.open(red, { id: 'node', type: `twinkly-${node}`, connection: 'account', operation, parameters }, [
      twinkly.connection(vendor.url, { timeout }),
    ]);
  };

  it('keeps a time limit that is shorter than the cloud’s own, where the command has none', async () => {
    await open('command', 'turn-off', { id: command.id }, 300);
    vendor.always(() => {});
    vendor.next(vendor.good);
    const { ends, caught } = await audit.run({});
    assert.deepEqual(ends, ['TIMEOUT']);
    assert.match(caught[0]?.error.message ?? '', /within 300 ms/);
  });

  it('a success without a body is one', async () => {
    await open('command', 'turn-on', command);
    vendor.next(vendor.good, (response) => void response.writeHead(204).end());
    const { ends, outputs } = await audit.run({});
    assert.deepEqual([ends, outputs[0]?.payload, outputs[0]?.statusCode], [['done'], {}, 204]);
  });

  it('a token that the vendor repeats in its words is taken out of them', async () => {
    await open('command', 'turn-on', command);
    vendor.next(vendor.good, answer({ message: `bad token ${TOKEN} of ${CREDENTIALS.password}` }, 400));
    const { caught } = await audit.run({});
    assert.match(caught[0]?.error.message ?? '', /bad token \*\*\* of \*\*\*$/);
  });
});

import assert from 'node:assert/strict';
import { Audit } from '../kit/audit';
import { answer, FaultServer } from '../kit/fault-server';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import { num } from '../kit/typed-input';
import { sonata } from './vendor';

describe('sonata-pattern in trouble', () => {
  let red: NodeRed;
  let vendor: FaultServer;
  let audit: Audit;

  before(async () => {
    red = await startNodeRed();
    vendor = await FaultServer.start();
  });
  after(() => vendor.close());
  afterEach(async () => {
    await audit.close();
    await vendor.heal();
  });

  const open = async (operation: string) => {
    const parameters = { deviceId: num(3) };
    const connection = sonata.connection(vendor.url, { timeout: 10_000 });
    audit = await Audit.open(red, { id: 'node', type: 'sonata-pattern', connection: connection.id, operation, parameters }, [connection]);
  };

  it('says again, in the vendor’s words, why it refused', async () => {
    await open('off');
    vendor.next(answer({ error: "Missing key: 'device_id'" }, 400));
    const { caught } = await audit.run({});
    const error = caught[0]?.error;
    assert.equal((error?.cause as Record<string, unknown> | undefined)?.vendorMessage, "Missing key: 'device_id'");
    assert.match(error?.message ?? '', /Missing key: 'device_id'/);
  });

  it('tries again where that is harmless, and says so', async () => {
    await open('off');
    vendor.next(answer({}, 503, { 'retry-after': '0' }), answer({}, 500));
    assert.deepEqual((await audit.run({})).ends, ['done']);
    assert.equal(vendor.requests.length, 3);
  });

  it('waits as long as Retry-After says, and shows it', async () => {
    await open('off');
    vendor.next(answer({}, 429, { 'retry-after': '1' }));
    const started = performance.now();
    const id = audit.send({});
    await audit.status({ fill: 'yellow', shape: 'ring', text: 'RATE_LIMITED: in 1 s' });
    await audit.settled();
    assert.deepEqual(audit.outcomes.get(id)?.ends, ['done']);
    assert.ok(performance.now() - started >= 1000);
  });
});

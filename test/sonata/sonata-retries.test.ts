import assert from 'node:assert/strict';
import { respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { num } from '../kit/typed-input';
import { sonata } from './vendor';

describe('sonata-pattern after a refusal', () => {
  const stage = new Stage(sonata);

  const open = async (operation: string) => {
    const parameters = { deviceId: num(3) };
    await stage.open({ type: 'sonata-pattern', operation, parameters }, { timeout: 10_000 });
  };

  it('says again, in the vendor’s words, why it refused', async () => {
    await open('off');
    stage.server.next(respond({ error: "Missing key: 'device_id'" }, 400));
    const { caught } = await stage.audit.run({});
    const error = caught[0]?.error;
    assert.equal((error?.cause as Record<string, unknown> | undefined)?.vendorMessage, "Missing key: 'device_id'");
    assert.match(error?.message ?? '', /Missing key: 'device_id'/);
  });

  it('tries again where that is harmless, and says so', async () => {
    await open('off');
    stage.server.next(respond({}, 503, { 'retry-after': '0' }), respond({}, 500));
    assert.deepEqual((await stage.audit.run({})).ends, ['done']);
    assert.equal(stage.server.requests.length, 3);
  });

  it('waits as long as Retry-After says, and shows it', async () => {
    await open('off');
    stage.server.next(respond({}, 429, { 'retry-after': '1' }));
    const started = performance.now();
    const id = stage.audit.send({});
    await stage.audit.status({ fill: 'yellow', shape: 'ring', text: 'RATE_LIMITED: in 1 s' });
    await stage.audit.settled();
    assert.deepEqual(stage.audit.outcomes.get(id)?.ends, ['done']);
    assert.ok(performance.now() - started >= 1000);
  });
});

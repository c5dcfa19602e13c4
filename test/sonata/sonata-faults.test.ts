import assert from 'node:assert/strict';
import { Audit } from '../kit/audit';
import { answer, FaultServer } from '../kit/fault-server';
import { faultTable, type Row } from '../kit/fault-table';
import { type NodeRed, startNodeRed } from '../kit/node-red';

const SECRET = 'mqtt-secret-7f3a';
const parameters = { deviceId: { type: 'num', value: '3' }, pattern: { type: 'msg', value: 'payload' } };
const payload = Array(100).fill(1) as number[];

const gateway = (vendor: FaultServer, timeout = 10_000) => ({
  type: 'sonata-gateway',
  baseUrl: vendor.url,
  installationId: 7,
  timeout,
  credentials: { mqttUsername: SECRET, mqttPassword: SECRET },
});

describe('sonata-pattern under every fault', () => {
  const rows = ['set-pattern', 'toggle', 'off'].map(
    (operation): Row => ({
      title: operation,
      node: { type: 'sonata-pattern', operation, parameters },
      msg: { payload },
      connection: gateway,
      check: ({ fault: { end, statusCode }, vendor, ends, outputs, cause }) => {
        assert.deepEqual(ends, [end]);
        assert.equal(outputs.length, end === 'done' ? 1 : 0);
        if (operation === 'toggle') assert.ok(vendor.requests.length <= 1, 'a toggle that may have arrived is not sent again');
        if (end === 'done') return;
        assert.deepEqual([cause?.vendor, cause?.operation, cause?.target], ['sonata', operation, '7/3']);
        if (statusCode !== undefined) assert.equal(cause?.statusCode, statusCode);
        assert.equal(cause?.retryable, ['RATE_LIMITED', 'VENDOR_ERROR', 'UNREACHABLE', 'TIMEOUT'].includes(end));
      },
    }),
  );
  faultTable(startNodeRed, [SECRET], rows);
});

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
    audit = await Audit.open(red, { id: 'node', type: 'sonata-pattern', connection: 'gateway', operation, parameters }, [
      { id: 'gateway', ...gateway(vendor) },
    ]);
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

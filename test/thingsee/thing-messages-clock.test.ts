import assert from 'node:assert/strict';
import '../kit/once';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { MessageCloud } from './message-cloud';
import { thingsee } from './vendor';

const A = 'TSEN03X2Z74162459';
const HOUR = 3_600_000;
const realNow = Date.now;
/** Unix seconds. */
const now = () => Math.floor(realNow() / 1000);

describe('thing-messages under a clock that is wrong', () => {
  const stage = new Stage(thingsee);
  let cloud: MessageCloud;
  let count: number;
  beforeEach(async () => {
    cloud = await MessageCloud.start();
    count = 0;
  });
  afterEach(async () => {
    Date.now = realNow;
    await cloud.close();
  });

  /** This machine's clock, which the vendor's clock does not follow. */
  const setClock = (ms: number) => {
    Date.now = () => realNow() + ms;
  };
  const open = async () => {
    await stage.open({ id: 'feed', type: 'thing-messages', interval: '1', grace: '0', things: A }, { baseUrl: cloud.url });
    await stage.audit.status({ fill: 'green', shape: 'dot', text: 'connected' });
  };
  const send = (ago = 0) => cloud.add({ tsmId: 12100, tsmTs: now() + cloud.ahead / 1000 - ago, tsmTuid: A, number: ++count }, 0);
  const warnedOnce = () => {
    const warnings = stage.red.logs.filter(({ level, id }) => level === 'warn' && id === 'feed');
    assert.equal(warnings.length, 1);
    assert.match(warnings[0]?.text ?? '', /clock of the vendor or of this machine was ahead/);
  };
  const received = async (...numbers: number[]) => {
    await until(`${numbers.length} messages`, () => stage.audit.outputs.length >= numbers.length);
    assert.deepEqual(
      stage.audit.outputs.map(({ payload }) => (payload as { number: number }).number),
      numbers,
    );
  };
  const rounds = async (wanted: number) => {
    const before = cloud.asked.length;
    await until('more rounds', () => cloud.asked.length >= before + wanted);
  };

  for (const [name, ms] of [
    ['ahead', HOUR],
    ['behind', -HOUR],
  ] as const)
    it(`begins with the present by the vendor’s clock where this machine’s is ${name}, and goes on when it is set right`, async () => {
      send(1800);
      setClock(ms);
      await open();
      send();
      await received(2);
      setClock(0);
      await rounds(2);
      send();
      await received(2, 3);
      setClock(ms);
      await rounds(2);
      send();
      await received(2, 3, 4);
    });

  it('comes back when a clock is set right of which the vendor tells nothing, with what was sent since', async () => {
    cloud.tellsTime = false;
    await open();
    send();
    await received(1);
    setClock(HOUR);
    await rounds(2);
    // Whether it comes now or later: it comes, and once.
    send();
    await rounds(2);
    setClock(0);
    send();
    await received(1, 2, 3);
    await rounds(2);
    await received(1, 2, 3);
    warnedOnce();
  });

  it('comes back when the vendor’s clock was ahead and is set right, with all that was sent before and since, each once', async () => {
    cloud.ahead = 2 * HOUR;
    await open();
    send();
    await received(1);
    send();
    cloud.ahead = 0;
    send();
    await received(1, 2, 3);
    await rounds(2);
    send();
    await received(1, 2, 3, 4);
    warnedOnce();
    assert.deepEqual(
      stage.audit.outputs.map(({ event }) => (event as Record<string, unknown> | undefined)?.resumed),
      [false, true, true, false],
    );
  });

  it('comes back when the vendor’s clock is set right while the node is stopped', async () => {
    cloud.ahead = 2 * HOUR;
    await open();
    send();
    await received(1);
    cloud.trouble = () => ({ status: 503 });
    await stage.audit.status({ fill: 'yellow', shape: 'ring' });
    cloud.ahead = 0;
    send();
    await stage.audit.deploy('nodes', { id: 'feed', type: 'thing-messages', name: 'again' });
    cloud.trouble = () => undefined;
    await received(1, 2);
    await rounds(2);
    send();
    await received(1, 2, 3);
    warnedOnce();
  });

  for (const tellsTime of [true, false])
    it(`marks no more than the first message when this machine’s clock is set ahead, where the vendor tells ${tellsTime ? '' : 'no '}time`, async () => {
      cloud.tellsTime = tellsTime;
      await open();
      send();
      await received(1);
      setClock(HOUR / 90);
      await rounds(3);
      for (const number of [2, 3]) {
        send();
        await until('the message', () => stage.audit.outputs.length >= number);
        await rounds(2);
      }
      assert.equal((stage.audit.outputs[2]?.event as Record<string, unknown> | undefined)?.resumed, false);
    });

  it('comes back after a restart whose clock is right again', async () => {
    cloud.tellsTime = false;
    setClock(HOUR);
    await open();
    await rounds(2);
    setClock(0);
    await open();
    await rounds(1);
    send();
    await received(1);
  });
});

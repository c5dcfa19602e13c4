import { deepEqual } from 'node:assert/strict';
import { respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { msg } from '../kit/typed-input';
import { until } from '../kit/within';
import { sonata } from '../sonata/vendor';

/** Milliseconds: longer than the half second that each status lasts at least. */
const TIMEOUT = 1500;

describe('the statuses of an action node, all that were sent', () => {
  const stage = new Stage(sonata);
  const open = (more: object, operation = 'toggle') =>
    stage.open({ type: 'sonata-pattern', operation, parameters: { deviceId: msg('device') }, ...more }, { timeout: TIMEOUT });
  const shown = () => stage.red.statuses.filter(({ id }) => id === 'node').map(({ status }) => `${status.fill} ${status.text}`);
  /** Without the time. */
  const all = () => shown().map((text) => text.replace(/ \d\d:\d\d$/, ''));
  /** Before it, what was sent depends on how soon after the start the first message comes. */
  const from = (first: string) => all().slice(all().indexOf(first));
  const never = () => stage.server.always(() => {});
  const fault = 'red Toggle: TIMEOUT';

  it('all: the true number of messages that wait, and each outcome when it comes', async () => {
    await open({ delivery: 'all' });
    never();
    for (let sent = 0; sent < 4; sent++) stage.audit.send({ device: 1 });
    await stage.audit.settled();
    await until('the last outcome', () => all().filter((text) => text === fault).length === 4);
    deepEqual(from('blue Toggle +3'), [
      ...['blue Toggle +3', fault],
      ...['blue Toggle +2', fault, 'blue Toggle +1', fault, 'blue Toggle', fault],
    ]);
  });

  it('latest: never idle in the middle of work', async () => {
    await open({ delivery: 'latest' });
    never();
    for (let sent = 0; sent < 4; sent++) stage.audit.send({ device: 1 });
    await stage.audit.settled();
    await until('the last outcome', () => all().filter((text) => text === fault).length === 2);
    deepEqual(from('blue Toggle +1'), ['blue Toggle +1', fault, 'blue Toggle', fault]);
  });

  it('an older failure is not shown again at the end of another request', async () => {
    await open({ delivery: 'all' });
    stage.server.next(
      respond({}, 500),
      () => {},
      () => {},
    );
    await stage.run({ device: 1 });
    await until('the failure', () => all().at(-1) === 'red Toggle: VENDOR_ERROR');
    for (let sent = 0; sent < 2; sent++) stage.audit.send({ device: 1 });
    await stage.audit.settled();
    await until('the last outcome', () => all().filter((text) => text === fault).length === 2);
    deepEqual(from('blue Toggle +1'), ['blue Toggle +1', fault, 'blue Toggle', fault]);
  });

  it('BUSY is shown at once, and is not the outcome of the request under way', async () => {
    await open({ delivery: 'reject' });
    never();
    for (let sent = 0; sent < 2; sent++) stage.audit.send({ device: 1 });
    await stage.audit.settled();
    await until('the outcome', () => all().at(-1) === fault);
    deepEqual(from('blue Toggle BUSY'), ['blue Toggle BUSY', fault]);
  });

  it('a message that is kept is not shown as failed', async () => {
    await open({ delivery: 'all', keepFor: 60 });
    await stage.server.refuse();
    stage.audit.send({ device: 1 });
    await until('that it is kept', () => all().at(-1)?.startsWith('yellow') === true);
    await stage.server.heal();
    await stage.audit.settled();
    await until('the outcome', () => all().at(-1) === 'green Toggle');
    deepEqual(
      all().filter((text) => text.startsWith('red') || text === 'grey idle'),
      ['grey idle'],
    );
  });

  it('a failure that is not kept is shown before the next message', async () => {
    await open({ delivery: 'all', keepFor: 60 });
    never();
    for (let sent = 0; sent < 2; sent++) stage.audit.send({ device: 1 });
    await stage.audit.settled();
    await until('the last outcome', () => all().filter((text) => text === fault).length === 2);
    deepEqual(from('blue Toggle +1'), ['blue Toggle +1', fault, 'blue Toggle', fault]);
  });
});

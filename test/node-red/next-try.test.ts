import assert from 'node:assert/strict';
import { SECOND } from '../../src/vendors/thingsquare/thingsquare-events';
import { respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { backend } from '../thingsquare/backend';
import { thingsquare } from '../thingsquare/vendor';

describe('the status of an event node that polls', () => {
  const stage = new Stage(thingsquare);
  const { milliseconds } = SECOND;
  before(() => {
    SECOND.milliseconds = 1500;
  });
  after(() => {
    SECOND.milliseconds = milliseconds;
  });

  it('counts down to the next attempt, and says that it connects while that is under way', async () => {
    backend(stage.server, respond({}, 500));
    await stage.open({ type: 'thingsquare-events', interval: '1' });
    const texts = () => stage.red.statuses.filter(({ id }) => id === 'node').map(({ status }) => status.text ?? '');
    await until('a countdown', () => texts().some((text) => /^VENDOR_ERROR: in [123] s$/.test(text)));
    let hangs = false;
    stage.server.always(() => {
      hangs = true;
    });
    await until('the next try', () => hangs);
    await until('a status that says so', () => texts().at(-1) === 'connecting');
    backend(stage.server, respond({}));
    await stage.server.heal();
    await stage.red.status('node', { fill: 'green' });
    assert.ok(texts().length < 20, texts().join());
  });
});

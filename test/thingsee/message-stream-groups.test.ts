import { deepEqual, equal, ok } from 'node:assert/strict';
import { LOOK_UP } from '../../src/vendors/thingsee/followed-groups';
import { STREAM } from '../../src/vendors/thingsee/thing-stream';
import { until } from '../kit/within';
import type { MessageCloud } from './message-cloud';
import { A, B, C, eventOf, LIVE, now, numberOf } from './message-feed';
import type { StreamBroker } from './stream-broker';
import { CELLAR, HALL, StreamFeed, SUBSCRIBED } from './stream-feed';

describe('groups of thing-messages over MQTT', () => {
  const feed = new StreamFeed();
  const { stage, open, running, message, send, received, numbers } = feed;
  let cloud: MessageCloud;
  let broker: StreamBroker;
  beforeEach(() => {
    ({ cloud, broker } = feed);
  });

  it('brings what is new in a group, before the group is listed again', async () => {
    await running();
    cloud.groups.set(HALL, [A, B, C]);
    const number = send(C);
    await received(2);
    const more = send(C);
    await received(3);
    deepEqual(
      stage.audit.outputs.slice(1).map((output) => [output.topic, numberOf(output)]),
      [
        [C, number],
        [C, more],
      ],
    );
  });

  it('subscribes to all groups, and to new ones', async () => {
    await running({ groups: '*', interval: '1' });
    LOOK_UP.intervals = 0;
    cloud.groups.set(CELLAR, [C]);
    await until('a subscription', () => broker.subscriptions.includes(`cloudext/json/pr/fi/${CELLAR}/#`));
    LOOK_UP.intervals = 10;
    const number = send(C);
    await until('its message', () => numbers().includes(number));
  });

  it('follows single things by their groups, also when they move, and no others', async () => {
    await running({ groups: '', things: A, interval: '1' });
    deepEqual(broker.subscriptions, [`cloudext/json/pr/fi/${HALL}/#`]);
    send(B);
    cloud.groups.set(HALL, [B]);
    cloud.groups.set(CELLAR, [A]);
    LOOK_UP.intervals = 1;
    const moved = send(A);
    await until('its message', () => numbers().includes(moved));
    await until('its new group', () => broker.subscriptions.includes(`cloudext/json/pr/fi/${CELLAR}/#`));
    ok(stage.audit.outputs.every(({ topic }) => topic === A));
    equal(stage.audit.reports.length, 0);
  });

  it('polls things without a group', async () => {
    cloud.groups.clear();
    await open({ groups: '', things: A, interval: '1' });
    await stage.audit.status(LIVE);
    cloud.add(message(A));
    await received(1);
    equal(eventOf(stage.audit.outputs[0]).source, 'poll');
    deepEqual(broker.subscriptions, []);
  });

  it('takes what the address of the broker says, and nothing else', async () => {
    const path = `${broker.url}/cloudext/json/pr/fi/office/#`;
    await open({}, { mqttUrl: path });
    await stage.audit.status(SUBSCRIBED);
    const sent = message(A, 0, { deploymentGroupId: 'office' });
    broker.publish(sent, `cloudext/json/pr/fi/office/${A}/12100`);
    await received(1);
    deepEqual(broker.subscriptions, ['cloudext/json/pr/fi/office/#']);
  });

  it('polls a thing that has moved to where the path of the address does not lead, says so, and does not report its messages as missing', async () => {
    STREAM.patience = 500;
    await open({ groups: '', things: `${A},${B}`, interval: '1' }, { mqttUrl: `${broker.url}/cloudext/json/pr/fi/${HALL}/#` });
    await stage.audit.status(SUBSCRIBED);
    send(A);
    await stage.audit.status(LIVE);
    const began = now();
    LOOK_UP.intervals = 1;
    cloud.groups.set(HALL, [A]);
    cloud.groups.set(CELLAR, [B]);
    await until('the subscription is older', () => now() > began + 7, Boolean, 20_000);
    send(B);
    await received(2);
    await until('a warning', () => stage.red.logs.some(({ text }) => text.includes(`${B} is in the group ${CELLAR}`)));
    const asked = cloud.asked.length;
    await until('it is polled on', () => cloud.asked.slice(asked).filter(({ tuid }) => tuid === B).length >= 2);
    equal(eventOf(stage.audit.outputs[1]).source, 'poll');
    equal(stage.audit.reports.length, 0);
    cloud.groups.set(HALL, [A, B]);
    send(B);
    await received(3);
    const last = send(B);
    await until('its message', () => numbers().includes(last));
    await until('by the stream', () => {
      send(B);
      return stage.audit.outputs.some((output) => output.topic === B && eventOf(output).source === 'mqtt');
    });
    deepEqual([new Set(numbers()).size, stage.audit.reports.length], [numbers().length, 0]);
  });
});

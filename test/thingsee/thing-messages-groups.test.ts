import assert from 'node:assert/strict';
import { LOOK_UP } from '../../src/vendors/thingsee/followed-groups';
import { until } from '../kit/within';
import type { MessageCloud } from './message-cloud';
import { A, aSecond, B, C, eventOf, MessageFeed, numberOf, targetOf } from './message-feed';

const byNumber = (one: readonly unknown[], other: readonly unknown[]) => Number(one[1]) - Number(other[1]);

describe('thing-messages of groups', () => {
  const feed = new MessageFeed();
  const { stage, open, running, send, received, round } = feed;
  let cloud: MessageCloud;
  beforeEach(() => {
    cloud = feed.cloud;
  });

  it('takes the things of groups, and of those that are named', async () => {
    cloud.groups.set('hall', [A]);
    await running({ groups: 'hall', things: `${B}, ${A}` });
    for (const tuid of [A, B]) send(tuid);
    await received(2);
    assert.deepEqual(stage.audit.outputs.map(({ topic }) => topic).sort(), [A, B]);
  });

  it('finds things that join a group, and what they have sent since', async () => {
    cloud.groups.set('hall', [A]);
    await running({ groups: 'hall' });
    await aSecond();
    send(C, 0, { deploymentGroupId: 'cellar' });
    cloud.groups.set('hall', [A, C]);
    const joined = send(C, 0, { deploymentGroupId: 'hall' });
    await aSecond();
    LOOK_UP.intervals = 0;
    await received(1);
    const live = send(C);
    await received(2);
    assert.deepEqual(
      stage.audit.outputs.map((output) => [output.topic, numberOf(output), eventOf(output).resumed]),
      [
        [C, joined, true],
        [C, live, false],
      ],
    );
  });

  it('finds things that have joined a group between two lookups, after a deploy too', async () => {
    cloud.groups.set('hall', [A]);
    await running({ groups: 'hall' });
    await aSecond();
    cloud.groups.set('hall', [A, C]);
    const joined = send(C);
    await aSecond();
    await stage.audit.deploy('nodes', { id: 'feed', type: 'thing-messages', name: 'again' });
    await received(1);
    assert.deepEqual([stage.audit.outputs.map(numberOf), eventOf(stage.audit.outputs[0]).resumed], [[joined], true]);
  });

  it('begins with its start, whenever a group is first listed', async () => {
    cloud.closed.add('hall');
    cloud.groups.set('hall', [A]);
    await open({ groups: 'hall' });
    await stage.audit.status({ fill: 'yellow', shape: 'ring' });
    send(A);
    await aSecond();
    let before = Number.POSITIVE_INFINITY;
    stage.red.node('feed').on('close', () => {
      before = cloud.lookUps;
    });
    await stage.audit.deploy('nodes', { id: 'feed', type: 'thing-messages', name: 'again' });
    await until('a look at the group', () => cloud.lookUps > before);
    cloud.closed.clear();
    await received(1, 30_000);
  });

  it('goes on with the things that it knows while a group cannot be listed', async () => {
    for (const [group, tuid] of [
      ['hall', A],
      ['cellar', B],
    ] as const)
      cloud.groups.set(group, [tuid]);
    await running({ groups: 'hall,cellar' });
    cloud.closed.add('hall');
    LOOK_UP.intervals = 0;
    const report = await stage.audit.report();
    assert.deepEqual([report.error.code, targetOf(report), report.topic], ['VENDOR_ERROR', 'hall', 'hall']);
    for (const tuid of [A, B]) send(tuid);
    await received(2);
    await stage.audit.status({ fill: 'green', shape: 'dot' });
    cloud.groups.set('hall', [A, C]);
    cloud.closed.clear();
    send(C);
    await received(3);
    assert.equal(stage.audit.reports.length, 1);
  });

  it('takes all groups, and new ones with what their things have sent since', async () => {
    cloud.groups.set('hall', [A]);
    await running({ groups: '*' });
    await aSecond();
    cloud.groups.set('cellar', [C]);
    const joined = send(C, 0, { deploymentGroupId: 'cellar' });
    await aSecond();
    LOOK_UP.intervals = 0;
    await received(1);
    const live = [send(A), send(C)];
    await received(3);
    assert.deepEqual(stage.audit.outputs.map((output) => [output.topic, numberOf(output), eventOf(output).resumed]).sort(byNumber), [
      [C, joined, true],
      [A, live[0], false],
      [C, live[1], false],
    ]);
    assert.deepEqual(stage.audit.reports, []);
  });

  it('takes what a new group has brought while the node was stopped, and forgets a group that is deleted', async () => {
    cloud.groups.set('hall', [A]);
    await running({ groups: '*' });
    await aSecond();
    cloud.groups.delete('hall');
    cloud.groups.set('cellar', [C]);
    const joined = send(C);
    await aSecond();
    await stage.audit.deploy('nodes', { id: 'feed', type: 'thing-messages', name: 'again' });
    await received(1);
    const asked = cloud.asked.length;
    send(A);
    await round();
    assert.deepEqual([stage.audit.outputs.map(numberOf), eventOf(stage.audit.outputs[0]).resumed], [[joined], true]);
    assert.ok(cloud.asked.slice(asked).every(({ tuid }) => tuid === C));
    assert.deepEqual(stage.audit.reports, []);
  });

  it('goes on with the groups that it knows while they cannot be listed, and tells of it once', async () => {
    cloud.groups.set('hall', [A]);
    await running({ groups: '*' });
    cloud.closed.add('*');
    LOOK_UP.intervals = 0;
    const report = await stage.audit.report();
    assert.deepEqual([report.error.code, targetOf(report), report.topic], ['VENDOR_ERROR', '*', '*']);
    send(A);
    await received(1);
    await stage.audit.status({ fill: 'green', shape: 'dot' });
    cloud.groups.set('cellar', [C]);
    cloud.closed.clear();
    await aSecond();
    send(C);
    await received(2);
    assert.equal(stage.audit.reports.length, 1);
  });

  it('shows that the only group is not there', async () => {
    await open({ groups: 'nobody' });
    await stage.audit.status({ fill: 'yellow', shape: 'ring' });
    const report = await stage.audit.report();
    assert.deepEqual([report.error.code, targetOf(report)], ['NOT_FOUND', 'nobody']);
  });

  it('tells once of a thing or a group that is not there, and goes on with the others', async () => {
    cloud.groups.set('hall', [B, A]);
    cloud.trouble = (tuid) => (tuid === B ? { status: 404 } : undefined);
    await running({ groups: 'hall,nobody' });
    send(A);
    await received(1);
    await round();
    assert.deepEqual(
      stage.audit.reports.map(({ error, topic }) => [error.code, topic]),
      [
        ['NOT_FOUND', 'nobody'],
        ['NOT_FOUND', B],
      ],
    );
    await stage.audit.status({ fill: 'green', shape: 'dot' });
  });

  it('keeps its place while a group cannot be read', async () => {
    cloud.groups.set('hall', [A]);
    await running({ groups: 'hall' });
    send(A);
    await received(1);
    cloud.groups.delete('hall');
    await stage.audit.deploy('nodes', { id: 'feed', type: 'thing-messages', name: 'again' });
    send(A);
    assert.equal(targetOf(await stage.audit.report()), 'hall');
    cloud.groups.set('hall', [A]);
    await received(2, 30_000);
    assert.deepEqual(stage.audit.outputs.map(numberOf), [1, 2]);
  });
});

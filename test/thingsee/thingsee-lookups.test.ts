import { deepEqual, equal, ok } from 'node:assert/strict';
import { respond } from '../kit/fault-server';
import '../kit/once';
import type { LookupItem } from '../../src/core/lookup-item';
import { Stage } from '../kit/stage';
import { asked, CLIENT, isLogin, respondWith } from './fake-cloud';
import { thingsee } from './vendor';

describe('what the panels of Thingsee offer', () => {
  const stage = new Stage(thingsee);

  const lookup = async (name: string, about: object = {}) => {
    const body = { values: { baseUrl: stage.server.url }, credentials: CLIENT, ...about };
    const response = await stage.red.admin(`/ensemble/lookup/thingsee-cloud/${name}`, { method: 'POST', body });
    return (await response.json()) as LookupItem[];
  };

  it('names things of a group with what is known of them, and asks for no more than a few at a time', async () => {
    const tuids = Array.from({ length: 60 }, (_, index) => `${index % 2 ? 'TSPR' : 'XXXX'}${index}`);
    let [open, most] = [0, 0];
    stage.server.good = (response, request) => {
      if (isLogin(request)) return respondWith({})(response, request);
      if (request.path.endsWith('/groups/hall/things')) return respond({ data: { group_id: 'hall', tuids } })(response, request);
      most = Math.max(most, ++open);
      response.on('close', () => open--);
      const known = request.path.endsWith('TSPR3') ? respond({}, 400) : respond({ data: { battery_level: 50, timestamp: 1586952604 } });
      setTimeout(() => known(response, request), 20);
    };
    const items = await lookup('things', { within: 'hall' });
    deepEqual(
      items.map(({ value }) => value),
      tuids,
    );
    const [time, battery] = [1586952604000, ['battery', { percent: 50 }]];
    deepEqual(items[1], { value: 'TSPR1', label: 'TSPR1', detail: 'PRESENCE', time, words: [battery] });
    deepEqual(items[0], { value: 'XXXX0', label: 'XXXX0', detail: '', time, words: [battery, 'preproduction'] });
    deepEqual([items[3]?.detail, items[59]?.detail], ['PRESENCE', 'PRESENCE']);
    equal(asked(stage.server).length, 51);
    ok(most <= 8, `${most} at a time`);
  });

  it('begins with the groups, and with the things that are chosen already', async () => {
    stage.server.good = (response, request) => {
      if (request.path === '/groups') return respond({ data: [{ group_id: 'hall', group_description: null }] })(response, request);
      if (request.path.endsWith('GONE')) return respond({ message: 'Not Found' }, 404)(response, request);
      return respondWith(isLogin(request) ? {} : { battery_level: null, timestamp: null })(response, request);
    };
    const items = await lookup('things', { parameters: { things: 'TSEN1, GONE' } });
    deepEqual(
      items.map(({ value, opens = false }) => [value, opens]),
      [
        ['TSEN1', false],
        ['hall', true],
        ['unassigned', true],
      ],
    );
    equal(items[0]?.detail, 'ENVIRONMENT');
  });

  it('offers all groups at once where messages are followed, and the things without one', async () => {
    stage.server.good = respondWith([{ group_id: 'hall', group_description: 'Hall' }]);
    deepEqual(await lookup('followedGroups', {}), [
      { value: '*', label: '*', words: ['all-groups'] },
      { value: 'hall', label: 'hall', detail: 'Hall' },
      { value: 'unassigned', label: 'unassigned' },
    ]);
  });

  it('says why there is nothing', async () => {
    stage.server.always(respond({ message: 'Unknown client' }, 401));
    const response = await stage.red.admin('/ensemble/lookup/thingsee-cloud/groups', {
      method: 'POST',
      body: { values: { baseUrl: stage.server.url }, credentials: CLIENT },
    });
    deepEqual([response.status, ((await response.json()) as { code: string }).code], [400, 'UNAUTHORIZED']);
  });
});

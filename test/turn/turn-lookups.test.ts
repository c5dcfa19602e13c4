import { deepEqual } from 'node:assert/strict';
import type { LookupItem } from '../../src/core/lookup-item';
import { respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { turn } from './vendor';

describe('what the panels of a Turn offer', () => {
  const stage = new Stage(turn);

  const lookup = async (name: string, config: object, status = 200, parameters: object = {}) => {
    stage.server.good = (response, request) => {
      if (request.path.endsWith('/config')) respond(config, status)(response, request);
      else respond([{ id: 'shade/1/1' }, { id: 'light/1/1' }])(response, request);
    };
    const values = { host: '127.0.0.1', port: new URL(stage.server.url).port, timeout: 5000 };
    const response = await stage.red.admin(`/ensemble/lookup/turn-device/${name}`, {
      method: 'POST',
      body: { values, credentials: {}, parameters },
    });
    return ((await response.json()) as LookupItem[]).map(({ value, label }) => [value, label]);
  };
  const channels = (config: object, status?: number) => lookup('channels', config, status);

  it('names the pages where the configuration does, and sorts by it', async () => {
    deepEqual(await channels({ pages: [{ id: 'light/1', name: 'Kitchen' }, { id: 'shade/1' }] }), [
      ['light/1/1', 'Kitchen'],
      ['shade/1/1', 'shade/1'],
    ]);
    deepEqual(await lookup('selectors', { pages: [{ id: 'light/1' }] }, 200, { stream: 'page' }), [['light/1', 'light/1']]);
  });

  for (const [config, status] of [
    [{ pages: null }, 200],
    [{}, 200],
    [{ error: 'no such path' }, 404],
  ] as const)
    it(`offers the channels although the configuration is ${JSON.stringify(config)}`, async () => {
      deepEqual(await channels(config, status), [
        ['shade/1/1', 'shade/1/1'],
        ['light/1/1', 'light/1/1'],
      ]);
    });
});

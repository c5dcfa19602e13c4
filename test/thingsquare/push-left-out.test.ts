import '../kit/once';
import { deepEqual, equal, ok } from 'node:assert/strict';
import { PUSH } from '../../src/vendors/thingsquare/push-feed';
import { respond } from '../kit/fault-server';
import { until } from '../kit/within';
import { says } from './backend';
import { kinds, PushStage, short } from './push-stage';

describe('the push of thingsquare-events where a listing leaves out what is there', () => {
  const stage = new PushStage();
  beforeEach(() => {
    stage.backend.a.two = { s: { x: { value: '0', time: 0 } } };
  });

  const follow = async (settings: Parameters<PushStage['follow']>[1] = {}) => {
    const node = await stage.follow(stage.client(), settings);
    await until('live', () => kinds(node).at(-1) === 'live');
    return node;
  };
  const changeUnheard = (): void => {
    stage.backend.cut();
    stage.backend.change('one');
  };

  for (const [what, listing] of [
    ['all devices', {}],
    ['one', { two: { s: { x: { value: '0', time: 0 } } } }],
  ] as const)
    for (const [who, settings, count] of [
      ['all', {}, 2],
      ['one variable', { device: 'one', kind: 's', variable: 'x' }, 1],
    ] as const)
      it(`tells a node that follows ${who} what was missed, although the listing has left out ${what}`, async () => {
        const node = await follow(settings);
        equal(node.events.length, count);
        stage.backend.listing = respond(listing);
        changeUnheard();
        await until('what was missed', () => node.events.length === count + 1);
        equal(short(node)[count], 'resumed one/s/x 1');
        // It is known to be there, so that what is pushed of it counts, and is told once.
        stage.backend.change('one');
        await until('a change', () => node.events.length === count + 2);
        stage.backend.listing = undefined;
        stage.backend.change('two');
        stage.backend.change('one');
        await until('the last change', () => short(node).some((one) => one.endsWith('one/s/x 4')));
        equal(new Set(short(node)).size, node.events.length);
        deepEqual(
          node.reports.map(({ code }) => code),
          ['UNREACHABLE'],
        );
      });

  it('lists again, soon, where the device cannot be read either', async () => {
    const node = await follow();
    const { backend } = stage;
    backend.listing = respond({});
    backend.alone = says('busy', 503, { 'retry-after': '0' });
    const before = backend.listings;
    changeUnheard();
    await until('more listings', () => backend.listings >= before + 3);
    equal(node.events.length, 2);
    backend.listing = undefined;
    await until('what was missed', () => node.events.length === 3);
    equal(short(node)[2], 'resumed one/s/x 1');
  });

  it('does not list again for ever', async () => {
    Object.assign(PUSH, { recheck: 1 });
    await follow();
    const { backend } = stage;
    backend.listing = respond({});
    backend.alone = respond({});
    changeUnheard();
    let [last, since] = [0, performance.now()];
    await until('no more listings', () => {
      if (backend.listings !== last) [last, since] = [backend.listings, performance.now()];
      return performance.now() - since > 1200;
    });
    ok(last >= 5 && last <= 13, `${last} listings`);
  });
});

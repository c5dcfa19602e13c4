import { deepEqual, equal } from 'node:assert/strict';
import { KnownDevices } from '../../src/vendors/thingsquare/known-devices';
import type { Listing } from '../../src/vendors/thingsquare/missing-devices';

const listing = (...ids: string[]) => Object.fromEntries(ids.map((id) => [id, {}]));

describe('the devices that thingsquare-events knows', () => {
  it('are those of the first listing, of which none was added', () => {
    const known = new KnownDevices(undefined, undefined);
    deepEqual(known.update(listing('a', 'b'), true), { added: [], resumed: new Set(), isFull: false });
    deepEqual(known.update(listing('a', 'b', 'c'), false), { added: ['c'], resumed: new Set(), isFull: false });
    deepEqual(known.all(), ['a', 'b', 'c']);
  });

  it('are those that were remembered, where the node watched them then', () => {
    const known = new KnownDevices(undefined, { device: undefined, devices: ['a'] });
    deepEqual(known.update(listing('a', 'b'), true).added, ['b']);
    const wider = new KnownDevices(undefined, { device: 'a', devices: ['a'] });
    deepEqual(wider.update(listing('a', 'b'), true).added, []);
    const narrower = new KnownDevices('b', { device: undefined, devices: ['a', 'b'] });
    deepEqual(narrower.update(listing('a'), true).added, []);
    deepEqual([...narrower.absent()], ['b']);
  });

  it('are missing until they are removed or come back, and after an interruption where they went then', () => {
    const known = new KnownDevices(undefined, undefined);
    known.update(listing('a', 'b', 'c'), true);
    known.update(listing('c'), true);
    deepEqual([...known.update(listing('b', 'c'), false).resumed], ['b']);
    deepEqual([...known.absent()], ['a']);
    equal(known.remove('a'), true);
    equal(known.remove('a'), undefined);
    known.update(listing('b'), false);
    equal(known.remove('c'), false);
    deepEqual([known.all(), [...known.absent()]], [['b'], []]);
  });

  it('are no more than can be remembered', () => {
    const known = new KnownDevices(undefined, undefined);
    const many = listing(...Array.from({ length: 100_005 }, (_, index) => String(index)));
    deepEqual(known.update(many, true), { added: [], resumed: new Set(), isFull: true });
    equal(known.all().length, 100_000);
    equal(known.update(listing('another'), false).isFull, true);
  });

  it('may have any name', () => {
    const known = new KnownDevices(undefined, undefined);
    known.update(listing(), true);
    const odd = JSON.parse('{"__proto__": {}, "constructor": {}, "": {}}') as Listing;
    deepEqual(known.update(odd, false).added, ['__proto__', 'constructor', '']);
    known.update(listing(), false);
    deepEqual([...known.absent()], ['__proto__', 'constructor', '']);
  });
});

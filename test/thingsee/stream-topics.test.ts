import { equal } from 'node:assert/strict';
import { filterOf, mayBring, pathOf, tuidOf } from '../../src/vendors/thingsee/stream-topics';

describe('topics of the Thingsee stream', () => {
  const filters: readonly [string | undefined, string | undefined, string | undefined][] = [
    [undefined, 'prfi00office', 'cloudext/json/pr/fi/prfi00office/#'],
    [undefined, 'rdse00x', 'cloudext/json/rd/se/rdse00x/#'],
    [undefined, 'office', 'cloudext/json/+/+/office/#'],
    [undefined, 'unassigned', undefined],
    [undefined, undefined, undefined],
    [undefined, 'a/b', undefined],
    [undefined, 'a+', undefined],
    [undefined, '#', undefined],
    ['cloudext/json/pr/fi/office', 'prfi00office', 'cloudext/json/pr/fi/office/#'],
    ['cloudext/json', undefined, 'cloudext/json/#'],
  ];
  for (const [path, group, filter] of filters)
    it(`of ${group ?? 'no group'}${path ? ` below ${path}` : ''}: ${filter ?? 'none'}`, () => equal(filterOf(path, group), filter));

  const paths: readonly [string, string | undefined][] = [
    ['mqtts://host:8883', undefined],
    ['mqtts://host:8883/', undefined],
    ['mqtt://live-data.haltian.com:1883/cloudext/json/pr/fi/office/#', 'cloudext/json/pr/fi/office'],
    ['mqtts://host/cloudext/json/+/+/b%C3%BCro/', 'cloudext/json/+/+/büro'],
  ];
  for (const [url, path] of paths) it(`below the address ${url}: ${path ?? 'any'}`, () => equal(pathOf(url), path));

  const brought: readonly [string, string, boolean][] = [
    ['cloudext/json/#', 'prfi00office', true],
    ['cloudext/json/pr/fi/#', 'prse00office', false],
    ['cloudext/json/pr/fi/#', 'office', true],
    ['cloudext/json/+/+/prfi00office/#', 'prfi00office', true],
    ['cloudext/json/pr/fi/prfi00office/#', 'prfi00hall', false],
    ['cloudext/json/#', 'unassigned', false],
    ['own/topics/#', 'prfi00office', true],
  ];
  for (const [filter, group, isBrought] of brought)
    it(`${filter} ${isBrought ? 'may bring' : 'does not bring'} ${group}`, () => equal(mayBring(filter, group), isBrought));

  it('name the thing', () => equal(tuidOf('cloudext/json/pr/fi/prfi00office/TSPR04EZU31901021/1110'), 'TSPR04EZU31901021'));
});

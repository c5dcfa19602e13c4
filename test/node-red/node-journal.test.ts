import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { journalOf } from '../../src/node-red/node-journal';
import type { Red, RuntimeNode } from '../../src/node-red/red';

describe('what nodes remember in this process', () => {
  it('goes with them, those of subflows too, and stays at a deploy', () => {
    const running = new Set(['one', 'two']);
    const events = new EventEmitter();
    const red = { events, nodes: { getNode: (id: string) => (running.has(id) ? { id } : null) } } as unknown as Red;
    const journal = (id: string) => journalOf(red, { id } as RuntimeNode);
    const [one, two] = [journal('one'), journal('two')];
    events.emit('flows:started', {});
    assert.deepEqual([journal('one') === one, journal('two') === two], [true, true]);
    running.delete('one');
    events.emit('flows:started', {});
    assert.deepEqual([journal('one') === one, journal('two') === two], [false, true]);
  });
});

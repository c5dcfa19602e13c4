import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { Connection } from '../../src/core/connection';
import { Recorder } from '../../src/core/diagnostics/recorder';
import { EnsembleError, NOT_IN_PANELS } from '../../src/core/errors';
import type { EventContext } from '../../src/core/follow/events';
import { addOwner, type ConnectionOwner } from '../../src/node-red/connection-owner';
import { type EventNodeModule, registerEventNode, START } from '../../src/node-red/event-node';
import type { NodeConfig, NodeStatus, Red, RuntimeNode } from '../../src/node-red/red';
import { until } from '../kit/within';

type Start = EventNodeModule<Connection>['start'];

declare module '../../src/node-red/clients' {
  interface Clients {
    config: Connection;
  }
}

/** An event node with a vendor that starts as told, in as much of a Node-RED as it needs. */
class TestedEventNode {
  readonly statuses: string[] = [];
  readonly errors: string[] = [];
  readonly sent: unknown[] = [];
  private readonly config = { type: 'config' } as RuntimeNode;
  private readonly node = Object.assign(new EventEmitter(), {
    id: 'node',
    context: () => ({
      get: (_key: string, callback: () => void) => callback(),
      set: (...[, , callback]: [string, unknown, () => void]) => callback(),
    }),
    status: ({ fill, text }: NodeStatus) => this.statuses.push(`${fill} ${text}`),
    error: ({ message }: Error) => this.errors.push(message),
    send: ({ payload }: { payload: unknown }) => this.sent.push(payload),
  });

  constructor(start: Start) {
    const owner = { get: () => ({ recorder: new Recorder() }), usedBy: () => () => {} };
    addOwner(this.config, owner as unknown as ConnectionOwner);
    const red = {
      nodes: {
        createNode: () => {},
        getNode: () => this.config,
        registerType: (_type: string, build: (this: unknown, config: NodeConfig) => void) =>
          build.call(this.node, { id: 'node', type: 'events', connection: 'config' }),
      },
      events: new EventEmitter(),
      _: (_key: string, { defaultValue }: { defaultValue: string }) => defaultValue,
    };
    registerEventNode(red as unknown as Red, { type: 'events', vendor: 'x', connection: 'config', load: () => ({ settings: {}, start }) });
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.node.emit('close', false, resolve));
  }
}

describe('an event node', () => {
  const { retry } = START;
  let stage: TestedEventNode;
  before(() => {
    START.retry = { first: 5, most: 20 };
  });
  after(() => {
    START.retry = retry;
  });
  afterEach(() => stage.close());

  it('starts again and again where that fails, with nothing left of earlier attempts, and reports it once', async () => {
    const ended: number[] = [];
    let tries = 0;
    stage = new TestedEventNode(async ({ scope, emit, state }: EventContext<unknown, unknown>) => {
      const own = ++tries;
      scope.defer(() => void ended.push(own));
      setTimeout(() => emit({ topic: '', payload: own, source: '', type: '', raw: undefined }), 50);
      if (own < 4) throw new EnsembleError('UNREACHABLE', 'not yet', NOT_IN_PANELS);
      state({ is: 'live' });
    });
    await until('it is live', () => stage.statuses.at(-1) === 'green connected');
    await until('an event', () => stage.sent.length > 0);
    assert.deepEqual([tries, ended, stage.errors, stage.sent], [4, [1, 2, 3], ['not yet'], [4]]);
  });

  it('is there by itself when what it lacked is there', async () => {
    let isThere = false;
    stage = new TestedEventNode(({ state }: EventContext<unknown, unknown>) => {
      if (!isThere) throw new EnsembleError('NOT_CONFIGURED', 'a file cannot be read', NOT_IN_PANELS);
      state({ is: 'live' });
    });
    await until('what it lacks', () => stage.statuses.at(-1) === 'grey not configured');
    isThere = true;
    await until('it is live', () => stage.statuses.at(-1) === 'green connected');
    assert.deepEqual(stage.errors, ['a file cannot be read']);
  });

  it('takes the next connection where its own was closed without it', async () => {
    let tries = 0;
    stage = new TestedEventNode(async ({ state }: EventContext<unknown, unknown>) => {
      state({ is: 'live' });
      if (++tries === 1) throw new EnsembleError('CANCELLED', 'closed', NOT_IN_PANELS);
    });
    await until('the next try', () => tries === 2);
    await until('it is live', () => stage.statuses.at(-1) === 'green connected');
  });

  it('tries nothing more when it is closed', async () => {
    let tries = 0;
    stage = new TestedEventNode(() => {
      tries++;
      throw new EnsembleError('UNREACHABLE', 'not yet', NOT_IN_PANELS);
    });
    await until('a few tries', () => tries === 3);
    await stage.close();
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.equal(tries, 3);
  });
});

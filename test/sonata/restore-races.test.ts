import { equal } from 'node:assert/strict';
import * as fc from 'fast-check';
import type { HttpRequest } from '../../src/core/http/request';
import { Scope } from '../../src/core/scope';
import { type MatrixIds, type MatrixRequest, offRequest, patternRequest } from '../../src/vendors/sonata/requests';
import { RESTORE, Restorer } from '../../src/vendors/sonata/restore';
import { ShownPatterns } from '../../src/vendors/sonata/shown-patterns';

const ids: MatrixIds = { installation_id: 7, device_id: 3 };
const of = (level: number) => Array<number>(100).fill(level);

type Deed = { readonly is: 'fill'; readonly level: number } | { readonly is: 'off' } | { readonly is: 'power cut' };

/** A server and its matrix: requests, responses and events arrive when the scheduler says so; events in order. */
class World {
  level = 0;
  /** What a person has asked for last, in the order in which the server got it. */
  wanted = 0;
  /** A person's request. */
  last: Promise<void> = Promise.resolve();
  readonly restorer: Restorer;
  private readonly shown = new ShownPatterns();
  events: Promise<unknown> = Promise.resolve();
  private readonly open: Promise<unknown>[] = [];

  constructor(
    private readonly scheduler: fc.Scheduler,
    scope: Scope,
    private readonly hasEvents: boolean,
  ) {
    this.restorer = new Restorer({
      scope,
      shown: this.shown,
      installationId: 7,
      patternKey: 'both',
      send: (request) => this.send(request as MatrixRequest, false),
      warn: () => {},
    });
  }

  do(deed: Deed): void {
    if (deed.is === 'power cut') {
      this.level = 0;
      this.tell(() => this.restorer.alive(ids));
      return;
    }
    const request = deed.is === 'off' ? offRequest(ids) : patternRequest(ids, of(deed.level), 'both');
    this.last = this.send(request, true);
    this.open.push(this.last);
  }

  /** Until nothing more happens. */
  async quiet(): Promise<void> {
    do {
      await this.scheduler.waitAll();
      await Promise.all(this.open);
      await new Promise((resolve) => setTimeout(resolve, 2));
    } while (this.restorer.busy > 0 || this.scheduler.count() > 0);
  }

  private async send(request: HttpRequest & MatrixRequest, isPersons: boolean): Promise<void> {
    const end = this.shown.sentTo(ids).begin(request.shows as number[] | 'dark');
    await this.scheduler.schedule(Promise.resolve(), 'request');
    const before = this.level;
    this.level = request.shows === 'dark' ? 0 : ((request.shows as number[])[1] ?? -1);
    if (isPersons) this.wanted = this.level;
    const { level } = this;
    if (this.hasEvents && level !== before) this.tell(() => this.shown.hear(ids, of(level), false));
    await this.scheduler.schedule(Promise.resolve(), 'response');
    end(true);
  }

  private tell(event: () => void): void {
    const before = this.events;
    this.events = this.scheduler.schedule(Promise.resolve(), 'event').then(async () => {
      await before;
      event();
    });
    this.open.push(this.events);
  }
}

describe('restoring a matrix, with requests, responses and events in any order', () => {
  const { spread } = RESTORE;
  before(() => {
    RESTORE.spread = 0;
  });
  after(() => {
    RESTORE.spread = spread;
  });

  const deeds = fc.array(
    fc.oneof(
      fc.record({ is: fc.constant('fill' as const), level: fc.integer({ min: 1, max: 15 }) }),
      fc.record({ is: fc.constant('off' as const) }),
      fc.record({ is: fc.constant('power cut' as const) }),
    ),
    { minLength: 1, maxLength: 6 },
  );

  for (const hasEvents of [true, false])
    it(`ends with what a person has asked for last${hasEvents ? '' : ', also where nothing is heard but alive'}`, async () => {
      await fc.assert(
        fc.asyncProperty(deeds, fc.scheduler(), async (all, scheduler) => {
          const scope = new Scope();
          const world = new World(scheduler, scope, hasEvents);
          try {
            for (const deed of all) {
              // One node's requests for one matrix wait for each other.
              await scheduler.waitFor(world.last);
              // A matrix takes seconds to start.
              if (deed.is === 'power cut') await scheduler.waitFor(world.events);
              world.do(deed);
              await scheduler.waitNext(1).catch(() => {});
            }
            await world.quiet();
            equal(world.level, world.wanted);
          } finally {
            await scope.end();
          }
        }),
        { numRuns: 150 },
      );
    }).timeout(60_000);
});

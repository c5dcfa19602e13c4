import { deepEqual, equal, ok, rejects } from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import * as fc from 'fast-check';
import { EnsembleError, type ErrorCode, NOT_IN_PANELS } from '../../src/core/errors';
import type { Outcome } from '../../src/core/operation';
import { Scope } from '../../src/core/scope';
import { type Entry, resultById } from '../../src/core/side-by-side';

/** A request that ends when it is told to. */
class Request implements Entry<Outcome> {
  readonly target: string;
  isRunning = false;
  runs = 0;
  private settle: (outcome: Outcome | EnsembleError) => void = () => {};

  constructor(readonly id: string) {
    this.target = `lamp/${id}`;
  }

  readonly run = (): Promise<Outcome> => {
    this.isRunning = true;
    this.runs++;
    return new Promise((resolve, reject) => {
      this.settle = (outcome) => {
        this.isRunning = false;
        if (outcome instanceof EnsembleError) reject(outcome);
        else resolve(outcome);
      };
    });
  };

  succeed(result: unknown = this.id, statusCode = 200, more: object = {}): void {
    this.settle({ result, statusCode, ...more });
  }

  fail(code: ErrorCode, statusCode?: number): void {
    this.settle(new EnsembleError(code, `${this.id} has failed`, NOT_IN_PANELS, statusCode === undefined ? {} : { statusCode }));
  }
}

describe('several requests of a message', () => {
  const told: string[] = [];
  let scope: Scope;
  const start = (requests: readonly Entry<Outcome>[], atOnce = 10) =>
    resultById('ids', requests, atOnce, {
      connection: { vendor: 'lamps' },
      operation: 'light',
      scope,
      progress: (text) => told.push(text),
    });
  const requests = (...ids: string[]) => ids.map((id) => new Request(id)) as [Request, Request, Request];
  /** Each is done as soon as it runs. */
  const done = (...ids: string[]) =>
    ids.map((id): Entry<Outcome> => ({ id, target: id, run: async () => ({ result: id, statusCode: 200 }) }));

  beforeEach(() => {
    scope = new Scope();
    told.length = 0;
  });

  it('give one result by id, also where one of them has failed', async () => {
    const [first, second, third] = requests('a', 'b', 'c');
    const outcome = start([first, second, third]);
    third.succeed('C', 201);
    await turn();
    second.fail('REJECTED', 409);
    first.succeed('A', 202);
    const cause = { vendor: 'lamps', operation: 'light', target: 'lamp/b', statusCode: 409, retryable: false };
    const error = { code: 'REJECTED', message: 'b has failed', cause };
    const { result, statusCode, failures } = await outcome;
    deepEqual([result, statusCode], [{ a: 'A', b: { error }, c: 'C' }, 202]);
    deepEqual(JSON.parse(JSON.stringify(result)), result);
    deepEqual([failures?.first.code, failures?.count, failures?.of], ['REJECTED', 1, 3]);
  });

  it('fail with the error of the first where all have failed', async () => {
    const [first, second] = requests('a', 'b');
    const outcome = start([first, second]);
    second.fail('NOT_FOUND', 404);
    await turn();
    first.fail('UNREACHABLE');
    await rejects(outcome, { code: 'UNREACHABLE', cause: { vendor: 'lamps', operation: 'light', target: 'lamp/a', retryable: true } });
  });

  it('are not confirmed where one of them is not', async () => {
    const [first, second] = requests('a', 'b');
    const outcome = start([first, second]);
    first.succeed('', 200, { unconfirmed: true });
    second.succeed();
    equal((await outcome).unconfirmed, true);
  });

  it('take any id for a name', async () => {
    const ids = ['__proto__', 'constructor', 'toString', '', '7'];
    const { result } = await start(done(...ids));
    deepEqual(Object.keys(result as object).sort(), [...ids].sort());
    equal(Object.getPrototypeOf(result), Object.prototype);
    deepEqual(Object.values(JSON.parse(JSON.stringify(result)) as object).sort(), [...ids].sort());
  });

  it('are made once for each id', async () => {
    const [first, other, again] = requests('a', 'b', 'a');
    const outcome = start([first, other, again]);
    first.succeed();
    other.succeed();
    deepEqual([(await outcome).result, again.runs], [{ a: 'a', b: 'b' }, 0]);
  });

  it('refuse an empty set, and name the parameter', () =>
    rejects(start([]), { code: 'INVALID_INPUT', message: 'ids must have at least one entry' }));

  it('tell how many are over, but not of a single one', async () => {
    await start(done('a'));
    deepEqual(told, []);
    await start(done('a', 'b', 'c'));
    deepEqual(told, ['1/3', '2/3', '3/3']);
  });

  it('end with their scope: what has not begun never does, and nothing runs any more', async () => {
    const [first, second, third] = requests('a', 'b', 'c');
    const outcome = start([first, second, third], 2);
    await turn();
    void scope.end();
    first.succeed();
    await turn();
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    outcome.then(over, over);
    await turn();
    equal(isOver, false);
    second.fail('CANCELLED');
    await rejects(outcome, { code: 'CANCELLED' });
    deepEqual([third.runs, second.isRunning], [0, false]);
  });

  it('end where the connection closes, although the node goes on', async () => {
    const [first, second] = requests('a', 'b');
    const outcome = start([first, second], 1);
    first.fail('CANCELLED');
    await rejects(outcome, { code: 'CANCELLED' });
    equal(second.runs, 0);
  });

  it('whatever comes in whatever order: each once, never more at a time, all results by their ids', async () => {
    const entries = fc.uniqueArray(fc.record({ id: fc.string(), fails: fc.boolean() }), {
      selector: ({ id }) => id,
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(entries, fc.integer({ min: 1, max: 5 }), fc.scheduler(), async (all, atOnce, scheduler) => {
        let running = 0;
        const ran: string[] = [];
        const outcome = start(
          all.map(({ id, fails }) => ({
            id,
            target: id,
            run: async () => {
              ok(++running <= atOnce);
              ran.push(id);
              await scheduler.schedule(Promise.resolve());
              running--;
              if (fails) throw new EnsembleError('REJECTED', id, NOT_IN_PANELS);
              return { result: id, statusCode: 200 };
            },
          })),
          atOnce,
        ).catch((error: unknown) => error);
        await scheduler.waitFor(outcome);
        const end = await outcome;
        deepEqual([running, [...ran].sort()], [0, all.map(({ id }) => id).sort()]);
        if (all.every(({ fails }) => fails)) {
          equal((end as EnsembleError).message, all[0]?.id);
          return;
        }
        const { result } = end as { result: Record<string, string | { error: { message: string } }> };
        const said = new Map(Object.entries(result).map(([id, one]) => [id, typeof one === 'string' ? false : one.error.message === id]));
        deepEqual(said, new Map(Object.keys(result).map((id) => [id, all.find((one) => one.id === id)?.fails])));
        equal(said.size, all.length);
      }),
    );
  });
});

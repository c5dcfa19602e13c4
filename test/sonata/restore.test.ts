import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { EnsembleError, NOT_IN_PANELS } from '../../src/core/errors';
import type { HttpRequest } from '../../src/core/http/request';
import { KEEPING } from '../../src/core/keeping';
import { Scope } from '../../src/core/scope';
import type { MatrixIds, MatrixRequest } from '../../src/vendors/sonata/requests';
import { RESTORE, Restorer } from '../../src/vendors/sonata/restore';
import { ShownPatterns } from '../../src/vendors/sonata/shown-patterns';
import { until } from '../kit/within';

const of = (level: number) => Array<number>(100).fill(level);
const ids: MatrixIds = { installation_id: 7, device_id: 3 };

/** A server that carries out what it is sent, when it is told to. */
class Server {
  /** Levels, in the order in which requests came. */
  readonly sent: number[] = [];
  readonly addressed: MatrixIds[] = [];
  error: EnsembleError | undefined;
  isSlow = false;
  private waiting: (() => void)[] = [];

  constructor(readonly shown: ShownPatterns) {}

  async send(request: HttpRequest): Promise<void> {
    const { matrix, shows } = request as MatrixRequest;
    const end = this.shown.sentTo(matrix).begin(shows as number[]);
    this.sent.push((shows as number[])[1] ?? -1);
    this.addressed.push(matrix);
    if (this.isSlow) await new Promise<void>((resolve) => this.waiting.push(resolve));
    const { error } = this;
    end(!error);
    if (error) throw error;
  }

  answer(): void {
    this.isSlow = false;
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

describe('restoring a matrix that has started', () => {
  const { spread } = RESTORE;
  const { rule } = KEEPING;
  let scope: Scope;
  let shown: ShownPatterns;
  let server: Server;
  let warnings: string[];
  before(() => {
    RESTORE.spread = 20;
    KEEPING.rule = { first: 5, most: 20 };
  });
  after(() => {
    RESTORE.spread = spread;
    KEEPING.rule = rule;
  });
  beforeEach(() => {
    scope = new Scope();
    shown = new ShownPatterns();
    server = new Server(shown);
    warnings = [];
  });
  afterEach(() => scope.end());

  const restorerOf = (installationId: number | undefined = 7) =>
    new Restorer({
      scope,
      shown,
      installationId,
      patternKey: 'both',
      send: (request) => server.send(request),
      warn: (text) => warnings.push(text),
    });
  const show = (level: number, matrix = ids) => shown.sentTo(matrix).begin(of(level))(true);
  const sent = (count: number) => until(`${count} requests`, () => server.sent.length >= count);
  const over = (restorer: Restorer) => until('the end', () => restorer.busy === 0);

  it('shows again what was shown last, once for all that is heard of one start', async () => {
    show(5);
    const restorer = restorerOf();
    for (let times = 0; times < 3; times++) restorer.alive(ids);
    await over(restorer);
    deepEqual(server.sent, [5]);
    restorer.alive(ids);
    await sent(2);
    deepEqual(server.sent, [5, 5]);
  });

  it('leaves a matrix dark that was switched off, and one of which nothing is known alone', async () => {
    show(5);
    shown.sentTo(ids).begin('dark')(true);
    const restorer = restorerOf();
    restorer.alive(ids);
    restorer.alive({ ...ids, device_id: 4 });
    await over(restorer);
    deepEqual(server.sent, []);
  });

  it('is not deterred by a matrix that tells that it is dark since its start', async () => {
    show(5);
    const restorer = restorerOf();
    restorer.alive(ids);
    shown.hear(ids, of(0), false);
    restorer.alive(ids);
    await over(restorer);
    deepEqual(server.sent, [5]);
    equal(shown.known(ids)?.now?.[1], 5);
  });

  it('leaves what somebody else has shown since the start', async () => {
    show(5);
    const restorer = restorerOf();
    restorer.alive(ids);
    shown.hear(ids, of(9), false);
    await over(restorer);
    deepEqual(server.sent, []);
  });

  it('leaves what a node has sent since the start, and repeats what was under way then', async () => {
    show(5);
    const other = { ...ids, device_id: 99 };
    const matrix = shown.sentTo(ids);
    const restorer = restorerOf();
    restorer.alive(ids);
    show(6);
    await over(restorer);
    deepEqual(server.sent, []);
    const end = matrix.begin(of(7));
    restorer.alive(ids);
    show(1, other);
    restorer.alive(other);
    await sent(1);
    end(true);
    await over(restorer);
    deepEqual(server.sent, [1, 7]);
  });

  it('ends with the newer pattern where a node sends one at the same time', async () => {
    show(5);
    server.isSlow = true;
    const restorer = restorerOf();
    restorer.alive(ids);
    await sent(1);
    const end = shown.sentTo(ids).begin(of(8));
    server.answer();
    end(true);
    await over(restorer);
    deepEqual(server.sent, [5, 8]);
  });

  it('ends with the newer pattern also where the matrix tells that the restored one came last', async () => {
    show(5);
    server.isSlow = true;
    const restorer = restorerOf();
    restorer.alive(ids);
    await sent(1);
    const end = shown.sentTo(ids).begin(of(8));
    for (const level of [8, 5]) shown.hear(ids, of(level), false);
    end(true);
    server.answer();
    await over(restorer);
    deepEqual(server.sent, [5, 8]);
  });

  it('tries again while the server cannot be reached, and shows nothing that a node has overtaken', async () => {
    show(5);
    server.error = new EnsembleError('UNREACHABLE', 'down', NOT_IN_PANELS);
    const restorer = restorerOf();
    restorer.alive(ids);
    await sent(3);
    server.error = undefined;
    await over(restorer);
    equal(shown.known(ids)?.accepted, shown.known(ids)?.begun);
    server.error = new EnsembleError('UNREACHABLE', 'down', NOT_IN_PANELS);
    restorer.alive(ids);
    const { length } = server.sent;
    await sent(length + 2);
    show(8);
    server.error = undefined;
    await over(restorer);
    equal(shown.known(ids)?.now?.[1], 8);
    ok(!server.sent.includes(8));
    deepEqual(warnings, []);
  });

  it('gives up what somebody switches off while the server cannot be reached', async () => {
    show(5);
    server.error = new EnsembleError('UNREACHABLE', 'down', NOT_IN_PANELS);
    const restorer = restorerOf();
    restorer.alive(ids);
    await sent(2);
    shown.hear(ids, of(0), false);
    await over(restorer);
    equal(shown.known(ids)?.now?.[1], 0);
    deepEqual(warnings, []);
  });

  it('tells where the server refuses it', async () => {
    show(5);
    server.error = new EnsembleError('REJECTED', 'no such matrix', NOT_IN_PANELS);
    restorerOf().alive(ids);
    await until('a warning', () => warnings.length > 0);
    match(String(warnings), /^restoreOnAlive: matrix 7\/3 did not get its pattern again: no such matrix$/);
    equal(server.sent.length, 1);
  });

  it('restores once more where a matrix starts again while it is being restored', async () => {
    show(5);
    server.isSlow = true;
    const restorer = restorerOf();
    restorer.alive(ids);
    await sent(1);
    restorer.alive(ids);
    server.answer();
    await over(restorer);
    deepEqual(server.sent, [5, 5]);
  });

  it('restores what a node has shown between two starts', async () => {
    show(5);
    const restorer = restorerOf();
    restorer.alive(ids);
    show(6);
    restorer.alive(ids);
    await over(restorer);
    deepEqual(server.sent, [6]);
  });

  it('sends nothing to matrices of other installations', async () => {
    const [foreign, own] = [
      { installation_id: 8, device_id: 3 },
      { installation_id: 9, device_id: 3 },
    ];
    show(5, foreign);
    const ours = restorerOf(7);
    ours.alive(foreign);
    equal(ours.busy, 0);
    // A gateway without an installation knows what is its own by what it has sent.
    shown.hear(own, of(4), false);
    const anywhere = new Restorer({
      scope,
      shown,
      installationId: undefined,
      patternKey: 'both',
      send: (request) => server.send(request),
      warn: () => {},
    });
    anywhere.alive(own);
    anywhere.alive(foreign);
    await over(anywhere);
    deepEqual(server.addressed, [foreign]);
  });

  it('ends with its gateway', async () => {
    show(5);
    restorerOf().alive(ids);
    await scope.end();
    await new Promise((resolve) => setTimeout(resolve, 40));
    deepEqual([server.sent, warnings], [[], []]);
  });
});

import assert from 'node:assert/strict';
import { EnsembleError } from '../../src/core/errors';
import { Login, type Pass } from '../../src/core/login';
import { Scope } from '../../src/core/scope';
import { until } from '../kit/within';

const unauthorized = () => new EnsembleError('UNAUTHORIZED', 'no');
const isUnauthorized = ({ code }: EnsembleError) => code === 'UNAUTHORIZED';

describe('a login', () => {
  let made: number;
  let pass: () => Promise<Pass<number>>;
  const create = (early = 0) =>
    new Login<number>({
      make: () => {
        made++;
        return pass();
      },
      early,
      isRefused: isUnauthorized,
    });
  const use = (login: Login<number>, run: (pass: number) => Promise<number>, scope = new Scope()) => login.use(scope, run, isUnauthorized);

  beforeEach(() => {
    made = 0;
    pass = async () => ({ value: made });
  });

  it('is made once for all who ask at the same time and after', async () => {
    const login = create();
    const all = await Promise.all(Array.from({ length: 100 }, () => use(login, async (value) => value)));
    assert.deepEqual([made, new Set(all)], [1, new Set([1])]);
    assert.equal(await use(login, async (value) => value), 1);
  });

  it('is made anew once when the vendor no longer takes it, for all who hear that', async () => {
    const login = create();
    const run = async (value: number) => {
      if (value === 1) throw unauthorized();
      return value;
    };
    const all = await Promise.all(Array.from({ length: 100 }, () => use(login, run)));
    assert.deepEqual([made, new Set(all)], [2, new Set([2])]);
  });

  it('passes a second refusal on', async () => {
    const login = create();
    await assert.rejects(
      use(login, () => Promise.reject(unauthorized())),
      { code: 'UNAUTHORIZED' },
    );
    assert.equal(made, 2);
  });

  it('is not made anew for each of many who are refused for another reason', async () => {
    const login = create();
    for (let tries = 0; tries < 10; tries++)
      await assert.rejects(
        use(login, () => Promise.reject(unauthorized())),
        { code: 'UNAUTHORIZED' },
      );
    assert.equal(made, 2);
    assert.equal(await use(login, async (value) => value), 2);
    login.end();
    await assert.rejects(
      use(login, () => Promise.reject(unauthorized())),
      { code: 'UNAUTHORIZED' },
    );
    assert.equal(made, 4);
  });

  it('is not tried again when the login itself was refused, but is after other trouble', async () => {
    const login = create();
    pass = () => Promise.reject(new EnsembleError('UNREACHABLE', 'down'));
    for (let tries = 0; tries < 2; tries++)
      await assert.rejects(
        use(login, async (value) => value),
        { code: 'UNREACHABLE' },
      );
    assert.equal(made, 2);
    pass = () => Promise.reject(unauthorized());
    for (let tries = 0; tries < 3; tries++)
      await assert.rejects(
        use(login, async (value) => value),
        { code: 'UNAUTHORIZED' },
      );
    assert.equal(made, 3);
  });

  it('is renewed before its end', async () => {
    const login = create(60_000);
    pass = async () => ({ value: made, lifetime: 60_005 });
    assert.equal(await use(login, async (value) => value), 1);
    await until(
      'a new pass',
      () => made,
      (count) => count === 2 || void use(login, async (value) => value) === null,
    );
    assert.equal(made, 2);
  });

  it('goes on for the others when one who waits for it ends', async () => {
    const login = create();
    let finish = () => {};
    pass = () => new Promise((resolve) => (finish = () => resolve({ value: 7 })));
    const leaving = new Scope();
    const left = use(login, async (value) => value, leaving);
    const stays = use(login, async (value) => value);
    await Promise.all([leaving.end(), assert.rejects(left, { code: 'CANCELLED' })]);
    finish();
    assert.deepEqual([await stays, made], [7, 1]);
  });
});

import assert from 'node:assert/strict';
import { EnsembleError, NOT_IN_PANELS } from '../../../src/core/errors';
import { type AccessToken, accountOf, LOGIN_PAUSES, Login } from '../../../src/core/follow/login';
import { Scope } from '../../../src/core/scope';

const error = (code: 'UNAUTHORIZED' | 'RATE_LIMITED' | 'UNREACHABLE', more: Partial<EnsembleError> = {}) =>
  Object.assign(new EnsembleError(code, 'no', NOT_IN_PANELS), more);
const get = (path: string) => ({ method: 'GET', path }) as const;
const DAY = 86_400;
const { now } = performance;

describe('a login', () => {
  let made: number;
  let makeToken: () => Promise<AccessToken<number>>;
  let login: Login<number>;
  /** Milliseconds. */
  let clock: number;
  const create = (early = 0, hasExpired?: () => boolean) =>
    new Login<number>({
      ...(hasExpired && { hasExpired }),
      make: () => {
        made++;
        return makeToken();
      },
      early,
    });
  const use = (run: (token: number) => Promise<number>, path = '/a', scope = new Scope()) => login.use(scope, get(path), run);
  const echo = async (value: number) => value;
  const ends = (path?: string, run = echo) =>
    use(run, path).then(
      () => 'done',
      ({ code }: EnsembleError) => code,
    );
  const unauthorized = error('UNAUTHORIZED');
  const refuse = () => Promise.reject(unauthorized);

  beforeEach(() => {
    made = 0;
    clock = 1_000_000;
    performance.now = () => clock;
    makeToken = async () => ({ value: made });
    login = create();
  });
  afterEach(() => {
    performance.now = now;
  });

  it('is made once for all who ask at the same time and after', async () => {
    const all = await Promise.all(Array.from({ length: 100 }, () => use(echo)));
    assert.deepEqual([made, new Set(all)], [1, new Set([1])]);
    assert.equal(await use(echo), 1);
  });

  it('is made anew once when the vendor no longer accepts it, for all requests that were refused', async () => {
    const run = async (value: number) => (value === 1 ? refuse() : value);
    const all = await Promise.all(Array.from({ length: 100 }, (_, index) => use(run, `/${index}`)));
    assert.deepEqual([made, new Set(all)], [2, new Set([2])]);
  });

  it('is renewed before its end', async () => {
    login = create(60_000);
    makeToken = async () => ({ value: made, lifetime: 900_000 });
    for (const [passed, expected] of [
      [0, 1],
      [839_000, 1],
      [841_000, 2],
    ] as const) {
      clock = 1_000_000 + passed;
      assert.equal(await use(echo), expected);
    }
  });

  it('goes on for the others when one who waits for it ends', async () => {
    let finish = () => {};
    makeToken = () => new Promise((resolve) => (finish = () => resolve({ value: 7 })));
    const leaving = new Scope();
    const left = use(echo, '/a', leaving);
    const stays = use(echo);
    await Promise.all([leaving.end(), assert.rejects(left, { code: 'CANCELLED' })]);
    finish();
    assert.deepEqual([await stays, made], [7, 1]);
  });

  it('that began before a person signed in does not count after it', async () => {
    const finish: (() => void)[] = [];
    makeToken = () =>
      new Promise((resolve, reject) =>
        finish.push(made === 1 ? () => reject(error('UNAUTHORIZED', { refused: true })) : () => resolve({ value: 2 })),
      );
    const first = ends();
    login.end();
    const second = use(echo);
    for (const one of finish) one();
    assert.deepEqual([await first, await second, await use(echo)], ['UNAUTHORIZED', 2, 2]);
  });

  describe('that the vendor refused', () => {
    const refused = () => Promise.reject(error('UNAUTHORIZED', { refused: true, retryAfter: 5 }));

    it('is asked again after a quarter of an hour, once for all', async () => {
      makeToken = refused;
      for (let second = 0; second < 900; second++, clock += 1000) assert.equal(await ends(), 'UNAUTHORIZED');
      assert.equal(made, 1);
      assert.deepEqual(await Promise.all([ends(), ends(), ends()]), Array(3).fill('UNAUTHORIZED'));
      assert.equal(made, 2);
      makeToken = async () => ({ value: 9 });
      clock += LOGIN_PAUSES.refused - 1;
      assert.equal(await ends(), 'UNAUTHORIZED');
      clock += 2;
      assert.deepEqual([await use(echo), made], [9, 3]);
    });

    for (const mends of ['retry', 'end'] as const)
      it(`is asked again at once after ${mends}()`, async () => {
        makeToken = refused;
        await ends();
        makeToken = async () => ({ value: 9 });
        login[mends]();
        assert.deepEqual([await use(echo), made], [9, 2]);
      });
  });

  describe('that failed without a refusal', () => {
    const unreachable = () => Promise.reject(error('UNREACHABLE'));

    it('is tried once for 50 messages, one after the other', async () => {
      makeToken = unreachable;
      for (let count = 0; count < 50; count++) assert.equal(await ends(), 'UNREACHABLE');
      assert.equal(made, 1);
    });

    it('is tried again with growing pauses of 45 s at most, of which the error tells', async () => {
      makeToken = unreachable;
      const tries: number[] = [];
      for (let second = 0; second < DAY; second += 5, clock += 5000) {
        const before = made;
        const failure = await use(echo).catch((thrown: EnsembleError) => thrown);
        if (made > before) tries.push(clock);
        else assert.ok(failure instanceof EnsembleError && failure.retryAfter && failure.retryAfter <= 45_000);
      }
      const pauses = tries.slice(1).map((time, index) => time - (tries[index] ?? 0));
      assert.ok(pauses[0] === 5000 && pauses.every((pause) => pause <= 45_000), String(pauses));
      assert.ok(made < 3000, String(made));
      makeToken = async () => ({ value: 9 });
      clock += 45_000;
      assert.equal(await use(echo), 9);
    });

    it('waits as long as the vendor asks', async () => {
      makeToken = () => Promise.reject(error('RATE_LIMITED', { retryAfter: 120_000 }));
      await ends();
      clock += 119_000;
      await ends();
      assert.equal(made, 1);
      clock += 2000;
      await ends();
      assert.equal(made, 2);
    });

    it('keeps the access token where only one request is refused', async () => {
      await ends('/good');
      makeToken = unreachable;
      assert.equal(await ends('/forbidden', refuse), 'UNREACHABLE');
      assert.equal(await ends('/good'), 'done');
    });
  });

  describe('and a request that is always refused', () => {
    /** The makeToken that the vendor takes; it knows no other. */
    let valid: number;
    const known = async (value: number) => (value === valid ? value : refuse());
    beforeEach(() => {
      valid = 1;
      makeToken = async () => {
        valid = made;
        return { value: made };
      };
    });

    it('fails with the reason, and causes two logins a day where other requests work', async () => {
      for (let second = 0; second < DAY; second++, clock += 1000) {
        if (second % 30 === 0) assert.equal(await ends('/good', known), 'done');
        assert.equal(await ends('/forbidden', refuse), 'UNAUTHORIZED');
      }
      assert.equal(made, 2);
    });

    it('causes few logins a day where other requests are rare and access tokens short-lived', async () => {
      makeToken = async () => ({ value: made, lifetime: 900_000 });
      for (let second = 0; second < DAY; second++, clock += 1000) {
        if (second % 600 === 0) assert.equal(await ends('/good'), 'done');
        assert.equal(await ends('/forbidden', refuse), 'UNAUTHORIZED');
      }
      assert.ok(made < 96 + 200, String(made));
    });

    it('is no reason to keep an access token that is no longer valid: the next is requested within the time that the trouble took', async () => {
      const names = ['/a', '/b', '/c'];
      for (const name of names) await ends(name);
      // Each makeToken that is given meanwhile is worth nothing, even afterwards.
      for (let second = 0; second < 180; second++, clock += 1000) for (const name of names) await ends(name, refuse);
      const worthless = made;
      let waited = 0;
      const fresh = async (value: number) => (value > worthless ? value : refuse());
      while ((await ends('/a', fresh)) !== 'done') {
        clock += 1000;
        waited++;
      }
      assert.ok(waited <= 180, `${waited} s`);
    });

    for (const [what, hasExpired, before] of [
      ['that worked before', undefined, true],
      ['although nothing ever worked, where the vendor says that it is not valid', () => true, false],
    ] as const)
      it(`does not keep an access token for longer than a minute that was not valid for an hour, ${what}`, async () => {
        login = create(0, hasExpired);
        if (before) await ends('/a');
        for (let second = 0; second < 3600; second++, clock += 1000) await ends('/a', refuse);
        const worthless = made;
        assert.ok(worthless < 150, String(worthless));
        const fresh = async (value: number) => (value > worthless ? value : refuse());
        let waited = 0;
        for (; (await ends('/a', fresh)) !== 'done'; waited++) clock += 1000;
        assert.ok(waited <= 60, `${waited} s`);
      });

    it('causes few logins a day where nothing else is asked, or a thousand are refused alike', async () => {
      for (let second = 0; second < DAY; second++, clock += 1000) assert.equal(await ends(`/${second % 1000}`, refuse), 'UNAUTHORIZED');
      assert.ok(made < 300, String(made));
    });

    it('does not delay the renewal of an access token that is lost', async () => {
      for (let second = 0; second < DAY; second++, clock += 1000) {
        await ends('/forbidden', refuse);
        // A request that went well before, and one that was never sent.
        if (second % 3600 === 100) {
          const before = made;
          valid = 0;
          assert.equal(await ends(second % 7200 === 100 ? '/good' : `/new/${second}`, known), 'done');
          assert.equal(made, before + 1);
        }
      }
      assert.ok(made < 200, String(made));
    });

    it('goes through at once when it is allowed', async () => {
      await ends('/forbidden', refuse);
      assert.equal(await ends('/forbidden', known), 'done');
      // Then it is like all others: a makeToken that is lost is renewed.
      valid = 0;
      assert.equal(await ends('/forbidden', known), 'done');
    });

    it('causes one login for a hundred at the same time', async () => {
      await ends('/good');
      await Promise.all(Array.from({ length: 100 }, (_, index) => ends(`/${index}`, refuse)));
      assert.equal(made, 2);
    });
  });

  it('that others end again and again is made with growing pauses', async () => {
    makeToken = async () => ({ value: made });
    for (let second = 0; second < 3600; second++, clock += 1000) {
      let isFirst = true;
      await ends('/a', async (value) => {
        if (!isFirst) return value;
        isFirst = false;
        return refuse();
      });
    }
    assert.ok(made < 150, String(made));
  });
});

describe('an account', () => {
  it('differs from others, and reveals nothing', () => {
    const account = accountOf('https://a', 'me', 'secret');
    assert.equal(account, accountOf('https://a', 'me', 'secret'));
    assert.notEqual(account, accountOf('https://a', 'mes', 'ecret'));
    assert.ok(!/secret/.test(account));
  });
});

import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import fs, { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf } from '../../src/node-red/identity';
import type { Red } from '../../src/node-red/red';
import { WRITING } from '../../src/node-red/secret-file';
import { tokenStoreOf } from '../../src/node-red/token-store';
import { until } from '../kit/within';

const TOKENS = 'ensemble-tokens.key';
const IDENTITY = 'ensemble-identity.key';

/** What may lie in the place of a file, without a hand that put it right. */
const ODD = {
  nothing: '',
  'a part of it': '{"other":{"accessTo',
  null: 'null',
  'a number': '7',
  'a list': '[1]',
  'an entry of nothing': '{"account":null}',
  'no JSON': '\0\0\0\0',
} as const;

describe('a file in the user directory', () => {
  const { retry } = WRITING;
  const { writeFileSync: write, openSync: open } = fs;
  let folder: string;
  let warnings: string[];
  let flows: Set<string>;
  let red: Red;

  before(() => {
    WRITING.retry = { first: 10, most: 20 };
  });
  after(() => {
    WRITING.retry = retry;
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'ensemble-files-'));
    warnings = [];
    flows = new Set(['account', 'other']);
    red = {
      settings: { userDir: folder },
      events: new EventEmitter(),
      log: { warn: (text: string) => warnings.push(text) },
      nodes: { eachNode: (tell: (config: { id: string }) => void) => [...flows].forEach((id) => void tell({ id })) },
    } as unknown as Red;
  });
  afterEach(() => {
    Object.assign(fs, { writeFileSync: write, openSync: open });
    rmSync(folder, { recursive: true, force: true });
  });

  const path = (name: string) => join(folder, name);
  const kept = () => JSON.parse(readFileSync(path(TOKENS), 'utf8'));
  const failing = (code: string) => () => {
    throw Object.assign(new Error(code), { code });
  };

  /** Who reads the tokens is told what to do, and so is the log. */
  const assertLost = () => {
    const message = `${TOKENS} in the user directory ${folder} is empty or damaged, and the sign-ins that it held are lost: sign in again, in the panel of the account`;
    for (let times = 0; times < 2; times++)
      assert.throws(() => tokenStoreOf(red, 'account').read(), { code: 'NOT_CONFIGURED', message, needsSignIn: true });
    assert.deepEqual(warnings, [message]);
  };

  for (const [what, content] of Object.entries(ODD))
    it(`that holds ${what} is told once, counts as none, and is replaced`, () => {
      writeFileSync(path(TOKENS), content);
      assertLost();
      tokenStoreOf(red, 'account').write({ accessToken: 'one' });
      assert.deepEqual([kept(), tokenStoreOf(red, 'account').read()], [{ account: { accessToken: 'one' } }, { accessToken: 'one' }]);
      writeFileSync(path(IDENTITY), content);
      identityOf(red, 'x');
      assert.equal(readFileSync(path(IDENTITY)).length, 32);
    });

  it('is read by its owner alone, whatever its mode was', () => {
    writeFileSync(path(TOKENS), '{"account":1}', { mode: 0o644 });
    assert.equal(tokenStoreOf(red, 'account').read(), 1);
    assert.equal(statSync(path(TOKENS)).mode & 0o777, 0o600);
    identityOf(red, 'x');
    assert.equal(statSync(path(IDENTITY)).mode & 0o777, 0o600);
  });

  it('may begin with a byte order mark', () => {
    writeFileSync(path(TOKENS), '\uFEFF{"account":1}');
    assert.equal(tokenStoreOf(red, 'account').read(), 1);
    assert.deepEqual(warnings, []);
  });

  it('replaces an empty directory at its path', () => {
    for (const name of [TOKENS, IDENTITY, `${TOKENS}.new`]) mkdirSync(path(name));
    assertLost();
    tokenStoreOf(red, 'account').write(1);
    assert.deepEqual(kept(), { account: 1 });
    identityOf(red, 'x');
    assert.equal(readFileSync(path(IDENTITY)).length, 32);
  });

  it('whose path is that of a directory with files says so, and works when that is removed', async () => {
    for (const name of [TOKENS, IDENTITY]) mkdirSync(join(path(name), 'something'), { recursive: true });
    for (const read of [() => tokenStoreOf(red, 'account').read(), () => identityOf(red, 'x')])
      assert.throws(read, (error: { code?: string; message?: string }) => {
        assert.equal(error.code, 'NOT_CONFIGURED');
        assert.match(
          String(error.message),
          /^ensemble-\w+\.key in the user directory \/.* cannot be read \(EISDIR\): there is a directory/,
        );
        return true;
      });
    tokenStoreOf(red, 'account').write(1);
    assert.equal(tokenStoreOf(red, 'account').read(), 1);
    assert.equal(warnings.length, 1);
    for (const name of [TOKENS, IDENTITY]) rmSync(path(name), { recursive: true });
    await until('it is written', () => existsSync(path(TOKENS)));
    assert.deepEqual(kept(), { account: 1 });
    identityOf(red, 'x');
    assert.equal(readFileSync(path(IDENTITY)).length, 32);
  });

  for (const [code, remedy] of [
    ['ENOSPC', 'make room on the disk'],
    ['EROFS', 'make the user directory writable'],
    ['EACCES', 'give the user who runs Node-RED the right to read and write it'],
    ['EIO', 'look after the disk'],
  ] as const)
    it(`that cannot be written (${code}) is kept in memory, told once, and written when it can be`, async () => {
      tokenStoreOf(red, 'other').write(0);
      const name = identityOf(red, 'x');
      Object.assign(fs, { writeFileSync: failing(code) });
      tokenStoreOf(red, 'account').write('first');
      tokenStoreOf(red, 'account').write('second');
      assert.equal(tokenStoreOf(red, 'account').read(), 'second');
      assert.deepEqual(kept(), { other: 0 });
      await new Promise((resolve) => setTimeout(resolve, 50));
      const text = `${TOKENS} in the user directory ${folder} cannot be written (${code}): ${remedy}. Until then it is kept in memory only`;
      assert.deepEqual(warnings, [text]);
      Object.assign(fs, { writeFileSync: write });
      await until('it is written', () => kept().account === 'second');
      assert.deepEqual(kept(), { other: 0, account: 'second' });
      assert.equal(identityOf(red, 'x'), name);
    });

  it('that cannot be read for a while costs others nothing that it holds', async () => {
    writeFileSync(path(TOKENS), '{"other":"theirs"}');
    Object.assign(fs, { openSync: failing('EACCES') });
    assert.throws(() => tokenStoreOf(red, 'other').read(), { code: 'NOT_CONFIGURED' });
    tokenStoreOf(red, 'account').write('ours');
    Object.assign(fs, { openSync: open });
    await until('it is written', () => kept().account === 'ours');
    assert.deepEqual(kept(), { other: 'theirs', account: 'ours' });
  });

  for (const [what, take] of Object.entries({
    emptied: () => writeFileSync(path(TOKENS), ''),
    'cut off': () => writeFileSync(path(TOKENS), '{"account":'),
    'robbed of an entry': () => writeFileSync(path(TOKENS), '{"account":null}'),
    deleted: () => rmSync(path(TOKENS)),
    'replaced by an empty directory': () => {
      rmSync(path(TOKENS));
      mkdirSync(path(TOKENS));
    },
  }))
    it(`that is ${what} while Node-RED runs is written anew from what the process holds`, () => {
      writeFileSync(path(TOKENS), '{"other":"theirs"}');
      tokenStoreOf(red, 'account').write('ours');
      const all = { other: 'theirs', account: 'ours' };
      for (const look of [
        () => tokenStoreOf(red, 'account').read(),
        () => red.events.emit('flows:stopped', {}),
        () => red.events.emit('flows:started', { diff: null }),
        () => tokenStoreOf(red, 'other').write('theirs'),
      ]) {
        take();
        look();
        assert.deepEqual(kept(), all);
      }
      take();
      assert.equal(tokenStoreOf(red, 'other').read(), 'theirs');
      assert.equal(tokenStoreOf(red, 'account').read(), 'ours');
      assert.deepEqual(warnings, []);
      take();
      flows.delete('account');
      red.events.emit('flows:started', { diff: { removed: ['account'] } });
      assert.deepEqual(kept(), { other: 'theirs' });
      take();
      assert.equal(tokenStoreOf(red, 'account').read(), undefined);
    });

  for (const [what, take] of Object.entries({
    deleted: () => rmSync(path(IDENTITY)),
    emptied: () => writeFileSync(path(IDENTITY), ''),
  }))
    it(`of the identity, ${what} while Node-RED runs, is written anew, at a deploy and at a stop`, () => {
      const name = identityOf(red, 'x');
      const key = readFileSync(path(IDENTITY));
      for (const look of [() => identityOf(red, 'y'), () => red.events.emit('flows:stopped', {})]) {
        take();
        look();
        assert.deepEqual(readFileSync(path(IDENTITY)), key);
        assert.equal(identityOf(red, 'x'), name);
      }
    });

  it('of the identity, replaced by that of another Node-RED, is left alone and counts from the next start on', () => {
    const name = identityOf(red, 'x');
    const theirs = Buffer.alloc(32, 1);
    writeFileSync(path(IDENTITY), theirs);
    assert.equal(identityOf(red, 'x'), name);
    red.events.emit('flows:stopped', {});
    assert.deepEqual(readFileSync(path(IDENTITY)), theirs);
  });

  it('that a full directory has replaced is told, and written as soon as that is gone', async () => {
    tokenStoreOf(red, 'account').write('ours');
    rmSync(path(TOKENS));
    mkdirSync(join(path(TOKENS), 'something'), { recursive: true });
    for (let times = 0; times < 2; times++) assert.equal(tokenStoreOf(red, 'account').read(), 'ours');
    const text = `${TOKENS} in the user directory ${folder} cannot be written (EISDIR): there is a directory of this name, move it away`;
    assert.deepEqual(warnings, [`${text}. Until then it is kept in memory only`]);
    rmSync(path(TOKENS), { recursive: true });
    await until('it is written', () => existsSync(path(TOKENS)));
    assert.deepEqual(kept(), { account: 'ours' });
  });

  it('is written once more at a shutdown', () => {
    WRITING.retry = { first: 60_000, most: 60_000 };
    Object.assign(fs, { writeFileSync: failing('ENOSPC') });
    tokenStoreOf(red, 'account').write(1);
    Object.assign(fs, { writeFileSync: write });
    red.events.emit('flows:stopped', {});
    assert.deepEqual(kept(), { account: 1 });
    WRITING.retry = { first: 10, most: 20 };
  });

  it('keeps tokens as long as their node is there, disabled or not', () => {
    for (const id of flows) tokenStoreOf(red, id).write(id);
    const deploy = (diff: unknown) => red.events.emit('flows:started', { diff });
    // Disabled, and another project.
    for (const diff of [{ removed: ['account', 'other'] }, null, undefined]) deploy(diff);
    assert.deepEqual(kept(), { account: 'account', other: 'other' });
    flows.delete('account');
    deploy({ removed: ['account', 'a node'] });
    assert.deepEqual(kept(), { other: 'other' });
  });

  it('is not needed where Node-RED has no user directory', () => {
    const embedded = { ...red, settings: {} } as unknown as Red;
    tokenStoreOf(embedded, 'account').write(1);
    assert.equal(tokenStoreOf(embedded, 'account').read(), 1);
    assert.equal(identityOf(embedded, 'x'), identityOf(embedded, 'x'));
  });
});

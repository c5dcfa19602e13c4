import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FlowNode } from '../kit/node-red';
import { debugNode, PlainNodeRed } from '../kit/plain';
import { until } from '../kit/within';
import { simulated } from '../simulators/simulated';
import { pressTwinkly } from '../simulators/twinkly';
import { RestlessTurn } from '../turn/restless-turn';
import { oauthAccount, SECRET, signInOn } from '../twinkly/sign-in';

const TOKENS = 'ensemble-tokens.key';
const IDENTITY = 'ensemble-identity.key';

describe('the user directory of a plain Node-RED', () => {
  let red: PlainNodeRed | undefined;
  let turn: RestlessTurn;
  before(async () => {
    turn = await RestlessTurn.start(1);
  });
  after(() => turn.close());
  afterEach(() => red?.remove());

  const deploy = (...flow: FlowNode[]) => {
    red?.statuses.clear();
    return (red as PlainNodeRed).deploy([...flow, { id: 'catch', type: 'catch', scope: null, wires: [['caught']] }, debugNode('caught')]);
  };

  const asking = (cloud: string): FlowNode[] => [
    oauthAccount(cloud),
    { id: 'inject', type: 'inject', repeat: '0.3', wires: [['query']] },
    { id: 'query', type: 'twinkly-query', connection: 'account', operation: 'list-objects', wires: [['shown']] },
    debugNode('shown'),
  ];

  const signIn = async (cloud: string) => {
    const { url } = red as PlainNodeRed;
    const { environment, baseUrl, authentication, clientId } = oauthAccount(cloud);
    const values = { environment, baseUrl, authentication, clientId };
    const callback = `${url}/ensemble/signed-in`;
    const response = await fetch(`${url}/ensemble/sign-in/twinkly-account`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ id: 'account', values, credentials: { clientSecret: SECRET }, callback }),
    });
    const { page } = (await response.json()) as { page: string };
    assert.equal((await fetch(await signInOn(page))).status, 200);
  };

  it('may hold a directory in place of a file: it is named, and when it is gone all works without a deploy', async () => {
    const userDir = mkdtempSync(join(tmpdir(), 'ensemble-plain-'));
    mkdirSync(join(userDir, IDENTITY, 'something'), { recursive: true });
    red = await PlainNodeRed.start({ userDir });
    await deploy(
      { id: 'turn', type: 'turn-device', host: '127.0.0.1', port: String(turn.port) },
      { id: 'dial', type: 'turn-sse', connection: 'turn', wires: [[]] },
    );
    await red.status('dial', { fill: 'grey', text: 'not configured' });
    const [caught] = await red.shows('caught');
    const error = caught?.error as { message: string; code: string } | undefined;
    assert.equal(error?.code, 'NOT_CONFIGURED');
    assert.match(error.message, /^ensemble-identity\.key in the user directory \/.* cannot be read \(EISDIR\): there is a directory/);
    rmSync(join(userDir, IDENTITY), { recursive: true });
    await red.status('dial', { fill: 'green' });
    assert.equal(readFileSync(join(userDir, IDENTITY)).length, 32);
    await red.stop();
    // A power cut, as a file system without a journal leaves it.
    writeFileSync(join(userDir, IDENTITY), '');
    red = await PlainNodeRed.start({ userDir });
    await red.status('dial', { fill: 'green' });
    assert.equal(readFileSync(join(userDir, IDENTITY)).length, 32);
  });

  it('may be full when a sign-in is renewed: the new tokens are used, and written when there is room', async () => {
    const simulator = await simulated();
    const cloud = `${simulator.address}/twinkly`;
    await pressTwinkly(simulator, 'cloud', { tokenLife: 86_400, commandTime: 0, commands: 'succeed' });
    red = await PlainNodeRed.start();
    const { userDir } = red;
    const kept = () => JSON.parse(readFileSync(join(userDir, TOKENS), 'utf8')).account;
    const flow = asking(cloud);
    await deploy(...flow);
    await signIn(cloud);
    await red.shows('shown');
    const first = kept();
    // Whatever is written there, there is no space left.
    symlinkSync('/dev/full', join(userDir, `${TOKENS}.new`));
    await pressTwinkly(simulator, 'expire', {});
    const before = red.shown.length;
    await until('it works with new tokens', () =>
      red?.output.includes(`${TOKENS} in the user directory ${userDir} cannot be written (ENOSPC)`),
    );
    await red.shows('shown', before + 2);
    await red.status('query', { fill: 'green' });
    assert.deepEqual(kept(), first);
    rmSync(join(userDir, `${TOKENS}.new`));
    await until('the new tokens are written', () => existsSync(join(userDir, TOKENS)) && kept().refreshToken !== first.refreshToken);
    await red.kill();
    red = await PlainNodeRed.start({ userDir });
    await pressTwinkly(simulator, 'expire', {});
    await red.shows('shown', 1);
    // Disabled and enabled again, it is still signed in.
    await deploy(...(flow.map((node) => (node.id === 'account' ? { ...node, credentials: undefined, d: true } : node)) as FlowNode[]));
    await red.status('query', { fill: 'grey' });
    await deploy(...flow);
    await red.status('query', { fill: 'green' });
  });

  it('may lose the tokens while Node-RED runs, which costs nothing; what is damaged at a start is told, and asks for a sign-in', async () => {
    const simulator = await simulated();
    const cloud = `${simulator.address}/twinkly`;
    await pressTwinkly(simulator, 'cloud', { tokenLife: 86_400, commandTime: 0, commands: 'succeed' });
    red = await PlainNodeRed.start();
    const { userDir } = red;
    const path = join(userDir, TOKENS);
    await deploy(...asking(cloud));
    await signIn(cloud);
    await red.shows('shown');
    rmSync(path);
    await pressTwinkly(simulator, 'expire', {});
    const before = red.shown.filter(({ id }) => id === 'shown').length;
    await until('the new tokens are written', () => existsSync(path));
    await red.shows('shown', before + 2);
    rmSync(path);
    mkdirSync(path);
    await red.stop();
    assert.ok(JSON.parse(readFileSync(path, 'utf8')).account.refreshToken);
    for (const content of ['', '{"account":{}}']) {
      writeFileSync(path, content);
      red = await PlainNodeRed.start({ userDir });
      const [caught] = await red.shows('caught');
      const { code = '', message = '' } = (caught?.error ?? {}) as { message?: string; code?: string };
      assert.deepEqual([content, code], [content, 'NOT_CONFIGURED']);
      assert.ok(message.startsWith(`${TOKENS} in the user directory ${userDir} is empty or damaged`), message);
      assert.equal(red.output.split(`[warn] ${message}`).length, 2);
      await signIn(cloud);
      await red.status('query', { fill: 'green' });
      await red.stop();
    }
  });
});

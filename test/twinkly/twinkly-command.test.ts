import assert from 'node:assert/strict';
import type { Simulator } from '../../src/simulators/simulator';
import { operationOf } from '../kit/described';
import { respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { bool, json, msg, num, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { simulated, snapshot } from '../simulators/simulated';
import { LOGIN, pressTwinkly, twinklyState } from '../simulators/twinkly';
import { twinkly } from './vendor';

const CLOUD = { tokenLife: 86_400, commandTime: 0, commands: 'succeed' };

describe('twinkly-command and twinkly-query at the simulated cloud', () => {
  const stage = new Stage(twinkly);
  let simulator: Simulator;

  beforeEach(async () => {
    simulator = await simulated();
    await pressTwinkly(simulator, 'cloud', CLOUD);
  });

  const open = (operation: string, parameters: object, node: object = {}, settings: object = {}) =>
    stage.open(
      { type: 'twinkly-command', operation, parameters, ...node },
      { baseUrl: `${simulator.address}/twinkly`, credentials: LOGIN, ...settings },
    );
  const query = (operation: string, parameters: Record<string, unknown>) => open(operation, parameters, { type: 'twinkly-query' });
  const shown = async (id: number) => (await twinklyState(simulator)).objects.find((object) => object.id === id);
  const spruce = { id: num(48221) };

  const operations: readonly [operation: string, parameters: Record<string, unknown>, mode: string, plays: string][] = [
    ['turn-on', {}, 'effect', 'Candle'],
    ['turn-off', {}, 'off', ''],
    ['set-mode', { mode: str('movie') }, 'movie', 'Fireworks'],
    ['play-effect', { effect: str('snow') }, 'effect', 'Snow'],
    ['set-color', { color: str('#102030') }, 'color', ''],
    ['play-playlist', { playlist: str('advent') }, 'playlist', 'Advent'],
    ['custom', { command: str('turnOff') }, 'off', ''],
  ];
  for (const [operation, parameters, mode, plays] of operations)
    it(`${operation} is seen on the string`, async () => {
      await open(operation, { ...spruce, ...parameters });
      const { ends, outputs } = await stage.run({ topic: 'kept' });
      assert.deepEqual(ends, ['done']);
      const { payload, statusCode, topic } = outputs[0] ?? {};
      assert.deepEqual([(payload as { status: string }).status, statusCode, topic], ['success', 200, 'kept']);
      const object = await shown(48221);
      assert.deepEqual([object?.mode, object?.plays], [mode, plays]);
      if (operation === 'set-color') assert.deepEqual(object?.colours, ['rgb(16 32 48)']);
      const { label = '' } = operationOf('twinkly', 'twinkly-command', operation) ?? {};
      await stage.audit.status({ fill: 'green', shape: 'dot', text: label });
    });

  it('reaches all objects of an installation', async () => {
    await open('turn-off', { target: str('installation'), id: num(701) });
    assert.deepEqual((await stage.run({})).ends, ['done']);
    for (const id of [48211, 48212, 48213]) assert.equal((await shown(id))?.mode, 'off');
  });

  it('reports an unconfirmed command as sent, and never as done', async () => {
    const saysSent = async (label: string) => {
      await stage.audit.status({ fill: 'green', shape: 'dot', text: `${label}: sent` });
      const green = stage.red.statuses.filter(({ id, status }) => id === 'node' && status?.fill === 'green');
      assert.ok(green.every(({ status }) => status.text?.includes(': sent ')));
    };
    await open('turn-off', { ...spruce, unreliable: bool(true) });
    const unreliable = await stage.run({});
    assert.deepEqual([unreliable.ends, unreliable.outputs[0]?.payload], [['done'], { status: 'sent' }]);
    await saysSent('Turn off');
    for (const [operation, label, parameters] of [
      ['turn-off', 'Turn off', { async: bool(true) }],
      ['custom', 'Other command', { command: str('installEffect'), params: json({ effect: 'hearts' }) }],
    ] as const) {
      await open(operation, { ...spruce, ...parameters });
      const { outputs } = await stage.run({});
      assert.deepEqual(Object.keys(outputs[0]?.payload as object), ['commandId']);
      await saysSent(label);
    }
  });

  it('follows a command to its end', async () => {
    await pressTwinkly(simulator, 'cloud', { ...CLOUD, commandTime: 1500 });
    await open('turn-off', { ...spruce, waitForCompletion: num(20) });
    const { ends, outputs } = await stage.run({});
    assert.deepEqual(ends, ['done']);
    const { status, progress, objectId } = (outputs[0]?.payload ?? {}) as Record<string, unknown>;
    assert.deepEqual([status, progress, objectId], ['success', 100, 48221]);
    assert.equal((await shown(48221))?.mode, 'off');
  });

  it('fails with a command that fails, whether it was waited for or not', async () => {
    await pressTwinkly(simulator, 'cloud', { ...CLOUD, commands: 'fail' });
    for (const parameters of [spruce, { ...spruce, waitForCompletion: num(20) }]) {
      await open('turn-off', parameters);
      const { ends, caught } = await stage.run({});
      assert.deepEqual(ends, ['COMMAND_FAILED']);
      assert.equal((caught[0]?.error.cause as { target: string } | undefined)?.target, 'object/48221');
    }
  });

  it('gives up on a command that takes too long, whether it was waited for or not', async () => {
    await pressTwinkly(simulator, 'cloud', { ...CLOUD, commandTime: 60_000 });
    for (const parameters of [
      { ...spruce, timeout: num(1) },
      { ...spruce, waitForCompletion: num(1) },
    ]) {
      await open('turn-off', parameters);
      assert.deepEqual((await stage.run({})).ends, ['TIMEOUT']);
    }
  });

  it('waits longer than the time limit of the account for a command that may take longer', async () => {
    await pressTwinkly(simulator, 'cloud', { ...CLOUD, commandTime: 4000 });
    await open('turn-off', { ...spruce, timeout: num(8) }, {}, { timeout: 3000 });
    assert.deepEqual((await stage.run({})).ends, ['done']);
  });

  it('passes on why the cloud refuses', async () => {
    await open('play-playlist', { id: num(48211), playlist: str('advent') });
    const { ends, caught } = await stage.run({});
    assert.deepEqual(ends, ['REJECTED']);
    assert.equal((caught[0]?.error.cause as { vendorMessage: string } | undefined)?.vendorMessage, 'this object has no playlists');
  });

  it('refuses to wait for a command without confirmation', async () => {
    await open('turn-on', { ...spruce, waitForCompletion: num(5), unreliable: bool(true) });
    assert.deepEqual((await stage.run({})).ends, ['INVALID_INPUT']);
  });

  for (const [color, message] of [
    ['red', /^color must be a colour as #rrggbb, \[r, g, b\], \{r, g, b\} or \{h, s, v\}, not "red"$/],
    [[1, 2], /^color must be a colour/],
    [{ r: 1, g: 2 }, /^color must be a colour/],
    [{ r: 1, g: 2, b: 256 }, /^color\.b must be a number from 0 to 255, not 256$/],
    [{ h: 361, s: 0, v: 0 }, /^color\.h must be a number from 0 to 360, not 361$/],
    [['1', '2', 'x'], /^color\[2\] must be a number/],
  ] as const)
    it(`refuses the colour ${JSON.stringify(color)}, and sends nothing`, async () => {
      await open('set-color', { ...spruce, color: msg('payload') });
      const { ends, error } = await stage.run({ payload: color });
      assert.deepEqual(ends, ['INVALID_INPUT']);
      assert.match((error as Error).message, message);
      assert.equal((await twinklyState(simulator)).tokens, 0);
    });

  it('lists all objects, over all pages', async () => {
    await query('list-objects', {});
    const { outputs } = await stage.run({});
    const objects = outputs[0]?.payload as { id: number; meta: string }[];
    assert.deepEqual(
      objects.map(({ id }) => id),
      [48211, 48212, 48213, 48221, 48222, 48230],
    );
  });

  it('tells the state of many, with errors in their place', async () => {
    await query('get-object-status', { ids: str('48211, 7') });
    const { payload } = (await stage.run({})).outputs[0] ?? {};
    const { 48211: eaves, 7: none } = payload as Record<string, { runtime?: { mode: string }; error?: string }>;
    assert.deepEqual([eaves?.runtime?.mode, none], ['effect', { error: 'not found, or not yours' }]);
  });

  it('tells the state of installations, and needs one of two ways to name them', async () => {
    await query('get-installation-status', {});
    assert.deepEqual((await stage.run({})).ends, ['INVALID_INPUT']);
    for (const parameters of [{ ids: str('701') }, { legacyObjectIds: str('48211') }]) {
      await query('get-installation-status', parameters);
      const [entry] = Object.values((await stage.run({})).outputs[0]?.payload as Record<string, { runtime: { online: boolean } }>);
      assert.equal(entry?.runtime.online, true);
    }
  });

  it('tells how far a command is, and what a device belongs to', async () => {
    await open('turn-off', { ...spruce, async: bool(true) });
    const { commandId } = ((await stage.run({})).outputs[0]?.payload ?? {}) as { commandId: string };
    await query('get-command-status', { ...spruce, commandId: str(commandId) });
    const status = await until(
      'the end',
      async () => (await stage.run({})).outputs[0]?.payload as { status: string },
      (now) => now.status !== 'running',
    );
    assert.equal(status.status, 'success');
    await query('get-device-configuration', { deviceId: str('D48221') });
    assert.deepEqual((await stage.run({})).outputs[0]?.payload, {
      deviceId: 'D48221',
      objects: [{ id: 48221, name: 'Spruce' }],
      installations: [{ id: 702, name: 'Garden' }],
    });
  });

  it('shows the last of 1,000 brightness messages a second, with one request in flight at a time', async () => {
    await fetch(`${simulator.address}/page/twinkly/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ latency: 100, errorRate: 0, retryAfter: 0 }),
    });
    await open('set-brightness', { ...spruce, brightness: msg('payload') }, { delivery: 'latest' });
    const last = 5_000;
    const started = performance.now();
    await new Promise<void>((resolve) => {
      let sent = 0;
      const timer = setInterval(() => {
        // Where the machine is behind, it must not send for ever: the responses want their turn.
        const due = Math.min(last, performance.now() - started, sent + 10);
        while (sent < due) stage.audit.send({ payload: ++sent === last ? 73 : sent % 70 });
        if (sent < last) return;
        clearInterval(timer);
        resolve();
      }, 5);
    });
    await stage.audit.settled();
    assert.equal((await shown(48221))?.brightness, 73);
    const requests = (await snapshot(simulator)).log.filter(({ path }) => path.endsWith('/command')).sort((a, b) => a.time - b.time);
    assert.ok(requests.length > 10, `${requests.length} requests`);
    // A request is entered when it is answered: none began before the one before it had ended.
    const overlaps = requests.filter(({ time }, index) => index > 0 && time < (requests[index - 1]?.time ?? 0) + 95);
    assert.deepEqual(overlaps, []);
    assert.deepEqual(
      [...stage.audit.outcomes.values()].filter(({ ends }) => ends.length !== 1 || ends[0] !== 'done'),
      [],
    );
  });
});

describe('twinkly-query, page by page', () => {
  const stage = new Stage(twinkly);

  const list = async (...pages: object[]) => {
    await stage.open({ type: 'twinkly-query', operation: 'list-objects', parameters: {} }, { baseUrl: `${stage.server.url}/base` });
    stage.server.next(respond({ access_token: 'token' }), ...pages.map((page) => respond(page)));
    const { ends, error, outputs } = await stage.run({});
    return { ends, error: String(error), objects: outputs[0]?.payload, paths: stage.server.requests.slice(1).map(({ path }) => path) };
  };

  for (const [what, next, path] of [
    ['a number', 2, '/base/v3/objects?mine=true&page=2'],
    ['its address', 'https://elsewhere.example.com/base/v3/objects?mine=true&cursor=x', '/base/v3/objects?mine=true&cursor=x'],
    ['a path', '/v3/objects?cursor=x', '/base/v3/objects?cursor=x'],
  ] as const)
    it(`follows a page that is named by ${what}, and stays with its server`, async () => {
      const { ends, objects, paths } = await list({ objects: [{ id: 1 }], next_page: next }, { objects: [{ id: 2 }], next_page: null });
      assert.deepEqual([ends, objects, paths], [['done'], [{ id: 1 }, { id: 2 }], ['/base/v3/objects?mine=true', path]]);
    });

  it('notices a list that leads in a circle', async () => {
    const page = { objects: [], next_page: 2 };
    const { ends, error, paths } = await list(page, page, page);
    assert.deepEqual([ends, paths.length], [['BAD_RESPONSE'], 2]);
    assert.match(error, /has no end/);
  });
});

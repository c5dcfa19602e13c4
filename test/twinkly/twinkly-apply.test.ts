import { deepEqual, equal, match } from 'node:assert/strict';
import type { Simulator } from '../../src/simulators/simulator';
import { type Behaviour, respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { json, num, str } from '../kit/typed-input';
import { until } from '../kit/within';
import { simulated } from '../simulators/simulated';
import { LOGIN, pressTwinkly, twinklyState } from '../simulators/twinkly';
import { COMMAND, commandsOn, each, failure, NODE, type ParameterValues, success } from './commands';
import { twinkly } from './vendor';

describe('apply of twinkly-command', () => {
  const stage = new Stage(twinkly);
  const { run, held, hold, heldIs, answer, sent } = commandsOn(stage);

  const all = { on: true, brightness: 40, effect: 'snow' };
  const rows: readonly [title: string, given: ParameterValues, commands: ParameterValues][] = [
    [
      'on, then what is shown, then how bright',
      all,
      {
        'turn-on': { command: 'turnOn' },
        'play-effect': { command: 'playEffect', params: { effect: 'snow' } },
        'set-brightness': { command: 'setBrightness', params: { value: 40 } },
      },
    ],
    ['only off', { ...all, on: 'false' }, { 'turn-off': { command: 'turnOff' } }],
    ['how bright alone', { brightness: 0 }, { 'set-brightness': { command: 'setBrightness', params: { value: 0 } } }],
    [
      'a colour',
      { color: [1, 2, 3], brightness: 100 },
      {
        'set-color': { command: 'setColor', params: { saturation: 170, value: 3, hue: 210 } },
        'set-brightness': { command: 'setBrightness', params: { value: 100 } },
      },
    ],
    [
      'a playlist',
      { playlist: 3, on: true },
      { 'turn-on': { command: 'turnOn' }, 'play-playlist': { command: 'playPlaylist', params: { playlist: 3 } } },
    ],
    ['an effect by a number that is 0', { effect: 0 }, { 'play-effect': { command: 'playEffect', params: { effect: 0 } } }],
  ];
  for (const [title, given, commands] of rows)
    it(`sends ${title}`, async () => {
      await stage.open(NODE);
      stage.respondWith(success);
      const { ends, outputs } = await run('apply', { id: 7, ...given });
      deepEqual([ends, outputs[0]?.statusCode], [['done'], 200]);
      deepEqual(
        Object.entries(outputs[0]?.payload as object),
        Object.keys(commands).map((name) => [name, success]),
      );
      deepEqual(
        stage.requests.map(({ json }) => json),
        Object.values(commands),
      );
    });

  it('sends the paths and words of the account’s corrections', async () => {
    const overrides = { paths: { 'turn-on': 'PUT /v9/{id}/light' }, commands: { 'turn-on': { command: 'on' } } };
    await stage.open(NODE, { overrides });
    stage.respondWith(success);
    await run('apply', { id: 7, on: true });
    deepEqual(
      stage.requests.map(({ method, path, json }) => [method, path, json]),
      [['PUT', '/v9/7/light', { command: 'on' }]],
    );
  });

  it('lets no other message for the target in between', async () => {
    await stage.open(NODE);
    hold();
    const ends = [run('apply', { id: 'a', ...all }), run('turn-off', { id: 'a' })];
    for (const command of ['turnOn', 'playEffect', 'setBrightness', 'turnOff']) {
      await heldIs(`a ${command}`);
      answer();
    }
    for (const end of ends) deepEqual((await end).ends, ['done']);
  });

  it('shows the step under way by its label', async () => {
    await stage.open(NODE);
    hold();
    const end = run('apply', { id: 'a', ...all });
    for (const [command, step] of [
      ['turnOn', 'Turn on'],
      ['playEffect', 'Play effect'],
      ['setBrightness', 'Set brightness'],
    ]) {
      await heldIs(`a ${command}`);
      await stage.red.status('node', { fill: 'blue', text: `Apply ${step}` });
      answer();
    }
    await end;
  });

  it('ends with the step that fails, and says which, and what was done', async () => {
    await stage.open(NODE);
    hold();
    const end = run('apply', { id: 'a', ...all });
    await heldIs('a turnOn');
    answer();
    await heldIs('a playEffect');
    answer(respond({ message: 'no such effect' }, 409));
    const { ends, caught, outputs } = await end;
    deepEqual([ends, outputs, held], [['REJECTED'], [], []]);
    const { message, cause } = caught[0]?.error ?? {};
    equal(message, 'play-effect has failed after turn-on: POST /v2/objects/a/runtime/command was answered with HTTP 409: no such effect');
    const step = { step: 'play-effect', done: ['turn-on'] };
    deepEqual(cause, failure('a', 'apply', { statusCode: 409, vendorMessage: 'no such effect', retryable: false, ...step }));
    stage.respondWith(respond({}, 404));
    match(String((await run('apply', { id: 'a', ...all })).error), /^turn-on has failed: POST/);
    equal(stage.requests.length, 3);
  });

  it('sends nothing more where a success tells of nothing but an error', async () => {
    await stage.open(NODE);
    stage.next(respond(success), respond({ error: 'no such effect' }));
    const { ends, error } = await run('apply', { id: 'a', on: true, effect: 'hearts', brightness: 5 });
    deepEqual(ends, ['REJECTED']);
    equal(String(error), 'play-effect has failed after turn-on: the cloud has refused the command: no such effect');
    deepEqual(sent(), ['a turnOn', 'a playEffect']);
  });

  it('goes on for the others of several, each with its own steps', async () => {
    await stage.open(NODE);
    let asked = 0;
    stage.respondWith(each({ b: (response, request) => respond(asked++ === 0 ? success : { status: 'failed' })(response, request) }));
    const { outputs } = await run('apply', { ids: 'a,b', on: true, color: '#ff0000', brightness: 5 });
    const payload = outputs[0]?.payload as Record<string, { error?: { code: string; cause: { step: string; done: string[] } } }>;
    const { a, b } = payload;
    deepEqual(a, { 'turn-on': success, 'set-color': success, 'set-brightness': success });
    deepEqual([b?.error?.code, b?.error?.cause.step, b?.error?.cause.done], ['COMMAND_FAILED', 'set-color', ['turn-on']]);
    deepEqual(
      sent().filter((one) => one.startsWith('b')),
      ['b turnOn', 'b setColor'],
    );
  });

  it('waits for each step to complete before the next', async () => {
    await stage.open(NODE);
    const order: string[] = [];
    stage.respondWith((response: Parameters<Behaviour>[0], request: Parameters<Behaviour>[1]) => {
      const { command } = (request.json ?? {}) as { command?: string };
      const [, , , id] = COMMAND.exec(request.path) ?? [];
      order.push(command ?? `${id} asked`);
      respond(command ? { commandId: `of-${command}` } : success)(response, request);
    });
    const { outputs } = await run('apply', { id: 'a', on: true, brightness: 5, waitForCompletion: 30 });
    deepEqual(outputs[0]?.payload, { 'turn-on': success, 'set-brightness': success });
    deepEqual(order, ['turnOn', 'of-turnOn asked', 'setBrightness', 'of-setBrightness asked']);
  });

  it('ends with CANCELLED at a deploy, and sends no further step to anybody', async () => {
    await stage.open({ ...NODE, operation: 'apply', parameters: { ids: json(['a', 'b']), brightness: num(5), effect: str('snow') } });
    hold();
    const id = stage.audit.send({});
    await heldIs('a playEffect', 'b playEffect');
    answer();
    await until('the next step of the first', () => held.some(({ command }) => command === 'setBrightness'));
    await stage.audit.deploy('nodes', { id: 'node', type: 'twinkly-command', name: 'again' });
    await stage.audit.settled();
    deepEqual([stage.audit.outcomes.get(id)?.ends, stage.requests.length], [['CANCELLED'], 3]);
  });

  describe('at the simulated cloud', () => {
    let simulator: Simulator;

    beforeEach(async () => {
      simulator = await simulated();
      await pressTwinkly(simulator, 'cloud', { tokenLife: 86_400, commandTime: 0, commands: 'succeed' });
      await stage.open(NODE, { baseUrl: `${simulator.address}/twinkly`, credentials: LOGIN });
    });
    const shown = async (id: number) => {
      const found = (await twinklyState(simulator)).objects.find((object) => object.id === id);
      return [found?.mode, found?.plays, found?.colours, found?.brightness];
    };

    it('shows on several what is applied', async () => {
      const { outputs } = await run('apply', { ids: [48221, 48230, 1], on: true, color: '#102030', brightness: 35 });
      const result = outputs[0]?.payload as Record<string, { error?: { code: string } }>;
      deepEqual(
        Object.entries(result).map(([id, { error }]) => [id, error?.code]),
        [
          ['1', 'NOT_FOUND'],
          ['48221', undefined],
          ['48230', undefined],
        ],
      );
      for (const id of [48221, 48230]) deepEqual(await shown(id), ['color', '', ['rgb(16 32 48)'], 35]);
      await run('apply', { id: 48221, on: true, effect: 'snow', brightness: 80 });
      deepEqual((await shown(48221)).slice(0, 2), ['effect', 'Snow']);
      await run('apply', { ids: '48221,48230', on: false, brightness: 1 });
      for (const id of [48221, 48230]) equal((await shown(id))[0], 'off');
      equal((await shown(48221))[3], 80);
    });
  });
});

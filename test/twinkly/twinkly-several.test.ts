import { deepEqual, equal, match } from 'node:assert/strict';
import type { Simulator } from '../../src/simulators/simulator';
import { type Behaviour, respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { json, msg, num, str } from '../kit/typed-input';
import { refusalTable } from '../kit/wire-table';
import { until } from '../kit/within';
import { simulated } from '../simulators/simulated';
import { LOGIN, pressTwinkly, twinklyState } from '../simulators/twinkly';
import { CREDENTIALS } from './flows';
import { twinkly } from './vendor';

type ParameterValues = Readonly<Record<string, unknown>>;

const NODE = { type: 'twinkly-command', operation: '', parameters: {} };
const success = { status: 'success' };
const COMMAND = /^\/v2\/(object|installation)s\/(.+)\/runtime\/command(?:\/(.+))?$/;

describe('twinkly-command for several', () => {
  const stage = new Stage(twinkly);
  /** What has been sent, in order: to whom, and what. */
  const sent = () =>
    stage.requests.map(({ path, json }) => `${idOf(path)} ${(json as { command?: string } | undefined)?.command ?? 'asked'}`);
  const idOf = (path: string) => decodeURIComponent(COMMAND.exec(path)?.[2] ?? path);
  const run = (operation: string, parameters: ParameterValues) => stage.run({ operation, parameters });
  /** Requests that wait for their response. */
  const held: { readonly id: string; readonly command: string; end(behaviour?: Behaviour): void }[] = [];
  const hold = () => {
    held.length = 0;
    stage.respondWith((response: Parameters<Behaviour>[0], request: Parameters<Behaviour>[1]) => {
      const { command } = request.json as { command: string };
      held.push({ id: idOf(request.path), command, end: (behaviour = respond(success)) => behaviour(response, request) });
    });
  };
  const heldIs = (...wanted: string[]) =>
    until(`requests: ${wanted.join()}`, () => held.map(({ id, command }) => `${id} ${command}`).join() === wanted.join());
  const answer = (behaviour?: Behaviour) => held.shift()?.end(behaviour);
  /** The responses by the ids. */
  const each =
    (responses: Readonly<Record<string, Behaviour>>): Behaviour =>
    (response, request) =>
      ((Object.hasOwn(responses, idOf(request.path)) ? responses[idOf(request.path)] : undefined) ?? respond(success))(response, request);

  const failure = (id: string, operation: string, more: object) => ({ vendor: 'twinkly', operation, target: `object/${id}`, ...more });

  describe('IDs', () => {
    it('get a command each, and a result by id, once for each', async () => {
      await stage.open(NODE);
      stage.respondWith(each({ a: respond({ status: 'success', progress: 100 }) }));
      const { ends, outputs } = await run('set-brightness', { ids: ['a', 7, ' b ', '7', '__proto__'], brightness: 40 });
      deepEqual([ends, outputs[0]?.statusCode], [['done'], 200]);
      const result = outputs[0]?.payload as object;
      deepEqual(Object.entries(result).sort(), [
        ['7', success],
        ['__proto__', success],
        ['a', { status: 'success', progress: 100 }],
        ['b', success],
      ]);
      deepEqual(
        sent().sort(),
        ['7', '__proto__', 'a', 'b'].map((id) => `${id} setBrightness`),
      );
      for (const { json } of stage.requests) deepEqual(json, { command: 'setBrightness', params: { value: 40 } });
    });

    it('may be installations, and text with commas; one is given by its id, too', async () => {
      await stage.open({ ...NODE, operation: 'turn-on', parameters: { target: str('installation'), ids: msg('payload') } });
      stage.respondWith(success);
      deepEqual((await stage.run({ payload: '701, 702' })).outputs[0]?.payload, { 701: success, 702: success });
      deepEqual((await stage.run({ payload: 703 })).outputs[0]?.payload, { 703: success });
      deepEqual(
        stage.requests.map(({ path }) => path).sort(),
        [701, 702, 703].map((id) => `/v2/installations/${id}/runtime/command`),
      );
    });

    it('fail each for itself, with no secret in what the cloud says', async () => {
      await stage.open(NODE);
      const message = `no lamp for ${CREDENTIALS.password}`;
      stage.respondWith(each({ a: respond({ message }, 404), b: respond({ status: 'failed', message, commandId: 'c1' }) }));
      const { ends, outputs } = await run('turn-on', { ids: 'a,b,c' });
      const said = 'no lamp for ***';
      deepEqual(
        [ends, outputs[0]?.payload],
        [
          ['done'],
          {
            a: {
              error: {
                code: 'NOT_FOUND',
                message: `POST /v2/objects/a/runtime/command was answered with HTTP 404: ${said}`,
                cause: failure('a', 'turn-on', { statusCode: 404, vendorMessage: said, retryable: false }),
              },
            },
            b: {
              error: {
                code: 'COMMAND_FAILED',
                message: `the cloud accepted the command, and it failed on the devices (c1): ${said}`,
                cause: failure('b', 'turn-on', { statusCode: 200, vendorMessage: said, commandId: 'c1', retryable: false }),
              },
            },
            c: success,
          },
        ],
      );
      await stage.audit.status({ fill: 'red', shape: 'ring', text: 'Turn on: NOT_FOUND 2/3' });
    });

    it('are refused where a success tells of nothing but an error', async () => {
      await stage.open(NODE);
      const error = `unknown object for ${CREDENTIALS.password}`;
      const refusal = { code: 'REJECTED', message: 'the cloud has refused the command: unknown object for ***' };
      const cause = { statusCode: 200, vendorMessage: 'unknown object for ***', retryable: false };
      stage.respondWith(each({ a: respond({ error }) }));
      deepEqual((await run('turn-on', { ids: 'a,b' })).outputs[0]?.payload, {
        a: { error: { ...refusal, cause: failure('a', 'turn-on', cause) } },
        b: success,
      });
      await stage.audit.status({ fill: 'red', shape: 'ring', text: 'Turn on: REJECTED 1/2' });
      stage.respondWith({ error });
      const all = await run('turn-on', { ids: 'a,b' });
      deepEqual([all.ends, all.outputs, all.caught[0]?.error.code], [['REJECTED'], [], 'REJECTED']);
      for (const more of [{}, { async: true }, { unreliable: true }, { waitForCompletion: 5 }])
        deepEqual((await run('turn-on', { id: 'a', ...more })).ends, ['REJECTED'], JSON.stringify(more));
    });

    it('are not refused where a response has more than an error', async () => {
      await stage.open(NODE);
      for (const body of [
        { ...success, error: 'was late' },
        { commandId: 'c', error: 'was late' },
        { error: '' },
        { error: null },
        { error: {} },
      ]) {
        stage.respondWith(body);
        const { ends, outputs } = await run('turn-on', { id: 'a' });
        deepEqual([ends, outputs[0]?.payload], [['done'], body]);
      }
    });

    it('fail together with the first error', async () => {
      await stage.open(NODE);
      stage.respondWith(each({ a: respond({}, 409), b: respond({}, 404) }));
      const { ends, outputs, caught } = await run('turn-on', { ids: 'a,b' });
      deepEqual([ends, outputs], [['REJECTED'], []]);
      equal((caught[0]?.error.cause as { target?: string } | undefined)?.target, 'object/a');
    });

    it('are not done where one of them is only sent', async () => {
      await stage.open(NODE);
      stage.respondWith(each({ b: respond({ commandId: 'c' }) }));
      deepEqual((await run('turn-on', { ids: 'a,b' })).ends, ['done']);
      await stage.audit.status({ fill: 'green', shape: 'dot', text: 'Turn on: sent' });
    });

    it('are followed to their ends, each for itself', async () => {
      await stage.open(NODE);
      const ends: Readonly<Record<string, string>> = { a: 'success', b: 'failed' };
      stage.respondWith((response: Parameters<Behaviour>[0], request: Parameters<Behaviour>[1]) => {
        const id = idOf(request.path);
        const asked = stage.requests.filter(({ path, method }) => method === 'GET' && idOf(path) === id).length;
        respond(request.method === 'POST' ? { commandId: `of-${id}` } : { status: asked > 1 ? ends[id] : 'running' })(response, request);
      });
      const { outputs } = await run('turn-on', { ids: 'a,b', waitForCompletion: 30 });
      const result = outputs[0]?.payload as Record<string, { status?: string; error?: { code: string; cause: { commandId: string } } }>;
      deepEqual([result.a?.status, result.b?.error?.code, result.b?.error?.cause.commandId], ['success', 'COMMAND_FAILED', 'of-b']);
      deepEqual(stage.requests.filter(({ path }) => path.endsWith('/command/of-b')).length, 2);
    });

    it('keep their order with messages for one of them', async () => {
      await stage.open(NODE);
      hold();
      const ends = [run('turn-off', { id: 'a' }), run('turn-on', { ids: 'a,b' }), run('turn-off', { id: 'b' })];
      await heldIs('a turnOff');
      answer();
      await heldIs('a turnOn', 'b turnOn');
      answer();
      answer();
      await heldIs('b turnOff');
      answer();
      for (const end of ends) deepEqual((await end).ends, ['done']);
    });

    refusalTable(
      stage,
      (
        [
          ['turn-on', {}, 'id is missing, and so is ids: one of them must be given'],
          ['turn-on', { id: '', ids: null }, 'id is missing, and so is ids: one of them must be given'],
          ['turn-on', { id: 7, ids: '8' }, 'id and ids are given together: it must be one of them'],
          ['turn-on', { ids: [] }, 'ids must be at least one id, not []'],
          ['turn-on', { ids: ['a', '..'] }, 'ids[1] must be an ID, not ".."'],
          ['turn-on', { ids: ['a', {}] }, 'ids[1] must be text or a number, not {}'],
          ['apply', { id: 7 }, 'on is missing, and so are brightness, color, effect, playlist: one of them must be given'],
          [
            'apply',
            { id: 7, effect: '', brightness: null },
            'on is missing, and so are brightness, color, effect, playlist: one of them must be given',
          ],
          ['apply', { id: 7, color: '#ff0000', effect: 'snow' }, 'color and effect are given together: a target shows one of them'],
          [
            'apply',
            { ids: '7', on: false, effect: 0, playlist: 'p' },
            'effect and playlist are given together: a target shows one of them',
          ],
          ['apply', { id: 7, on: false, brightness: 101 }, 'brightness must be a number from 0 to 100 percent, not 101'],
          [
            'apply',
            { id: 7, on: true, waitForCompletion: 5, async: false },
            'waitForCompletion needs an asynchronous command that is not unreliable',
          ],
        ] as const
      ).map(([operation, parameters, says]) => ({
        title: `refuse ${operation} ${JSON.stringify(parameters)}`,
        node: NODE,
        message: { operation, parameters },
        says: new RegExp(`^${says.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`),
      })),
    );
  });

  describe('apply', () => {
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

import { deepEqual, equal } from 'node:assert/strict';
import { type Behaviour, respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { msg, str } from '../kit/typed-input';
import { refusalTable } from '../kit/wire-table';
import { commandsOn, each, failure, idOf, NODE, success } from './commands';
import { CREDENTIALS } from './flows';
import { twinkly } from './vendor';

describe('IDs of twinkly-command', () => {
  const stage = new Stage(twinkly);
  const { run, hold, heldIs, answer, sent } = commandsOn(stage);

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
        ['apply', { ids: '7', on: false, effect: 0, playlist: 'p' }, 'effect and playlist are given together: a target shows one of them'],
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

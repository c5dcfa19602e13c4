import assert from 'node:assert/strict';
import { readObjects } from '../../src/vendors/twinkly/object-list';
import { WireProfile } from '../../src/vendors/twinkly/wire-profile';
import { type Behaviour, respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { num, str } from '../kit/typed-input';
import { TOKEN } from '../kit/vendor';
import { CREDENTIALS } from './flows';
import { twinkly } from './vendor';

describe('unusual responses of the Twinkly cloud', () => {
  const stage = new Stage(twinkly);

  const open = (type: string, operation: string, parameters: object, more: object = {}) =>
    stage.open({ type: `twinkly-${type}`, operation, parameters }, more);
  const run = async (type: string, operation: string, parameters: object, ...responses: Behaviour[]) => {
    await open(type, operation, parameters);
    stage.next(...responses);
    const { ends, outputs, caught } = await stage.run({});
    return { ends, payload: outputs[0]?.payload, status: outputs[0]?.statusCode, error: caught[0]?.error };
  };

  it('an odd entry in a dictionary goes to the flow with the others', async () => {
    const said = { 1: { runtime: { online: true } }, 2: { runtime: null, error: 'not yours' }, 3: null, 4: 'gone' };
    const { ends, payload } = await run('query', 'get-object-status', { ids: str('1,2,3,4') }, respond(said));
    assert.deepEqual([ends, payload], [['done'], said]);
  });

  it('the older form of an installation is its runtime alone', async () => {
    const said = { online: true, mode: 'effect' };
    const { ends, payload } = await run('query', 'get-installation-status', { legacyObjectIds: str('1') }, respond(said));
    assert.deepEqual([ends, payload], [['done'], said]);
  });

  for (const odd of [
    { name: null, ledCount: null, devices: null, installation: null },
    { name: 7, ledCount: '250', devices: [null, { device: null }, { device: { id: null } }], installation: { id: 9, name: null } },
    { devices: {}, installation: {} },
    { installation: 'House' },
  ])
    it(`an object of the list with ${JSON.stringify(odd)}`, async () => {
      await open('query', 'list-objects', {});
      const objects = [
        { id: 5, ...odd },
        { id: 6, name: 'Tree', ledCount: 100, devices: [{ device: { id: 'D6' } }], installation: { id: 9 } },
      ];
      stage.server.always(respond({ access_token: 'token', objects }));
      const body = { id: 'account', values: { environment: 'custom', baseUrl: stage.server.url } };
      const ask = async (path: string) => (await stage.red.admin(`/ensemble/${path}`, { method: 'POST', body })).json();
      assert.equal(((await ask('test/twinkly-account')) as { message: string }).message, 'Signed in. Objects: 2, installations: 1.');
      const [first, second] = (await ask('lookup/twinkly-account/objects')) as { value: string; label: string }[];
      const tree = { value: '6', label: 'Tree', words: [['leds', { count: 100 }]] };
      assert.deepEqual([first?.value, first?.label, second], ['5', '5', tree]);
      assert.deepEqual(await ask('lookup/twinkly-account/devices'), [{ value: 'D6', label: 'Tree' }]);
    });
  for (const [progress, shown] of [
    [40, '40 %'],
    ['40', '40 %'],
    ['40%', '40 %'],
    [null, undefined],
    ['half', undefined],
    [{ done: 4 }, undefined],
  ] as const)
    it(`how far a command is: ${JSON.stringify(progress)}`, async () => {
      const [running, success] = ['running', 'success'].map((status) => respond({ status, progress })) as [Behaviour, Behaviour];
      const percents = () =>
        stage.red.statuses.flatMap(({ status }) => (status?.fill === 'blue' && status.text?.includes('%') ? [status.text] : []));
      // The status is not shown at once: where it is to tell something, the command goes on until it does.
      stage.server.always((...asked) => (shown === undefined || percents().length > 0 ? success : running)(...asked));
      const followed = { id: num(7), waitForCompletion: num(20) };
      const { ends } = await run('command', 'turn-on', followed, respond({ commandId: 'c' }), running);
      assert.deepEqual(ends, ['done']);
      assert.deepEqual([...new Set(percents())], shown === undefined ? [] : [`Turn on ${shown}`]);
    });

  it('how far a command is, in another form, goes to the flow as it is', async () => {
    const said = { status: 'running', progress: '40%' };
    const { ends, payload } = await run('query', 'get-command-status', { id: num(7), commandId: str('c') }, respond(said));
    assert.deepEqual([ends, payload], [['done'], said]);
  });
  for (const more of [
    { expires_in: '86400' },
    { expires_in: null },
    { expires_in: 0 },
    { expires_in: 'soon' },
    { refresh_token: null },
    { refresh_token: '' },
  ])
    it(`a login with ${JSON.stringify(more)}`, async () => {
      await open('command', 'turn-on', { id: num(7) });
      stage.server.next(respond({ access_token: 'token', ...more }));
      for (let count = 0; count < 2; count++) assert.deepEqual((await stage.run({})).ends, ['done']);
      assert.equal(stage.server.requests.filter(({ path }) => path === '/v2/auth').length, 1);
    });
  const plain =
    (body: string, status = 200): Behaviour =>
    (response) =>
      void response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
  for (const [what, behaviour, payload, status = 200] of [
    ['an empty body', plain(''), {}],
    ['an empty body with HTTP 202', plain('', 202), {}, 202],
    ['nothing, with HTTP 204', ((response) => void response.writeHead(204).end()) as Behaviour, {}, 204],
    ['a word', plain('ok'), { answer: 'ok' }],
    ['a word as JSON', respond('ok'), { answer: 'ok' }],
    ['true', respond(true), { answer: true }],
    ['null', respond(null), { answer: null }],
    ['an array', respond([]), { answer: [] }],
    ['an object that calls itself text', plain(' {"status":"success"}'), { status: 'success' }],
  ] as const)
    it(`a success as ${what}`, async () => {
      const ended = await run('command', 'turn-on', { id: num(7) }, behaviour);
      assert.deepEqual([ended.ends, ended.payload, ended.status], [['done'], payload, status]);
    });

  it('a page is no success', async () => {
    const page: Behaviour = (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('Please log in');
    for (const behaviour of [page, plain('<html>Log in</html>')]) {
      const { ends } = await run('command', 'turn-on', { id: num(7) }, behaviour);
      assert.deepEqual(ends, ['BAD_RESPONSE']);
    }
  });
  for (const [what, behaviour, payload] of [
    ['an array', respond([{ id: 1 }]), [{ id: 1 }]],
    ['null', respond(null), null],
    ['nothing', ((response) => void response.writeHead(204).end()) as Behaviour, {}],
  ] as const)
    it(`the configuration of a device as ${what}`, async () => {
      const ended = await run('query', 'get-device-configuration', { deviceId: str('d') }, behaviour);
      assert.deepEqual([ended.ends, ended.payload], [['done'], payload]);
    });
  for (const [what, parameters, answers, message, which] of [
    [
      'waited for',
      {},
      [{ status: 'failed', error: `no power ${CREDENTIALS.password}`, commandId: 4, progress: 40 }],
      /\(4\): no power \*\*\*$/,
      { commandId: '4', progress: 40 },
    ],
    [
      'followed',
      { waitForCompletion: num(20) },
      [{ commandId: 'c-9' }, { status: 'failed', message: 'no power ***', progress: '40%' }],
      /\(c-9\): no power \*\*\*$/,
      { commandId: 'c-9', progress: '40%' },
    ],
  ] as const)
    it(`a command that was ${what} says why it failed, and which it was`, async () => {
      const { ends, error } = await run('command', 'turn-on', { id: num(7), ...parameters }, ...answers.map((body) => respond(body)));
      assert.deepEqual(ends, ['COMMAND_FAILED']);
      assert.match(error?.message ?? '', message);
      const { statusCode, vendorMessage, commandId, progress } = (error?.cause ?? {}) as Record<string, unknown>;
      assert.deepEqual([statusCode, vendorMessage, { commandId, progress }], [200, 'no power ***', which]);
    });

  for (const [what, parameters, next] of [
    ['was followed', { waitForCompletion: num(1) }, [respond({ commandId: 'c-9' })]],
    ['was waited for', { timeout: num(1) }, []],
  ] as const)
    it(`a command that ${what} for too long says which it was, and how far it came`, async () => {
      await open('command', 'turn-on', { id: num(7), ...parameters });
      stage.next(...next);
      stage.server.always(respond({ status: 'running', commandId: 'c-9', progress: 40 }));
      const { ends, error } = await stage.run({});
      const { commandId, progress } = ((error as { cause?: object } | undefined)?.cause ?? {}) as Record<string, unknown>;
      assert.deepEqual([ends, commandId, progress], [['TIMEOUT'], 'c-9', 40]);
    });

  for (const [what, given] of [
    ['an ID', { commandId: 'c' }],
    ['nothing', undefined],
    ['that it goes on', { status: 'running', progress: 3 }],
  ] as const)
    it(`installEffect is sent, and not done, where the cloud answers with ${what}`, async () => {
      await open('command', 'custom', { id: num(7), command: str('installEffect') });
      stage.next(given ? respond(given) : (response) => void response.writeHead(200).end());
      assert.deepEqual((await stage.run({})).ends, ['done']);
      await stage.audit.status({ fill: 'green', shape: 'dot', text: 'Other command: sent' });
    });

  it('an object whose id fits into no request leaves the others readable', () => {
    const list = [{ id: 1 }, { id: '..' }, { id: '' }, { id: '3' }];
    assert.deepEqual(
      readObjects(list, new WireProfile()).map(({ id }) => id),
      ['1', '3'],
    );
  });

  it('a token that cannot be sent is none, and a command id that cannot be asked for neither', async () => {
    await open('command', 'turn-on', { id: num(7), waitForCompletion: num(20) });
    stage.server.next(respond({ access_token: 'tok\n' }));
    assert.deepEqual((await stage.run({})).ends, ['BAD_RESPONSE']);
    await open('command', 'turn-on', { id: num(7), waitForCompletion: num(20) });
    stage.next(respond({ commandId: '..' }));
    assert.deepEqual((await stage.run({})).ends, ['BAD_RESPONSE']);
  });

  it('objects are known by the key that the account names', async () => {
    const list = [
      { id: 1, uuid: 'u-1', group: { uuid: 'g-1' }, installation: { id: 5, name: 'House' } },
      { id: 2, uuid: 'u-2' },
    ];
    const profile = new WireProfile({ answers: { id: 'uuid', installationId: 'group.uuid' } });
    const read = readObjects(list, profile);
    assert.deepEqual(
      read.map(({ id, installation }) => [id, installation?.id, installation?.name]),
      [
        ['u-1', 'g-1', 'House'],
        ['u-2', undefined, undefined],
      ],
    );
    assert.deepEqual(
      readObjects(list, new WireProfile()).map(({ id, installation }) => [id, installation?.id]),
      [
        ['1', '5'],
        ['2', undefined],
      ],
    );
  });

  it('a command that is over at the very end of the time to wait for it', async () => {
    await open('command', 'turn-on', { id: num(7), waitForCompletion: num(1) });
    let sent = Number.POSITIVE_INFINITY;
    stage.next((response, request) => {
      sent = performance.now();
      respond({ commandId: 'c' })(response, request);
    });
    const late: Behaviour = (...asked) => respond({ status: performance.now() - sent > 900 ? 'success' : 'running' })(...asked);
    stage.respondWith(late);
    assert.deepEqual((await stage.run({})).ends, ['done']);
  });

  it('no response to the question how far a command is, within the time to wait for it and a little more', async () => {
    await open('command', 'turn-on', { id: num(7), waitForCompletion: num(1) }, { timeout: 120_000 });
    stage.next(respond({ commandId: 'c' }));
    stage.server.always(() => {});
    assert.deepEqual((await stage.run({})).ends, ['TIMEOUT']);
  });

  it('no response within a time limit that is shorter than the cloud’s own, where the command has none', async () => {
    await open('command', 'turn-off', { id: num(7) }, { timeout: 300 });
    stage.next();
    stage.server.always(() => {});
    const { ends, caught } = await stage.run({});
    assert.deepEqual(ends, ['TIMEOUT']);
    assert.match(caught[0]?.error.message ?? '', /within 300 ms/);
  });

  it('a token that the vendor repeats in its words is taken out of them', async () => {
    const repeated = respond({ message: `bad token ${TOKEN} of ${CREDENTIALS.password}` }, 400);
    const { error } = await run('command', 'turn-on', { id: num(7), timeout: num(1) }, repeated);
    assert.match(error?.message ?? '', /bad token \*\*\* of \*\*\*$/);
  });
});

import { deepEqual, equal, ok } from 'node:assert/strict';
import { respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { until } from '../kit/within';
import { simulated } from '../simulators/simulated';
import { asked, isLogin, respondByPath } from './fake-cloud';
import { thingsee } from './vendor';

const groups = (...ids: string[]) => ids.map((group_id) => ({ group_id, group_description: null }));
const things = (...tuids: string[]) => ({ tuids });
const error = (group: string, code: string, statusCode: number) => ({
  group_id: group,
  error: {
    code,
    message: `GET /groups/${group}/things was answered with HTTP ${statusCode}: no /groups/${group}/things`,
    cause: {
      vendor: 'thingsee',
      operation: 'list-all-things',
      target: group,
      statusCode,
      retryable: false,
      vendorMessage: `no /groups/${group}/things`,
    },
  },
});

describe('thing-group, list things of all groups', () => {
  const stage = new Stage(thingsee);

  const list = async (responses: Readonly<Record<string, unknown>>) => {
    await stage.open({ type: 'thing-group', operation: 'list-all-things', parameters: {} });
    stage.server.good = respondByPath(responses);
    const { ends, outputs, caught } = await stage.run({ topic: 'kept' });
    return { end: ends[0], result: outputs[0]?.payload, statusCode: outputs[0]?.statusCode, cause: caught[0]?.error.cause };
  };
  const all = { '/groups': groups('a', 'b', 'a'), '/groups/a/things': things('1', '2'), '/groups/b/things': things() };

  it('gives each thing with its group, also those without one, and asks for each group once', async () => {
    const { end, result, statusCode } = await list({ ...all, '/groups/unassigned/things': things('3') });
    deepEqual([end, statusCode], ['done', 200]);
    deepEqual(result, [
      { tuid: '1', group_id: 'a' },
      { tuid: '2', group_id: 'a' },
      { tuid: '3', group_id: 'unassigned' },
    ]);
    const paths = asked(stage.server).map(({ method, path }) => `${method} ${path}`);
    deepEqual(
      paths.sort(),
      ['/groups', '/groups/a/things', '/groups/b/things', '/groups/unassigned/things'].map((path) => `GET ${path}`),
    );
  });

  it('does without things that have no group', async () => {
    const { end, result, statusCode } = await list(all);
    deepEqual([end, (result as unknown[]).length, statusCode], ['done', 2, 200]);
    await stage.audit.status({ fill: 'green', shape: 'dot', text: 'List things of all groups' });
    deepEqual((await list({ '/groups': [] })).result, []);
  });

  it('leaves out a thing without an ID, and gives one that is listed twice once', async () => {
    const listed = { ...all, '/groups/a/things': things('1', '', '2', ' ', '1'), '/groups/b/things': { tuids: null } };
    const { end, result } = await list(listed);
    deepEqual(
      [end, result],
      [
        'done',
        [
          { tuid: '1', group_id: 'a' },
          { tuid: '2', group_id: 'a' },
        ],
      ],
    );
    const warnings = stage.red.logs.filter(({ text }) => text.includes('left out')).map(({ text }) => text);
    ok(warnings.length === 1 && warnings[0]?.includes('a TUID is empty'), warnings.join());
  });

  it('has the error of a group in the place of its things', async () => {
    const { end, result } = await list({ ...all, '/groups/b/things': 403, '/groups/unassigned/things': 400 });
    deepEqual(
      [end, result],
      [
        'done',
        [{ tuid: '1', group_id: 'a' }, { tuid: '2', group_id: 'a' }, error('b', 'FORBIDDEN', 403), error('unassigned', 'REJECTED', 400)],
      ],
    );
    await stage.audit.status({ fill: 'red', shape: 'ring', text: 'List things…: FORBIDDEN 2/3' });
  });

  it('has the error of a group that leads elsewhere, and asks for nothing there', async () => {
    const { result } = await list({ ...all, '/groups': groups('a', '..') });
    const [, , odd] = result as { error?: { code: string } }[];
    equal(odd?.error?.code, 'INVALID_INPUT');
    equal(asked(stage.server).length, 3);
  });

  it('fails with the first error where no group can be read', async () => {
    const { end, cause } = await list({ '/groups': groups('a', 'b'), '/groups/a/things': 400 });
    deepEqual([end, cause], ['REJECTED', error('a', 'REJECTED', 400).error.cause]);
    equal((await list({ '/groups': [], '/groups/unassigned/things': 400 })).end, 'REJECTED');
    equal((await list({})).end, 'NOT_FOUND');
  });

  it('ends with CANCELLED at a deploy, and reads no further', async () => {
    await stage.open({ type: 'thing-group', operation: 'list-all-things', parameters: {} });
    const ids = Array.from({ length: 40 }, (_, index) => `g${index}`);
    stage.server.always((response, request) => {
      if (isLogin(request) || request.path === '/groups') respondByPath({ '/groups': groups(...ids) })(response, request);
      else if (request.path === '/groups/g0/things') respond({ data: things('1') })(response, request);
    });
    const id = stage.audit.send({});
    await until('as many as may be', () => asked(stage.server).length === 10);
    await stage.audit.deploy('nodes', { id: 'node', type: 'thing-group', name: 'again' });
    await stage.audit.settled();
    deepEqual([stage.audit.outcomes.get(id)?.ends, asked(stage.server).length], [['CANCELLED'], 10]);
  });

  it('lists the simulated deployment', async () => {
    const { address } = await simulated();
    const credentials = { clientId: 'ensemble', clientSecret: 'simulated-secret' };
    await stage.open({ type: 'thing-group', operation: '', parameters: {} }, { baseUrl: `${address}/thingsee/`, credentials });
    const run = async <T>(operation: string, parameters: object = {}) =>
      (await stage.run({ operation, parameters })).outputs[0]?.payload as T;
    const listed = await run<{ tuid: string; group_id: string }[]>('list-all-things');
    const named = (await run<{ group_id: string }[]>('list')).map(({ group_id }) => group_id);
    for (const groupId of [...named, 'unassigned'])
      deepEqual(
        listed.filter(({ group_id }) => group_id === groupId).map(({ tuid }) => tuid),
        (await run<{ tuids: string[] }>('list-things', { groupId })).tuids,
      );
    deepEqual(new Set(listed.map(({ group_id }) => group_id)), new Set([...named, 'unassigned']));
  });
});

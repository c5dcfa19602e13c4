import { deepEqual, equal, match, ok } from 'node:assert/strict';
import type { Simulator } from '../../src/simulators/simulator';
import { until } from '../kit/within';
import { call, press, simulated, snapshot } from './simulated';

const CLIENT = { client_id: 'ensemble', client_secret: 'simulated-secret' };
const ROOM = 'TSEN03X2Z74162459';
const PRESENCE = 'TSPR04X2Z74162947';
const GATEWAY = 'TSGW02X1O73360355';
const LONE = 'TSEN03X2Z74162460';

interface CloudResponse {
  readonly status: number;
  readonly body: Record<string, unknown>;
}
type ThingMessage = Record<string, unknown> & { readonly tsmId: number; readonly tsmEv: number; readonly tsmTs: number };

class ApiClient {
  constructor(
    readonly simulator: Simulator,
    readonly token: string,
  ) {}

  static async logIn(): Promise<ApiClient> {
    const simulator = await simulated();
    const { body } = await new ApiClient(simulator, '').call('POST', '/auth/client-token', CLIENT);
    return new ApiClient(simulator, String((body.data as { token: string }).token));
  }

  async call(method: string, path: string, body?: unknown): Promise<CloudResponse> {
    const headers = this.token ? { authorization: `Bearer ${this.token}` } : {};
    const response = await call(this.simulator, method, `/thingsee${path}`, body, headers);
    return { status: response.status, body: response.body as CloudResponse['body'] };
  }

  /** The `data` of a 200. */
  async data<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await this.call(method, path, body);
    equal(response.status, 200, JSON.stringify(response.body));
    return response.body.data as T;
  }

  async act(action: string, input: object = {}): Promise<void> {
    equal(await press(this.simulator, 'thingsee', action, input), 204);
  }
}

describe('simulated Thingsee', () => {
  describe('tokens', () => {
    it('are given to the client, several at once', async () => {
      const client = await ApiClient.logIn();
      const { token } = await client.data<{ token: string }>('POST', '/auth/client-token', CLIENT);
      ok(token !== client.token);
      equal((await client.call('GET', '/groups')).status, 200);
    });

    for (const [body, status] of [
      [{ ...CLIENT, client_secret: 'guess' }, 401],
      [{ client_id: 'ensemble' }, 400],
      ['{', 400],
    ] as const)
      it(`are not given for ${JSON.stringify(body)}`, async () => {
        const response = await (await ApiClient.logIn()).call('POST', '/auth/client-token', body);
        deepEqual([response.status, response.body.statusCode], [status, status]);
      });

    it('expire, and are then refused with 401 or 403', async () => {
      const client = await ApiClient.logIn();
      await client.act('expire');
      deepEqual(await client.call('GET', '/groups'), { status: 401, body: { message: 'Unauthorized' } });
      await client.act('refusal', { refusal: '403' });
      deepEqual(await client.call('GET', '/groups'), { status: 403, body: { message: 'Forbidden' } });
    });
  });

  it('reports at once what a person sets as humidity, and measures it from then on; other things refuse it', async () => {
    const client = await ApiClient.logIn();
    const tuid = ROOM;
    const shown = async () => (await snapshot(client.simulator)).vendors.thingsee.things.find((thing) => thing.tuid === tuid)?.humidity;
    const measured = async () => {
      const messages = await client.data<{ humd: number }[]>('GET', `/things/${tuid}/messages?limit=2&messageid=12100`);
      return messages.map(({ humd }) => humd);
    };
    equal((await measured()).includes(77), false);
    await client.act('humidity', { tuid, humidity: 77 });
    deepEqual([await shown(), (await measured()).includes(77)], [77, true]);
    await client.act('report', { tuid });
    deepEqual(await measured(), [77, 77]);
    for (const input of [
      { tuid, humidity: 101 },
      { tuid: 'TSPD03X2Z74161114', humidity: 50 },
    ])
      equal(await press(client.simulator, 'thingsee', 'humidity', input), 400);
  });

  it('lists groups, all or those that fit, and the things of each', async () => {
    const client = await ApiClient.logIn();
    const plant = { group_id: 'prfi00plant', group_description: null };
    deepEqual(await client.data('GET', '/groups'), [{ group_id: 'prfi00office', group_description: 'Head office' }, plant]);
    deepEqual(await client.data('GET', '/groups/?q=PLANT'), [plant]);
    equal((await client.data<unknown[]>('GET', '/groups?limit=1')).length, 1);
    const { tuids } = await client.data<{ tuids: string[] }>('GET', '/groups/prfi00office/things');
    ok(tuids.includes(ROOM));
    ok(tuids.every((tuid) => tuid.length === 17));
    deepEqual((await client.data<{ tuids: string[] }>('GET', '/groups/unassigned/things')).tuids, [LONE, 'XXXX03X2Z74162461']);
    equal((await client.call('GET', '/groups/nobody/things')).status, 404);
  });

  it('creates, renames and deletes a group; its things go with it', async () => {
    const client = await ApiClient.logIn();
    const group = { group_id: 'prfi00lab/1', group_description: 'Lab' };
    deepEqual(await client.data('POST', '/groups', group), group);
    deepEqual(await client.data('POST', `/things/${LONE}/group`, { group_id: group.group_id }), { group_id: group.group_id, tuid: LONE });
    const encoded = encodeURIComponent(group.group_id);
    deepEqual(await client.data('POST', `/groups/${encoded}/rename`, { group_id: 'prfi00lab2' }), {
      group_id: 'prfi00lab2',
      old: group.group_id,
      renamed: true,
    });
    deepEqual(await client.data('GET', `/things/${LONE}/group`), { group_id: 'prfi00lab2', tuid: LONE });
    deepEqual(await client.data('DELETE', '/groups/prfi00lab2'), { group_id: 'prfi00lab2', deleted: true });
    deepEqual(await client.data('GET', `/things/${LONE}/group`), { group_id: 'unassigned', tuid: LONE });
  });

  for (const [method, path, body, status] of [
    ['POST', '/groups', { group_id: 'two words' }, 400],
    ['POST', '/groups', { group_id: 'unassigned' }, 400],
    ['POST', '/groups', { group_id: 'x'.repeat(65) }, 400],
    ['POST', '/groups', {}, 400],
    ['POST', '/groups', { group_id: 'prfi00plant' }, 409],
    ['POST', '/groups/nobody/rename', { group_id: 'somebody' }, 404],
    ['DELETE', '/groups/nobody', undefined, 404],
    ['POST', `/things/${ROOM}/group`, { group_id: 'nobody' }, 404],
    ['GET', '/things/TSEN00000000000000', undefined, 404],
    ['GET', `/things/${ROOM}/messages`, undefined, 400],
    ['GET', `/things/${ROOM}/messages?limit=some`, undefined, 400],
    ['POST', `/things/${ROOM}/commands`, { tsmId: 1500, tsmEv: 30 }, 400],
    ['POST', `/things/${ROOM}/commands`, [{ tsmId: 1500 }], 400],
    ['POST', `/things/${ROOM}/commands`, [{ tsmId: 999, tsmEv: 30 }], 400],
    ['POST', `/things/${ROOM}/installations`, { installation_status: 'lost' }, 400],
    ['POST', `/things/${ROOM}/installations`, '{', 400],
    ['GET', '/nowhere', undefined, 404],
  ] as const)
    it(`${method} ${path} ${JSON.stringify(body) ?? ''} is refused with ${status}`, async () => {
      const response = await (await ApiClient.logIn()).call(method, path, body);
      deepEqual([response.status, response.body.statusCode], [status, status]);
      match(String(response.body.message), /./);
    });

  it('returns a thing with the odd types that the document shows', async () => {
    const client = await ApiClient.logIn();
    const room = await client.data<Record<string, unknown>>('GET', `/things/${ROOM}`);
    equal(room.gateway_tuid, GATEWAY);
    deepEqual(
      Object.values(room.location as object).map((value) => typeof value),
      ['string', 'string'],
    );
    const gateway = await client.data<Record<string, unknown>>('GET', `/things/${GATEWAY}`);
    deepEqual([gateway.battery_level, gateway.gateway_tuid], [null, null]);
    equal('location' in (await client.data<object>('GET', '/things/TSPR04X2Z74162948')), false);
  });

  it('has alerts that begin and end, and counts things in quotes', async () => {
    const client = await ApiClient.logIn();
    await client.act('alert', { tuid: PRESENCE });
    const { alerting_tuids } = await client.data<{ alerting_tuids: string[] }>('GET', '/things/alerts');
    ok(alerting_tuids.includes(PRESENCE));
    equal(typeof (await client.data<{ alert_count: unknown }>('GET', '/things/alerts/count')).alert_count, 'string');
    const alerts = () =>
      client.data<{ alert_type: string; alerts: { from: string; to: string | null }[] }[]>('GET', `/things/${PRESENCE}/alerts`);
    const [before] = await alerts();
    deepEqual([before?.alert_type, before?.alerts.at(-1)?.to], ['heartbeat missed', null]);
    await client.act('alert', { tuid: PRESENCE });
    match(String((await alerts())[0]?.alerts.at(-1)?.to), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/);
    deepEqual(await client.data('GET', `/things/${PRESENCE}/alerts?to=1000`), []);
    const [old] = await client.data<{ alerts: { from: string }[] }[]>('GET', `/things/${ROOM}/alerts`);
    equal(old?.alerts[0]?.from, '1970-01-01T00:00:00');
  });

  it('has messages, newest first, by limit, ids and time', async () => {
    const client = await ApiClient.logIn();
    const get = (query: string) => client.data<ThingMessage[]>('GET', `/things/${ROOM}/messages?${query}`);
    const all = await get('limit=1000');
    ok(all.length > 60);
    deepEqual(
      all,
      all.toSorted((a, b) => b.tsmTs - a.tsmTs),
    );
    const [newest] = all;
    deepEqual([newest?.tsmTuid, newest?.tsmGw, newest?.deploymentGroupId], [ROOM, GATEWAY, 'prfi00office']);
    equal((await get('limit=3')).length, 3);
    const battery = await get('limit=1000&messageid=1110,1111');
    ok(battery.length > 0 && battery.every(({ tsmId, batl }) => tsmId === 1110 && typeof batl === 'number'));
    deepEqual(await get('limit=9&eventid=31'), []);
    const [from, to] = [all[40]?.tsmTs, all[20]?.tsmTs];
    const between = await get(`limit=1000&from=${from}&to=${to}`);
    deepEqual([between[0]?.tsmTs, between.at(-1)?.tsmTs], [to, from]);
  });

  it('measures as each model does', async () => {
    const client = await ApiClient.logIn();
    const fields: Record<string, string[]> = {
      TSPR04X2Z74162947: ['moveCount'],
      TSAR03X2Z74162473: ['carbonDioxide', 'tvoc'],
      TSPD03X2Z74161114: ['hall', 'angle'],
      TSTF02X2Z74160231: ['dist'],
      TSLK01X2Z74160777: ['resistance'],
      TSAP01X2Z74163001: ['totalIn', 'out'],
      TSGW02X1O73360355: ['rssi'],
      XXXX03X2Z74162461: ['temp', 'humd'],
    };
    for (const [tuid, names] of Object.entries(fields)) {
      const messages = await client.data<ThingMessage[]>('GET', `/things/${tuid}/messages?limit=100`);
      for (const name of names)
        ok(
          messages.some((message) => typeof message[name] === 'number'),
          `${tuid} ${name}`,
        );
    }
  });

  it('sends messages over time, twice or late where it shall', async () => {
    const client = await ApiClient.logIn();
    const get = (query = '') => client.data<ThingMessage[]>('GET', `/things/${ROOM}/messages?limit=1000${query}`);
    const before = (await get()).length;
    await until('a message', async () => (await get()).length > before);
    await client.act('passage', { late: false, twice: true });
    const twins = async () => {
      const texts = (await get()).map((message) => JSON.stringify(message));
      return texts.length - new Set(texts).size;
    };
    for (let count = 0; count < 2; count++) await client.act('report', { tuid: ROOM });
    await until('a message that came twice', twins);
  });

  it('keeps late messages back for a while', async () => {
    const client = await ApiClient.logIn();
    // Then it reports only when it is told to.
    await client.data('POST', `/things/${GATEWAY}/installations`, { installation_status: 'retired' });
    await client.act('passage', { late: true, twice: false });
    const get = () => client.data<ThingMessage[]>('GET', `/things/${GATEWAY}/messages?limit=1000`);
    const before = (await get()).length;
    for (let count = 0; count < 3; count++) await client.act('report', { tuid: GATEWAY });
    equal((await get()).length, before + 2);
    await until('the third', get, ({ length }) => length >= before + 3);
  });

  it('takes commands, lists those of the allowed ids, and replies among the messages', async () => {
    const client = await ApiClient.logIn();
    const command = { tsmId: 13200, tsmEv: 30, transactionId: 7, threshold: 5000, mode: 1 };
    const { responsible, commands } = await client.data<{ responsible: unknown; commands: ThingMessage[] }>(
      'POST',
      `/things/${PRESENCE}/commands`,
      [command, { tsmId: 17110, tsmEv: 30, transactionId: 8, profileId: 0 }],
    );
    deepEqual([responsible, commands[0]], [null, { ...command, tsmTs: commands[0]?.tsmTs, tsmDstTuid: PRESENCE }]);
    const listed = await client.data<{ tuid: string; command: ThingMessage }[]>('GET', `/things/${PRESENCE}/commands`);
    deepEqual(
      listed.map(({ tuid, command }) => [tuid, command]),
      [[PRESENCE, commands[0]]],
    );
    const replies = () => client.data<ThingMessage[]>('GET', `/things/${PRESENCE}/messages?limit=10&eventid=31`);
    const found = await until('both replies', replies, ({ length }) => length === 2);
    const reply = found.find(({ tsmId }) => tsmId === 13200);
    deepEqual([reply?.transactionId, reply?.threshold, reply?.enableLed, reply?.mode, reply?.passiveReportInterval], [7, 1100, 0, 1, 3600]);
  });

  it('reports as often as command 1500 says, and no more when it is retired', async () => {
    const client = await ApiClient.logIn();
    await client.data('POST', `/things/${GATEWAY}/installations`, { installation_status: 'retired' });
    deepEqual(
      await client
        .data('GET', `/things/${GATEWAY}/installations?limit=1`)
        .then((list) => (list as { installation_status: string }[])[0]?.installation_status),
      'retired',
    );
    await client.data('POST', `/things/${ROOM}/commands`, [{ tsmId: 1500, tsmEv: 30, transactionId: 1, reportInterval: 1 }]);
    const timed = () => client.data<ThingMessage[]>('GET', `/things/${ROOM}/messages?limit=1000&messageid=12100`);
    const before = (await timed()).length;
    const gateway = (await client.data<ThingMessage[]>('GET', `/things/${GATEWAY}/messages?limit=1000`)).length;
    await until('three more', timed, ({ length }) => length >= before + 3);
    equal((await client.data<ThingMessage[]>('GET', `/things/${GATEWAY}/messages?limit=1000`)).length, gateway);
  });
});

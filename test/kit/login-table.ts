import assert from 'node:assert/strict';
import { LOGIN_PAUSES } from '../../src/core/follow/login';
import type { Operation } from '../../src/core/operation';
import { Audit, TAB } from './audit';
import { operationOf } from './described';
import { type Behaviour, FaultServer, type Recorded, respond } from './fault-server';
import { type FlowNode, type NodeRed, startNodeRed } from './node-red';
import { type Vendor, type VendorLogin, well } from './vendor';
import { until } from './within';

const page =
  (status: number, headers: Record<string, string> = {}): Behaviour =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'text/html', ...headers }).end('<html><body>Access denied</body></html>');
const bare =
  (status: number): Behaviour =>
  (response) =>
    void response.writeHead(status).end();
const text =
  (body: string, status: number): Behaviour =>
  (response) =>
    void response.writeHead(status, { 'content-type': 'text/plain' }).end(body);
/** What others than the vendor say: proxies, captive portals, gateways. */
const onTheWay: Readonly<Record<string, Behaviour>> = {
  ...Object.fromEntries([400, 401, 403, 404, 405, 407, 451, 511].map((status) => [`a page with ${status}`, page(status)])),
  ...Object.fromEntries([400, 401, 403, 405, 503].map((status) => [`nothing but ${status}`, bare(status)])),
  'the words of a status': text('Forbidden', 403),
  'a redirect to a page': page(302, { location: 'http://login.example.com/' }),
  'a page with 200': page(200),
  'an empty object with 403': respond({}, 403),
};

const event = 'event';
const { refused, failed } = LOGIN_PAUSES;

/** What a login must withstand: refusals by the vendor, and what others say on the way; on nodes, in dialogs, and when it is lost. */
export function loginTable(vendor: Vendor, login: VendorLogin): void {
  describe(`the login of ${vendor.name}`, () => {
    let red: NodeRed;
    let server: FaultServer;
    let audit: Audit;
    before(async () => {
      red = await startNodeRed();
      server = await FaultServer.start();
    });
    after(() => server.close());
    beforeEach(() => {
      LOGIN_PAUSES.failed = { first: 1, most: 1 };
      server.good = well(vendor, login.good);
    });
    afterEach(async () => {
      await server.heal();
      await audit.close();
      await server.heal();
      Object.assign(LOGIN_PAUSES, { refused, failed });
    });

    const { type, operation } = login.action;
    const { label } = operationOf(vendor.name, String(type), String(operation)) as Operation;
    const config = (more = {}) => vendor.connection(server.url, more);
    const open = async (others: FlowNode[] = []) => {
      audit = await Audit.open(red, { id: 'node', connection: config().id, parameters: {}, ...login.action } as FlowNode, [
        config(),
        ...others,
      ]);
    };
    const following = () => ({ id: event, z: TAB, wires: [[]], connection: config().id, ...login.event }) as FlowNode;
    const logins = () => server.requests.filter(login.isLogin).length;
    const end = async () => (await audit.run({})).ends.join();
    const press = async (route: string, more: { values?: object; credentials?: object } = {}) => {
      const { type, credentials, id, ...values } = config();
      const body = { id, values: { ...values, ...more.values }, credentials: { ...credentials, ...more.credentials } };
      const pressed = await red.admin(`/ensemble/${route.replace('TYPE', String(type))}`, { method: 'POST', body });
      return pressed.status === 200 ? 'fine' : ((await pressed.json()) as { code: string }).code;
    };
    const fill = (lookup: 0 | 1, more = {}) => press(`lookup/TYPE/${login.lookups[lookup]}`, more);
    const test = (more = {}) => press('test/TYPE', more);

    it('is refused by the vendor alone: what others say on the way is tried again', async () => {
      await open();
      for (const [what, trouble] of Object.entries({ ...onTheWay, 'a token that is none': login.odd })) {
        await audit.deploy('full');
        server.always(trouble);
        assert.notEqual(await end(), 'done', what);
        await server.heal();
        await until(`a login after ${what}`, async () => (await end()) === 'done');
      }
    });

    it('that is refused is UNAUTHORIZED whatever its status, and is not made again by any message', async () => {
      await open();
      for (const refusal of login.refusals) {
        await audit.deploy('full');
        server.always(refusal);
        for (let count = 0; count < 20; count++) audit.send({});
        await audit.settled();
        assert.equal(await end(), 'UNAUTHORIZED');
        assert.equal(server.requests.length, 1);
        await audit.status({ fill: 'red', shape: 'ring', text: `${label}: UNAUTHORIZED` });
        await server.heal();
      }
    });

    it('that is refused shows red without a countdown, and is asked again after a while by whoever comes first', async () => {
      LOGIN_PAUSES.refused = 2000;
      server.always(login.refusals[0] as Behaviour);
      await open([following()]);
      await red.status(event, { fill: 'red', shape: 'ring', text: 'UNAUTHORIZED' });
      await end();
      assert.equal(server.requests.length, 1);
      await until('the next try', async () => (await end()) === 'UNAUTHORIZED' && logins() === 2);
      await server.heal();
      await red.status(event, { fill: 'green' });
      assert.equal(logins(), 1);
      assert.equal(await end(), 'done');
      assert.ok(!red.statuses.some(({ id, status }) => id === event && /retry|again/.test(status.text ?? '')), 'a countdown was shown');
    });

    it('that is refused is asked again when a Test of the same account finds it good', async () => {
      server.always(login.refusals[0] as Behaviour);
      await open([following()]);
      await red.status(event, { fill: 'red', shape: 'ring', text: 'UNAUTHORIZED' });
      await server.heal();
      const [secret = ''] = Object.keys(config().credentials ?? {}).slice(-1);
      assert.equal(await test({ credentials: { [secret]: 'other' } }), 'fine');
      assert.equal(await end(), 'UNAUTHORIZED');
      assert.equal(await test(), 'fine');
      await red.status(event, { fill: 'green' });
      assert.equal(await end(), 'done');
    });

    it('that is good stays as it is when a Test finds so, too', async () => {
      await open();
      await end();
      const before = logins();
      assert.equal(await test(), 'fine');
      assert.equal(logins(), before + 1);
      assert.equal(await end(), 'done');
      assert.equal(logins(), before + 1);
    });

    it('that fails is made once for 50 messages', async () => {
      LOGIN_PAUSES.failed = { first: 60_000, most: 60_000 };
      await open();
      server.always(page(403));
      for (let count = 0; count < 50; count++) assert.equal(await end(), 'FORBIDDEN');
      assert.equal(logins(), 1);
      // A person who knows that it works need not wait.
      await server.heal();
      assert.equal(await test(), 'fine');
      assert.equal(await end(), 'done');
    });

    it('is remembered as refused for each account of open dialogs, until a Test', async () => {
      await open();
      server.always(login.refusals[0] as Behaviour);
      const [secret = ''] = Object.keys(config().credentials ?? {}).slice(-1);
      const as = (value: string) => ({ credentials: { [secret]: value } });
      for (let turn = 0; turn < 3; turn++)
        for (const who of ['ann', 'bob']) for (const lookup of [0, 1] as const) assert.equal(await fill(lookup, as(who)), 'UNAUTHORIZED');
      assert.equal(server.requests.length, 2);
      assert.equal(await test(as('ann')), 'UNAUTHORIZED');
      assert.equal(server.requests.length, 3);
      await server.heal();
      assert.equal(await fill(0, as('ann')), 'UNAUTHORIZED');
      assert.equal(await test(as('ann')), 'fine');
      assert.deepEqual([await fill(0, as('ann')), await fill(0, as('bob'))], ['fine', 'UNAUTHORIZED']);
    });

    it('of the deployed node serves a dialog that says nothing else', async () => {
      await open();
      await end();
      assert.deepEqual([await fill(0), await fill(1)], ['fine', 'fine']);
      assert.equal(logins(), 1);
    });

    it('is made once for all rows of a dialog that is as it was deployed, and for the first message after them', async () => {
      await open();
      assert.deepEqual([await fill(0), await fill(1), await fill(0)], ['fine', 'fine', 'fine']);
      assert.equal(await end(), 'done');
      assert.equal(logins(), 1);
    });

    it('of the deployed node serves no dialog with another time limit, credential or way through the network', async () => {
      const [secret = ''] = Object.keys(config().credentials ?? {}).slice(-1);
      await open([{ id: 'tls', type: 'tls-config', cert: '', key: '', ca: '', verifyservercert: false } as FlowNode]);
      await end();
      const others = {
        timeout: { values: { timeout: 9000 } },
        tls: { values: { tls: 'tls' } },
        [secret]: { credentials: { [secret]: 'other' } },
      };
      for (const [other, more] of Object.entries(others)) {
        const before = logins();
        assert.equal(await fill(0, more), 'fine', other);
        assert.equal(logins(), before + 1, other);
      }
    });

    it('that is lost is renewed at once, although something is always forbidden', async () => {
      let valid = 0;
      let made = 0;
      const tokenOf = ({ headers }: Recorded) => Number(/(\d+)$/.exec(String(headers.authorization ?? headers.cookie))?.[1]);
      server.good = (response, request) => {
        if (login.isLogin(request)) {
          valid = ++made;
          login.accept(`t${valid}`)(response, request);
        } else if (tokenOf(request) !== valid || request.path.includes('forbidden')) respond({ message: 'no' }, 401)(response, request);
        else login.good(response, request);
      };
      audit = await Audit.open(
        red,
        [
          { id: 'node', connection: config().id, parameters: {}, ...login.action },
          { id: 'closed', connection: config().id, ...login.forbidden },
        ] as FlowNode[],
        [config()],
      );
      for (let turn = 0; turn < 5; turn++) {
        assert.equal(await end(), 'done');
        for (let count = 0; count < 5; count++) assert.deepEqual((await audit.run({}, 'closed')).ends, ['UNAUTHORIZED']);
      }
      assert.ok(made <= 2, `${made} logins`);
      const before = made;
      valid = 0;
      assert.deepEqual((await audit.run({}, 'closed')).ends, ['UNAUTHORIZED']);
      assert.equal(await end(), 'done');
      assert.equal(made, before + 1);
    });
  });
}

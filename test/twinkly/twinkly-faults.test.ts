import assert from 'node:assert/strict';
import { Audit } from '../kit/audit';
import { answer, type Behaviour, FaultServer } from '../kit/fault-server';
import { faultTable, type Row } from '../kit/fault-table';
import { faults } from '../kit/faults';
import { type NodeRed, startNodeRed } from '../kit/node-red';
import { CREDENTIALS, account as config, num, str } from './flows';

const TOKEN = 'secret-token-5c1f';
const FITS = { status: 'success', objects: [] };
const command = { id: num(7), timeout: num(1) };
const fast = { ...command, async: { type: 'bool', value: 'true' } };
const OPERATIONS: readonly [node: string, operation: string, parameters: object][] = [
  ['command', 'turn-on', fast],
  ['command', 'turn-off', command],
  ['command', 'set-mode', { ...fast, mode: str('movie') }],
  ['command', 'play-effect', { ...fast, effect: str('snow') }],
  ['command', 'set-brightness', { ...fast, brightness: num(7) }],
  ['command', 'set-color', { ...fast, color: str('#123456') }],
  ['command', 'play-playlist', { ...fast, playlist: str('advent') }],
  ['command', 'custom', { ...fast, command: str('reboot') }],
  ['query', 'list-objects', {}],
  ['query', 'get-device-configuration', { deviceId: str('d') }],
  ['query', 'get-object-status', { ids: str('7') }],
  ['query', 'get-installation-status', { ids: str('7') }],
  ['query', 'get-command-status', { id: num(7), commandId: str('c') }],
];

/** What the document leaves open is taken as it comes: a fault is only what cannot be an answer at all. */
const isTaken = (node: string, operation: string, fault: string) =>
  node === 'command' ? /wrong type|empty body/.test(fault) : operation === 'get-device-configuration' && fault.includes('wrong type');

const well: Behaviour = (response, request) => {
  const fitting = (path: string) => (path === '/v2/auth' ? { access_token: TOKEN } : path.includes('runtime?') ? {} : FITS);
  answer(fitting(request.path))(response, request);
};
const connection = (vendor: FaultServer, timeout = 10_000) => {
  vendor.good = well;
  return config(vendor.url, { timeout });
};

describe('twinkly nodes under every fault', () => {
  const row = (node: string, operation: string, parameters: object) => ({
    node: { type: `twinkly-${node}`, operation, parameters },
    connection,
  });
  /** The login fails already: one operation of each node shows it. */
  const login = OPERATIONS.filter(([, id]) => id === 'turn-off' || id === 'list-objects').map(
    ([node, operation, parameters]): Row => ({
      ...row(node, operation, parameters),
      title: operation,
      check: ({ fault: { end, statusCode }, ends, outputs, cause }) => {
        // In the cloud's own form, that is a refused login.
        assert.deepEqual(ends, [statusCode === 400 || statusCode === 403 ? 'UNAUTHORIZED' : end]);
        assert.equal(outputs.length, end === 'done' ? 1 : 0);
        if (end !== 'done') assert.deepEqual([cause?.vendor, cause?.operation], ['twinkly', operation]);
        if (statusCode !== undefined) assert.equal(cause?.statusCode, statusCode);
      },
    }),
  );
  /** The login succeeds, and then the vendor fails. */
  const signedIn = OPERATIONS.map(
    ([node, operation, parameters]): Row => ({
      ...row(node, operation, parameters),
      title: `${operation}, signed in`,
      faults: faults.filter(({ name }) => !/refused|dead peer/.test(name)),
      except: (vendor, { statusCode }) => {
        vendor.next(well);
        // A refused token is renewed once, and that login is good too.
        if (statusCode === 401) vendor.next(answer({}, 401), well);
      },
      check: ({ fault: { name, end, statusCode }, vendor, ends }) => {
        assert.deepEqual(ends, [end === 'BAD_RESPONSE' && isTaken(node, operation, name) ? 'done' : end]);
        const sent = vendor.requests.filter(({ path }) => path !== '/v2/auth').length;
        if (operation === 'custom' && statusCode !== 401) assert.ok(sent <= 1, 'what nobody knows is not sent again');
      },
    }),
  );
  faultTable(startNodeRed, [CREDENTIALS.password, TOKEN], [...login, ...signedIn]);
});

describe('twinkly nodes in trouble', () => {
  let red: NodeRed;
  let vendor: FaultServer;
  let audit: Audit;

  before(async () => {
    red = await startNodeRed();
    vendor = await FaultServer.start();
  });
  after(() => vendor.close());
  afterEach(async () => {
    await audit.close();
    await vendor.heal();
  });

  const open = async (node: string, operation: string, parameters: object, timeout = 10_000) => {
    audit = await Audit.open(red, { id: 'node', type: `twinkly-${node}`, connection: 'account', operation, parameters }, [
      connection(vendor, timeout),
    ]);
  };

  it('keeps a time limit that is shorter than the cloud’s own, where the command has none', async () => {
    await open('command', 'turn-off', { id: command.id }, 300);
    vendor.always(() => {});
    vendor.next(vendor.good);
    const { ends, caught } = await audit.run({});
    assert.deepEqual(ends, ['TIMEOUT']);
    assert.match(caught[0]?.error.message ?? '', /within 300 ms/);
  });

  it('a success without a body is one', async () => {
    await open('command', 'turn-on', command);
    vendor.next(vendor.good, (response) => void response.writeHead(204).end());
    const { ends, outputs } = await audit.run({});
    assert.deepEqual([ends, outputs[0]?.payload, outputs[0]?.statusCode], [['done'], {}, 204]);
  });

  it('a token that the vendor repeats in its words is taken out of them', async () => {
    await open('command', 'turn-on', command);
    vendor.next(vendor.good, answer({ message: `bad token ${TOKEN} of ${CREDENTIALS.password}` }, 400));
    const { caught } = await audit.run({});
    assert.match(caught[0]?.error.message ?? '', /bad token \*\*\* of \*\*\*$/);
  });
});

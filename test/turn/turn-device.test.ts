import { deepEqual, equal, match } from 'node:assert/strict';
import { type Behaviour, respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { str } from '../kit/typed-input';
import { refusalTable } from '../kit/wire-table';
import { turn } from './vendor';

const light = str('light/1/1');

describe('turn-device', () => {
  const stage = new Stage(turn);

  const open = async (type: string, node: object, config: object = {}) => {
    await stage.open({ type, ...node }, { senderId: 'flow 1', ...config });
  };

  describe('Test', () => {
    const test = async (given: Readonly<Record<string, Behaviour>>) => {
      stage.server.always((response, request) => (given[request.path.replace('/api/v1.0', '')] ?? respond({}, 404))(response, request));
      const { port } = new URL(stage.server.url);
      const body = { values: { host: '127.0.0.1', port, timeout: 5000 }, credentials: {} };
      const response = await stage.red.admin('/ensemble/test/turn-device', { method: 'POST', body });
      return [response.status, ((await response.json()) as { message: string }).message] as const;
    };
    const channels = respond([{ id: 'light/1/1' }]);
    before(async () => {
      await open('turn-channel', {});
    });

    for (const [version, said] of [
      [
        (response: Parameters<Behaviour>[0]) => void response.setHeader('content-type', 'text/plain').end('2.0.0\n'),
        /Version of its configuration: 2\.0\.0, channels/,
      ],
      [respond({}, 404), /has nothing there \(HTTP 404\)/],
      [respond(null), /The answer is not what the vendor promises: it must be text\.$/],
      [(response: Parameters<Behaviour>[0]) => void response.socket?.destroy(), /The connection to 127\.0\.0\.1:\d+ broke\. Try again\.$/],
    ] as const)
      it(`reads the channels; of the version it says ${said}`, async () => {
        const [status, message] = await test({ '/config/version': version, '/control/channels': channels });
        equal(status, 200, message);
        match(message, /^The Turn answers\. .*\bchannels: 1\./i);
        match(message, said);
      });

    it('fails where the channels cannot be read', async () => {
      const [status, message] = await test({ '/config/version': respond('2.0.0'), '/control/channels': respond({}, 503) });
      deepEqual([status, message], [400, 'GET /control/channels was answered with HTTP 503']);
    });
  });

  it('has a Sender-Id of its own where none is set: never empty, the same for all nodes, and after a deploy', async () => {
    const senders = new Set<unknown>();
    for (const type of ['turn-channel', 'turn-control']) {
      const operation = type === 'turn-channel' ? 'get-state' : 'get-states';
      await open(type, { operation, parameters: { channel: light } }, { senderId: '' });
      stage.server.always(respond({}));
      for (const turn of [1, 2]) {
        await stage.audit.run({});
        await stage.audit.deploy('full', { id: 'device', type: 'turn-device', name: `turn ${turn}` });
      }
      for (const { headers } of stage.server.requests) senders.add(headers['sender-id']);
    }
    equal(senders.size, 1);
    match(String([...senders][0]), /^[\w-]{8,}$/);
  });

  const NOT_CONFIGURED: readonly (readonly [settings: object, says: RegExp])[] = [
    [{ host: 'http://turn' }, /^host must be a host name or an IP address/],
    [{ host: '::1' }, /^host must be .* \(IPv6 in brackets: \[::1\]\)/],
    [{ host: '192.168.1.300' }, /^host must be .*, not "192\.168\.1\.300"$/],
    [{ host: 'a%b' }, /^host must be .*, not "a%b"$/],
    [{ port: 70000 }, /^port must be a whole number from 1 to 65535/],
    [{ senderId: 'Straße' }, /^senderId must be/],
  ];
  refusalTable(
    stage,
    NOT_CONFIGURED.map(([settings, says]) => ({
      title: `says what is not configured: ${JSON.stringify(settings)}`,
      node: { type: 'turn-channel', operation: 'get-state', parameters: { channel: light } },
      settings,
      says,
      end: 'NOT_CONFIGURED',
      isKnown: true,
    })),
  );
});

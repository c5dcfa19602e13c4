import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { parseParameter } from '../../src/core/schema/parse';
import { Audit } from '../kit/audit';
import { allParameters } from '../kit/described';
import { FaultServer } from '../kit/fault-server';
import { type FlowNode, type NodeRed, startNodeRed } from '../kit/node-red';
import { msg, str } from '../kit/typed-input';

const circle: Record<string, unknown> = { tsmId: 1500, tsmEv: 30 };
circle.self = circle;
const big = { tsmId: 1500, tsmEv: 30, transactionId: 1n };

describe('a value that cannot be sent', () => {
  it('is refused by every parameter of every operation', () => {
    const all = allParameters();
    ok(all.length > 150, `only ${all.length} found`);
    const taken = all.filter(({ name, parameter }) =>
      [circle, big, [circle], [big], 1n, [1n]].some((value) => {
        try {
          JSON.stringify(parseParameter(name, parameter, value));
          return false;
        } catch (error) {
          return (error as { code?: string }).code !== 'INVALID_INPUT';
        }
      }),
    );
    deepEqual(taken, []);
  });

  describe('in a message', () => {
    let red: NodeRed;
    let vendor: FaultServer;
    before(async () => {
      red = await startNodeRed();
      vendor = await FaultServer.start();
    });
    after(() => vendor.close());

    const fromMessage = msg('payload');
    const rows: [node: FlowNode, connection: (url: string) => FlowNode, name: string][] = [
      [
        {
          id: 'node',
          type: 'twinkly-command',
          operation: 'custom',
          parameters: { id: str('a'), command: str('c'), params: fromMessage },
        },
        (baseUrl) => ({
          id: 'connection',
          type: 'twinkly-account',
          environment: 'custom',
          baseUrl,
          credentials: { username: 'a', password: 'b' },
        }),
        'params',
      ],
      [
        { id: 'node', type: 'thing-command', operation: 'send', parameters: { tuid: str('a'), commands: fromMessage } },
        (baseUrl) => ({ id: 'connection', type: 'thingsee-cloud', baseUrl, credentials: { clientId: 'a', clientSecret: 'b' } }),
        'commands',
      ],
      [
        { id: 'node', type: 'thingsquare-user', operation: 'store', parameters: { data: fromMessage } },
        (baseUrl) => ({ id: 'connection', type: 'thingsquare-frontend', baseUrl, authentication: 'anonymous' }),
        'data',
      ],
    ];
    for (const [node, connection, name] of rows)
      it(`is INVALID_INPUT that names it, and nothing leaves: ${node.type}`, async () => {
        const audit = await Audit.open(red, { ...node, connection: 'connection' }, [connection(vendor.url)]);
        for (const [payload, place, what] of [
          [circle, 'self', 'an object that refers to itself'],
          [big, 'transactionId', 'a bigint'],
        ] as const) {
          const { ends, error } = await audit.run({ payload });
          deepEqual(ends, ['INVALID_INPUT']);
          match(String(error), new RegExp(`^${name}\\.${place} must be a value that JSON can hold, not ${what}$`));
        }
        equal(vendor.requests.length, 0);
        await audit.close();
      });
  });
});

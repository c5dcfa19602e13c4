import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { parseParameter } from '../../src/core/schema/parse';
import { allParameters } from '../kit/described';
import { type NodeUnderTest, Stage } from '../kit/stage';
import { msg, str } from '../kit/typed-input';
import type { Vendor } from '../kit/vendor';
import { sonata } from '../sonata/vendor';
import { thingsee } from '../thingsee/vendor';
import { thingsquare } from '../thingsquare/vendor';
import { twinkly } from '../twinkly/vendor';

const circle: Record<string, unknown> = { tsmId: 1500, tsmEv: 30 };
circle.self = circle;
/** As deep as V8's stack, and deeper. */
const [deep, deeper] = [300, 20_000].map(
  (levels) => JSON.parse(`{"tsmId":1500,"tsmEv":30,"deep":${'['.repeat(levels)}${']'.repeat(levels)}}`) as object,
);
/** Small, and endless as text. */
const doubled = Array.from({ length: 40 }).reduce<unknown>((held) => [held, held], 1);
const big = { tsmId: 1500, tsmEv: 30, transactionId: 1n };

describe('a value that cannot be sent', () => {
  const rest = new Stage(sonata);
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
    const fromMessage = msg('payload');
    const rows: [vendor: Vendor, node: NodeUnderTest, name: string][] = [
      [
        twinkly,
        { type: 'twinkly-command', operation: 'custom', parameters: { id: str('a'), command: str('c'), params: fromMessage } },
        'params',
      ],
      [thingsee, { type: 'thing-command', operation: 'send', parameters: { tuid: str('a'), commands: fromMessage } }, 'commands'],
      [thingsquare, { type: 'thingsquare-user', operation: 'store', parameters: { data: fromMessage } }, 'data'],
    ];
    for (const [vendor, node, name] of rows)
      describe('is INVALID_INPUT that names it, and nothing leaves:', () => {
        const stage = new Stage(vendor);
        it(node.type, async () => {
          await stage.open(node);
          for (const [payload, place, what] of [
            [circle, 'self', 'an object that refers to itself'],
            [big, 'transactionId', 'a bigint'],
          ] as const) {
            const { ends, error } = await stage.run({ payload });
            deepEqual(ends, ['INVALID_INPUT']);
            match(String(error), new RegExp(`^${name}\\.${place} must be a value that JSON can hold, not ${what}$`));
          }
          for (const payload of [deep, deeper]) {
            const { ends, error, caught } = await stage.run({ payload });
            deepEqual(ends, ['INVALID_INPUT']);
            match(String(error), new RegExp(`^${name} must be .*nested`));
            equal(caught.length, 1);
          }
          const { ends, error } = await stage.run({ payload: { tsmId: 1500, tsmEv: 30, doubled } });
          deepEqual(ends, ['INVALID_INPUT']);
          match(String(error), new RegExp(`^${name} must be a value of at most 1000000 parts`));
          equal(stage.server.requests.length, 0);
        });
      });

    describe('is INVALID_INPUT where numbers are expected:', () => {
      const stage = new Stage(sonata);
      it('sonata-pattern', async () => {
        await stage.open({ type: 'sonata-pattern', operation: 'set-pattern', parameters: { deviceId: str('1'), pattern: fromMessage } });
        const { ends } = await stage.run({ payload: doubled });
        deepEqual(ends, ['INVALID_INPUT']);
      });
    });
  });

  it('is no value where a flow file has null in place of a parameter', async () => {
    const given = { deviceId: null, installationId: 7 } as unknown as Record<string, { type: string; value: unknown }>;
    await rest.open({ type: 'sonata-pattern', operation: 'off', parameters: given });
    const { ends, error } = await rest.run({});
    deepEqual([ends, String(error)], [['INVALID_INPUT'], 'deviceId is missing']);
  });
});

import { deepEqual, equal, match } from 'node:assert/strict';
import { type Behaviour, respond } from '../kit/fault-server';
import { Stage } from '../kit/stage';
import { bool, num, payload, str, type TypedInputs } from '../kit/typed-input';
import { refusalTable } from '../kit/wire-table';
import { until } from '../kit/within';
import { turn } from './vendor';

const light = str('light/1/1');

const plain: Behaviour = (response) => void response.setHeader('content-type', 'text/plain').end();

describe('turn-channel and turn-control', () => {
  const stage = new Stage(turn);

  const open = async (type: string, node: object) => {
    await stage.open({ type, ...node });
  };

  describe('refuse what does not fit, name it, and send nothing', () => {
    const value = { channel: light, value: payload };
    const REFUSALS: readonly [string, TypedInputs, unknown, RegExp][] = [
      ['set-state', value, -1, /^value must be a number from 0 to 100/],
      ['set-state', value, 'bright', /^value must be a number from 0 to 100 for light\/1\/1, not "bright"$/],
      ['set-state', value, true, /^value must be a number from 0 to 100/],
      ['set-state', value, {}, /^value must be/],
      ['set-state', { channel: str('temperature/1/1'), value: payload }, 213, /^value must be a number from 0 to 212/],
      ['set-state', { channel: str('modes/1/1'), value: payload }, 1.5, /^value must be a whole number from 0 to 8/],
      ['set-state', { channel: str('modes/1/1'), value: payload }, 9, /^value must be a whole number from 0 to 8/],
      ['set-state', { channel: str('media/1/6'), value: payload }, 'loud', /^value must be true or false/],
      ['set-state', { channel: str('source/1/3'), value: payload }, true, /^value must be text/],
      ['set-state', { channel: light }, 1, /^value is missing, and so are on, ppmString and paString/],
      ['set-state', value, '', /^value is missing, and so are on/],
      ['set-state', { channel: str('generic/1/1'), value: payload }, '', /^value is missing, and so are on/],
      ['set-state', { channel: light, value: num(1), on: bool(true) }, 1, /^value and on are given together/],
      ['set-state', { channel: str('info/1/1'), value: str(''), ppmString: num(1) }, 1, /^value and ppmString are given together/],
      ['set-state', { channel: light, on: bool(true), ppmString: num(1), paString: num(1) }, 1, /^on and ppmString and paString are given/],
      ['set-state', { channel: str('info/1/1'), ppmString: payload }, 'good', /^ppmString must be a number, not "good"$/],
      ['set-state', { channel: str('info/1/1'), value: payload }, true, /^value must be text/],
      ['set-state', { channel: light, on: payload }, 'maybe', /^on must be true or false, not "maybe"$/],
      ['set-state', { channel: payload, value: num(1) }, 'light/1', /^channel must be a channel id such as light\/1\/1, not "light\/1"$/],
      ['set-state', { channel: payload, value: num(1) }, 'light/1/1/../../x', /^channel must be/],
      ['set-state', { channel: payload, value: num(1) }, undefined, /^channel is missing$/],
      ['get-state', { channel: payload }, 'light/1/1?x=1', /^channel must be/],
      ['list-channels', { selector: payload }, 'light/1/1/1', /^selector must be/],
      ['list-channels', { selector: payload }, '../config', /^selector must be/],
      ['send-action', { channel: light, action: payload, payload: num(1) }, 'a/b', /^action must be/],
      ['send-action', { channel: light, action: str('increment_decrement'), payload }, 2, /^payload must be 0 \(down\) or 1 \(up\)/],
      [
        'send-action',
        { channel: light, action: str('increment_decrement'), payload },
        undefined,
        /^payload must be 0 \(down\) or 1 \(up\)/,
      ],
      ['send-action', { channel: light, action: str('other'), payload }, undefined, /^payload is missing$/],
    ];
    const refusals = (type: string, rows: typeof REFUSALS) =>
      refusalTable(
        stage,
        rows.map(([operation, parameters, given, says]) => ({
          title: `${operation}: ${says.source.slice(1)}`,
          node: { type, operation, parameters },
          message: { payload: given },
          says,
        })),
      );
    refusals('turn-channel', REFUSALS);
    refusals('turn-control', [
      ['get-internal-temperature', { part: payload }, 'kelvin', /^part must be one of value, fahrenheit/],
      ['set-state', { state: payload, value: num(1) }, 'a/b', /^state must be the name of a state/],
      ['set-state', { state: str('ready') }, 1, /^value is missing$/],
      ['set-state', { state: str('ready'), value: payload }, {}, /^value must be/],
    ]);
  });

  describe('reset', () => {
    for (const more of [{}, { confirmReset: false }, { confirmReset: '' }])
      it(`works in no node with ${JSON.stringify(more)}, whatever a message says`, async () => {
        for (const operation of ['reset', '']) {
          await open('turn-control', { operation, parameters: {}, ...more });
          const { ends, error } = await stage.audit.run({ operation: 'reset', confirmReset: true, parameters: {} });
          deepEqual([ends, stage.server.requests.length], [['INVALID_INPUT'], 0]);
          match((error as Error).message, /confirmReset/);
        }
      });

    it('works where the message names the operation and the node allows it', async () => {
      await open('turn-control', { operation: '', parameters: {}, confirmReset: true });
      deepEqual((await stage.audit.run({ operation: 'reset' })).ends, ['done']);
      equal(stage.server.requests[0]?.path, '/api/v1.0/control/action/reset');
    });
  });

  it('take an answer that has nothing but an error for a refusal', async () => {
    stage.server.always(respond({ error: 'no such page' }));
    for (const [type, operation, parameters] of [
      ['turn-channel', 'get-state', { channel: light }],
      ['turn-control', 'get-states', {}],
    ] as const) {
      await open(type, { operation, parameters });
      const { ends, error, outputs } = await stage.audit.run({});
      deepEqual([ends, (error as Error).message, outputs.length], [['REJECTED'], 'the Turn has refused it: no such page', 0]);
    }
  });

  it('let no value that does not fit take the place of one that waits', async () => {
    await open('turn-channel', { operation: '', parameters: {}, delivery: 'latest' });
    const responses: (() => void)[] = [];
    stage.server.always((response, request) => void responses.push(() => plain(response, request)));
    const set = (value: number) => stage.audit.run({ operation: 'set-state', parameters: { channel: 'light/1/1', value } });
    const first = set(10);
    await until('the first request', () => responses.length === 1);
    const second = set(20);
    deepEqual((await set(101)).ends, ['INVALID_INPUT']);
    responses[0]?.();
    await until('the second request', () => responses.length === 2);
    responses[1]?.();
    deepEqual(
      (await Promise.all([first, second])).map(({ ends, outputs }) => [ends, outputs.length]),
      [
        [['done'], 1],
        [['done'], 1],
      ],
    );
  });
});

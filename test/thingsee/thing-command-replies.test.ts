import { deepEqual, equal, match, ok } from 'node:assert/strict';
import { type Behaviour, respond } from '../kit/fault-server';
import '../kit/once';
import { Stage } from '../kit/stage';
import { constants } from '../kit/typed-input';
import { until } from '../kit/within';
import { asked, isLogin, respondWith } from './fake-cloud';
import { thingsee } from './vendor';

const tuid = 'TSPR04X2Z74162947';
const command = { tsmId: 1500, tsmEv: 30, transactionId: 7, reportInterval: 60 };
const now = () => Math.floor(Date.now() / 1000);
const LATER = now() + 3600;
/** A reply to the command, not too old for any; `number` tells it from others. */
const reply = (number: number, more = {}) => ({ tsmId: 1500, tsmEv: 31, tsmTs: LATER, transactionId: 7, number, ...more });
const empty: Behaviour = (response) => void response.writeHead(204).end();

describe('replies to commands', () => {
  const stage = new Stage(thingsee);

  interface Case {
    readonly commands?: object;
    readonly seconds?: number;
    readonly timeout?: number;
    /** The messages of the thing before the command, and after it. */
    readonly before?: object[];
    readonly after?: object[];
    /** How the API answers to the command, and then to who asks for messages. */
    readonly write?: Behaviour;
    readonly read?: Behaviour;
  }
  const send = async ({ commands = command, seconds = 60, timeout = 30_000, before = [], after = [], ...api }: Case) => {
    const { write = respondWith({ commands: [{ tsmTs: now() }] }), read = respondWith(after) } = api;
    let isSent = false;
    stage.server.good = (response, request) => {
      if (isLogin(request)) return respondWith({})(response, request);
      if (request.method === 'GET') return (isSent ? read : respondWith(before))(response, request);
      isSent = true;
      return write(response, request);
    };
    const parameters = constants({ tuid, commands, waitForReply: seconds });
    await stage.open({ type: 'thing-command', operation: 'send', parameters }, { timeout });
    const { ends, error, outputs } = await stage.run({});
    const payload = outputs[0]?.payload as { replies: { number: number }[] } | undefined;
    return { ends, message: (error as Error | undefined)?.message ?? '', numbers: payload?.replies.map(({ number }) => number) };
  };

  const others = [reply(1, { tsmId: 12200 }), reply(2, { transactionId: 8 }), reply(3, { tsmEv: 10 })];
  for (const [name, given, numbers] of [
    ['takes those of its own commands', { after: [...others, reply(4)] }, [4]],
    ['takes no others', { after: others, seconds: 1 }, undefined],
    ['takes one for each command', { after: [reply(1), reply(2)], commands: [command, command] }, [1, 2]],
    ['counts none twice', { after: [reply(1), reply(1)], commands: [command, command], seconds: 1 }, undefined],
    ['takes those that are new', { before: [reply(1)], after: [reply(1), reply(2)] }, [2]],
    ['takes none that was there before', { before: [reply(1)], after: [reply(1)], seconds: 1 }, undefined],
    ['takes them also where the API says nothing to the command', { write: empty, after: [reply(1)] }, [1]],
  ] as const satisfies readonly (readonly [string, Case, unknown])[])
    it(name, async () => {
      const outcome = await send(given);
      deepEqual([outcome.ends, outcome.numbers], [[numbers ? 'done' : 'TIMEOUT'], numbers]);
    });

  it('takes one with the transactionId that was given to the command, whatever else it says', async () => {
    const read: Behaviour = (response, request) => {
      const sent = asked(stage.server).find(({ method }) => method === 'POST')?.json as { transactionId: number }[];
      respondWith([reply(1, { tsmId: 1100, transactionId: sent[0]?.transactionId })])(response, request);
    };
    const { ends, numbers } = await send({ commands: { tsmId: 1500, tsmEv: 30 }, read });
    deepEqual([ends, numbers], [['done'], [1]]);
  });

  it('waits no longer than its timeout while a request for them hangs', async () => {
    let open = 0;
    const read: Behaviour = (response) => {
      open++;
      response.on('close', () => open--);
    };
    const { ends, message } = await send({ read, seconds: 1 });
    deepEqual([ends, message], [['TIMEOUT'], `no reply from ${tuid} within 1 seconds`]);
    await until('the end of the request', () => open === 0);
  });

  for (const [name, trouble] of [
    ['a page', ((response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<p>')) as Behaviour],
    ['a page with 403', ((response) => void response.writeHead(403, { 'content-type': 'text/html' }).end('<p>')) as Behaviour],
    ['another JSON', respond([])],
  ] as const)
    it(`goes on looking where ${name} came between`, async () => {
      let looks = 0;
      const read: Behaviour = (response, request) => (looks++ === 0 ? trouble : respondWith([reply(1)]))(response, request);
      deepEqual((await send({ read })).numbers, [1]);
      ok(looks > 1);
    });

  it('says that the commands were sent where the replies cannot be read', async () => {
    const { ends, message } = await send({ read: respond({ message: 'Not Found' }, 404) });
    deepEqual(ends, ['NOT_FOUND']);
    match(message, /^the commands were sent, but the reply cannot be read: GET .* was answered with HTTP 404/);
    equal(asked(stage.server).filter(({ method }) => method === 'POST').length, 1);
  });
});

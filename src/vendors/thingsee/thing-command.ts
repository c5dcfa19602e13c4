import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { asEnsembleError, EnsembleError, invalidInput, show } from '../../core/errors';
import { type Exchange, operation } from '../../core/operation';
import { integer, type JsonObject, objects, optional } from '../../core/parameters';
import { data, type Message, message } from './answers';
import { documentedIds } from './command-forms';
import { limit, period, queryOf, selection, thingPath, tuid } from './parameters';
import type { ThingseeCloud } from './thingsee-cloud';

export { forms } from './command-forms';

/** Facts: the vendor's "Open Services API", "Send a command to a thing"; event and transaction ids: Haltian's pages on message profiles. */
const REPLIES = [31, 36];
const MOST_TRANSACTION = 2_147_483_647;
/** Seconds by which the clocks of cloud and gateway may differ. */
const SKEW = 5;
/** Milliseconds between two looks for a reply, at first and at most. */
const PAUSE = { first: 1000, most: 5000 };

const sent = data(z.looseObject({ commands: z.array(z.looseObject({ tsmTs: z.number() })).min(1) }));
const messages = data(z.array(message));

export const operations = [
  operation<ThingseeCloud>()({
    id: 'send',
    label: 'Send commands',
    help: 'Sends commands to a thing. The answer lists them as they were sent; the reply of the thing comes later, as a message.',
    parameters: {
      tuid,
      commands: objects({
        label: 'Commands',
        help: 'One command or an array of them, each an object with tsmId, tsmEv and its own fields. tsmDstTuid is added.',
        forms: true,
      }),
      waitForReply: optional(
        integer({
          label: 'Wait for the reply',
          help: 'Waits so long until the thing has replied to each command, and adds the replies. A command without a transactionId gets one. Empty: does not wait.',
          min: 1,
          max: 86_400,
          unit: 'seconds',
        }),
      ),
    },
    repeatable: false,
    target: ({ tuid }) => tuid,
    async run({ tuid, commands, waitForReply }, exchange) {
      for (const [index, command] of commands.entries()) check(command, commands.length > 1 ? `commands[${index}]` : 'commands');
      for (const { tsmId } of commands)
        if (!documentedIds.includes(tsmId))
          exchange.warn(`command ${show(tsmId)} is not one that the vendor documents: ${documentedIds.join(', ')}`);
      const json = commands.map((command) => ({
        ...(waitForReply && { transactionId: randomInt(MOST_TRANSACTION) }),
        ...command,
        tsmDstTuid: tuid,
      }));
      const answer = await exchange.send({ method: 'POST', path: thingPath(tuid, '/commands'), json });
      const result = sent(answer);
      if (waitForReply === undefined) return { result, statusCode: answer.statusCode };
      const since = Math.min(...result.commands.map(({ tsmTs }) => tsmTs)) - SKEW;
      const replies = await repliesTo(json, { tuid, since, seconds: waitForReply }, exchange);
      return { result: { ...result, replies }, statusCode: answer.statusCode };
    },
  }),
  operation<ThingseeCloud>()({
    id: 'list',
    label: 'List commands',
    help: 'Commands that were sent to a thing, oldest first. Times are in Unix seconds.',
    parameters: { tuid, limit: optional(limit), ...selection, ...period },
    repeatable: true,
    target: ({ tuid }) => tuid,
    request: ({ tuid, ...selected }) => ({ method: 'GET', path: thingPath(tuid, '/commands'), query: queryOf(selected) }),
    result: data(z.array(z.looseObject({ command: z.looseObject({}) }))),
  }),
];

/** @throws EnsembleError INVALID_INPUT */
function check(command: JsonObject, place: string): void {
  for (const field of ['tsmId', 'tsmEv'])
    if (!Number.isInteger(command[field])) throw invalidInput(`${place}.${field} must be a whole number, not ${show(command[field])}`);
  const { transactionId = 0 } = command;
  const fits = Number.isInteger(transactionId) && Number(transactionId) >= 0 && Number(transactionId) <= MOST_TRANSACTION;
  if (!fits) throw invalidInput(`${place}.transactionId must be a whole number from 0 to ${MOST_TRANSACTION}, not ${show(transactionId)}`);
}

interface Wait {
  readonly tuid: string;
  /** Unix seconds. */
  readonly since: number;
  readonly seconds: number;
}

/** Follows the messages of the thing until each command has its reply. @throws EnsembleError TIMEOUT */
async function repliesTo(
  commands: readonly JsonObject[],
  wait: Wait,
  { send, scope, progress }: Exchange<ThingseeCloud>,
): Promise<Message[]> {
  const end = performance.now() + wait.seconds * 1000;
  const query = queryOf({ eventId: REPLIES.map(String), from: wait.since, limit: 100 });
  for (let pause = PAUSE.first; ; pause = Math.min(PAUSE.most, pause * 1.5)) {
    const found = await send({ method: 'GET', path: thingPath(wait.tuid, '/messages'), query }, true).then(messages, ignoreTrouble);
    const replies = commands.flatMap((command) => found.find((one) => isReply(one, command, wait.since)) ?? []);
    if (replies.length === commands.length) return replies;
    const left = end - performance.now();
    if (left <= 0) throw new EnsembleError('TIMEOUT', `no reply from ${wait.tuid} within ${wait.seconds} seconds`);
    progress(`${replies.length}/${commands.length}`);
    await scope.sleep(Math.min(pause, left));
  }
}

const isReply = ({ tsmEv, tsmTs, transactionId }: Message, command: JsonObject, since: number): boolean =>
  REPLIES.includes(tsmEv ?? 0) && tsmTs >= since && transactionId === command.transactionId;

/** The command is on its way: what may be over by the next look does not end the waiting. */
function ignoreTrouble(thrown: unknown): Message[] {
  if (asEnsembleError(thrown).cause.retryable) return [];
  throw thrown;
}

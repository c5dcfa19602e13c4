import { randomInt } from 'node:crypto';
import { z } from 'zod';
import { told } from '../../core/error-texts';
import { EnsembleError, type ErrorCode, invalidInput, show } from '../../core/errors';
import { askUntil } from '../../core/follow/until';
import type { HttpRequest, HttpResponse, RequestFields, Warn } from '../../core/http/request';
import { lenientArray } from '../../core/http/response';
import { parseJson } from '../../core/json';
import { smallest } from '../../core/numbers';
import { isRecord } from '../../core/objects';
import { type OperationContext, operation } from '../../core/operation';
import { integer, type JsonObject, objects, optional } from '../../core/schema/parameters';
import { sentencesOf } from '../../core/told-error';
import type { ThingseeClient } from './client';
import { documentedIds } from './command-forms';
import { fingerprint } from './message-cursor';
import { limit, period, queryOf, selection, thingPath, tuid } from './parameters';
import { data, message, repaired, type ThingMessage } from './responses';
import { say } from './texts';

export { forms } from './command-forms';

/** Facts: the vendor's "Open Services API", "Send a command to a thing"; event and transaction ids: Haltian's pages on message profiles. */
const REPLIES = [31, 36];
const MAX_TRANSACTION = 2_147_483_647;
/** Seconds by which the clocks of cloud and gateway may differ. */
const SKEW = 5;
/** Seconds before a command in which replies to an earlier one with the same transactionId are looked for. */
const EARLIER = 600;
/** Milliseconds between two readings for a reply. */
const PAUSES = { first: 1000, most: 5000 };

const messages = data(lenientArray(message));

export const operations = [
  operation<ThingseeClient>()({
    id: 'send',
    label: 'Send commands',
    help: 'Sends commands to a thing.',
    more: 'The response lists them as they were sent; the reply of the thing arrives later, as a message.',
    parameters: {
      tuid,
      commands: objects({
        label: 'Commands',
        help: 'One command or an array of commands, each an object with tsmId, tsmEv and its own fields.',
        more: 'tsmDstTuid is added automatically.',
        forms: true,
      }),
      waitForReply: optional(
        integer({
          label: 'Wait for reply',
          help: 'Maximum time to wait for the thing’s reply to each command. Empty: does not wait.',
          more: 'The replies are added to the response. A command without a transactionId gets one.',
          min: 1,
          max: 86_400,
          unit: 'seconds',
        }),
      ),
    },
    repeatable: false,
    target: ({ tuid }) => tuid,
    check({ commands }) {
      for (const [index, command] of commands.entries()) check(command, commands.length > 1 ? `commands[${index}]` : 'commands');
    },
    async run({ tuid, commands, waitForReply }, context) {
      for (const { tsmId } of commands)
        if (!documentedIds.includes(tsmId))
          context.warn(
            `command ${show(tsmId)} is not one that the vendor documents: ${documentedIds.join(', ')}`,
            say('command.undocumented', { command: show(tsmId), known: documentedIds.join(', ') }),
          );
      const json = commands.map((command) => ({
        ...(waitForReply && { transactionId: randomInt(MAX_TRANSACTION) }),
        ...command,
        tsmDstTuid: tuid,
      }));
      const post: HttpRequest = { method: 'POST', path: thingPath(tuid, '/commands'), json };
      if (waitForReply === undefined) {
        const response = await context.send(post);
        return { result: sent(response, context.warn), statusCode: response.statusCode };
      }
      // A transactionId of the user's may have been used before.
      const isUsed = commands.some((command) => 'transactionId' in command);
      const before: HttpRequest = { method: 'GET', path: thingPath(tuid, '/messages'), query: replies(context.connection.now - EARLIER) };
      const earlier = isUsed ? messages(await context.send(before, { repeatable: true })) : [];
      const began = context.connection.now;
      const response = await context.send(post);
      const result = sent(response, context.warn);
      const since = firstOf(result) ?? began;
      const wait = { tuid, since: since - SKEW, seconds: waitForReply, earlier: new Set(earlier.map(fingerprint)), isUsed };
      return { result: { ...result, replies: await repliesTo(json, wait, context) }, statusCode: response.statusCode };
    },
  }),
  operation<ThingseeClient>()({
    id: 'list',
    label: 'List commands',
    help: 'Lists the commands that were sent to a thing, oldest first.',
    more: 'Times are in Unix seconds.',
    parameters: { tuid, limit: optional(limit), ...selection, ...period },
    repeatable: true,
    reads: true,
    target: ({ tuid }) => tuid,
    request: ({ tuid, ...selected }) => ({ method: 'GET', path: thingPath(tuid, '/commands'), query: queryOf(selected) }),
    result: data(lenientArray(z.looseObject({ command: z.looseObject({}) }))),
  }),
];

const confirmation = z.looseObject({ data: z.looseObject({ commands: z.array(z.looseObject({ tsmTs: z.number() })).min(1) }) });

/**
 * What the vendor says of commands that it has accepted. They are being carried out, and must not be reported as failed, or sent
 * again, whatever it says. @throws EnsembleError BAD_RESPONSE where the response is a proxy's page
 */
function sent(response: HttpResponse, warn: Warn): JsonObject {
  if (response.statusCode === 204) return {};
  const text = response.body.toString('utf8').trim();
  if (response.contentType.includes('html') || text.startsWith('<'))
    throw new EnsembleError(
      'BAD_RESPONSE',
      'expected JSON, got a page: the commands have not reached the vendor',
      told('page', { status: response.statusCode }),
      {
        statusCode: response.statusCode,
      },
    );
  const said = repaired(parseJson(text));
  const { success, data: confirmed } = confirmation.safeParse(said);
  if (success) return confirmed.data;
  warn('the commands were accepted, but not confirmed as the vendor documents it', say('command.unconfirmed'));
  const { data } = (said ?? {}) as { data?: unknown };
  return isRecord(data) ? data : {};
}

/** Unix seconds by the vendor's clock at which the first was sent; undefined where the response does not say so. */
function firstOf({ commands }: JsonObject): number | undefined {
  const times = Array.isArray(commands) ? commands.map((command: { tsmTs?: unknown } | null) => command?.tsmTs) : [];
  const known = times.filter((time) => typeof time === 'number');
  return known.length > 0 ? smallest(known) : undefined;
}

/** @throws EnsembleError INVALID_INPUT */
function check(command: JsonObject, place: string): void {
  for (const field of ['tsmId', 'tsmEv'])
    if (!Number.isInteger(command[field]))
      throw invalidInput(
        `${place}.${field} must be a whole number, not ${show(command[field])}`,
        told('wholeNumber', { place: `${place}.${field}` }, ['commands']),
      );
  const { transactionId = 0 } = command;
  const fits = Number.isInteger(transactionId) && Number(transactionId) >= 0 && Number(transactionId) <= MAX_TRANSACTION;
  if (!fits)
    throw invalidInput(
      `${place}.transactionId must be a whole number from 0 to ${MAX_TRANSACTION}, not ${show(transactionId)}`,
      told('wholeNumberTo', { place: `${place}.transactionId`, min: 0, max: MAX_TRANSACTION }, ['commands']),
    );
}

interface Wait {
  readonly tuid: string;
  /** Unix seconds. */
  readonly since: number;
  readonly seconds: number;
  /** Fingerprints of replies that came before the commands were sent. */
  readonly earlier: ReadonlySet<string>;
  /** A transactionId comes from the user: other commands may have the same. */
  readonly isUsed: boolean;
}

const replies = (from: number): RequestFields => queryOf({ eventId: REPLIES.map(String), from, limit: 100 });

/** Not retryable, but a proxy's page has them, too. */
const PASSING: readonly ErrorCode[] = ['BAD_RESPONSE', 'FORBIDDEN'];

/** Reads the messages of the thing until each command has its reply. @throws EnsembleError TIMEOUT */
function repliesTo(commands: readonly JsonObject[], wait: Wait, context: OperationContext<ThingseeClient>): Promise<ThingMessage[]> {
  const { connection, scope, progress } = context;
  let count = 0;
  return askUntil({
    scope,
    limit: wait.seconds,
    pauses: PAUSES,
    async ask(asking) {
      const found = messages(await connection.read(thingPath(wait.tuid, '/messages'), { scope: asking, query: replies(wait.since) }));
      const matching = assign(found, commands, wait);
      count = matching.length;
      return count === commands.length ? matching : undefined;
    },
    onError(error) {
      const { code, message, cause } = error;
      if (!cause.retryable && !PASSING.includes(code))
        throw new EnsembleError(
          code,
          `the commands were sent, but the reply cannot be read: ${message}`,
          [say('command.replyUnread'), ...sentencesOf(error)],
          cause,
        );
    },
    onPause: () => progress(`${count}/${commands.length}`),
    timedOut: () =>
      new EnsembleError(
        'TIMEOUT',
        `no reply from ${wait.tuid} within ${wait.seconds} seconds`,
        say('command.noReply', { tuid: wait.tuid, seconds: wait.seconds }),
      ),
  });
}

/** The first reply to each command that has one; each counts once. */
function assign(found: readonly ThingMessage[], commands: readonly JsonObject[], { since, earlier, isUsed }: Wait): ThingMessage[] {
  const byPrint = new Map(found.filter(({ tsmTs }) => tsmTs >= since).map((one) => [fingerprint(one), one]));
  for (const print of earlier) byPrint.delete(print);
  const left = [...byPrint.values()];
  return commands.flatMap((command) => {
    const index = left.findIndex((one) => isReply(one, command) && (one.tsmId === command.tsmId || !isUsed));
    return index < 0 ? [] : left.splice(index, 1);
  });
}

const isReply = ({ tsmEv, transactionId }: ThingMessage, command: JsonObject): boolean =>
  REPLIES.includes(tsmEv ?? 0) && transactionId === command.transactionId;

import { z } from 'zod';
import { EnsembleError } from '../../core/errors';
import { askUntil } from '../../core/follow/until';
import { isStep } from '../../core/http/path';
import type { HttpResponse } from '../../core/http/request';
import { json, jsonOrText } from '../../core/http/response';
import { withoutUndefined } from '../../core/objects';
import type { OperationContext, Outcome } from '../../core/operation';
import type { JsonObject } from '../../core/schema/parameters';
import type { Scope } from '../../core/scope';
import type { TwinklyClient } from './client';
import type { Target } from './group-status';
import { say } from './texts';
import { valueAt, type WireProfile } from './wire-profile';

export interface TwinklyCommand {
  readonly command: string;
  readonly params?: JsonObject;
}

export interface CommandOptions {
  readonly target: Target;
  readonly id: string;
  readonly async: boolean | undefined;
  /** Seconds. */
  readonly timeout: number | undefined;
  readonly unreliable: boolean | undefined;
  readonly forceOffline: boolean | undefined;
  /** Seconds. */
  readonly waitForCompletion: number | undefined;
}

/** "integer that set the number of seconds to wait for a synchronous command to finish; default to 10 seconds" */
const DEFAULT_TIMEOUT = 10;
/** "async: … default to false, except for installEffect command" */
const ASYNCHRONOUS = 'installEffect';
/** Milliseconds between two readings of a command's progress. */
const PAUSES = { first: 250, most: 2000 };
/** Characters of the vendor's own words in an error. */
const LONGEST_WORDS = 300;

const anyObject = json(z.looseObject({}));

/** How the cloud confirms a success is not documented: an empty response or a word counts, too. @throws EnsembleError BAD_RESPONSE where it is a page or broken */
function objectOf(response: HttpResponse): JsonObject {
  if (/^\s*\{/.test(response.body.toString('utf8', 0, 100))) return anyObject(response);
  const said = jsonOrText(response);
  return said === '' ? {} : { answer: said };
}

/** "status: could be one of success, failed or running" */
const commandStatus = json(z.looseObject({ status: z.enum(['success', 'failed', 'running']), progress: z.unknown().optional() }));

/** Sends a command, and follows it to its end where that is asked for. @throws EnsembleError COMMAND_FAILED, TIMEOUT */
export async function sendCommand(
  operation: string,
  options: CommandOptions,
  command: TwinklyCommand,
  context: OperationContext<TwinklyClient>,
): Promise<Outcome> {
  const { target, id, timeout, unreliable, forceOffline, waitForCompletion } = options;
  const { profile, redact } = context.connection;
  const asynchronous = waitForCompletion === undefined ? options.async : true;
  // Its response says that it has begun, unless another way was asked for.
  const isAsynchronousByItself = asynchronous === undefined && command.command === ASYNCHRONOUS;
  const json = withoutUndefined({ ...command, async: asynchronous, timeout, unreliable, forceOffline });
  const allowance = asynchronous || isAsynchronousByItself || unreliable ? 0 : allowanceOf(timeout, context.connection.timeout);
  const route = profile.route([operation, `command.${target}`], { id });
  const response = await context.send({ ...route, json, allowance });
  const result = objectOf(response);
  checkRefusal(profile, result, response.statusCode, redact);
  if (unreliable) return { result: { ...result, status: 'sent' }, statusCode: response.statusCode, unconfirmed: true };
  if (waitForCompletion !== undefined) return follow(profile, options, commandIdOf(profile, result), context);
  if (asynchronous) return { result, statusCode: response.statusCode, unconfirmed: true };
  const { statusCode } = response;
  const commandId = idIn(profile, result);
  const isOpen = isAsynchronousByItself && result.status === 'running';
  if (!isOpen) checkFinished(result, { commandId, statusCode, redact, limit: `within ${timeout ?? DEFAULT_TIMEOUT} s` });
  // Other commands may be asynchronous by themselves, too: their response has an id, and no result yet.
  const hasNoEnd = result.status === undefined && (isAsynchronousByItself || commandId !== undefined);
  return { result, statusCode, unconfirmed: isOpen || hasNoEnd };
}

/** The cloud may wait for the devices, and the request waits for the cloud; but a time limit below the cloud's own counts as it is set. */
function allowanceOf(timeout: number | undefined, limit: number): number {
  if (timeout !== undefined) return timeout * 1000;
  return limit < DEFAULT_TIMEOUT * 1000 ? 0 : DEFAULT_TIMEOUT * 1000;
}

/** Asks how far a command is, until it is over or time is up. */
async function follow(
  profile: WireProfile,
  { target, id, waitForCompletion = 0 }: CommandOptions,
  commandId: string,
  { connection, scope, send, progress }: OperationContext<TwinklyClient>,
): Promise<Outcome> {
  const request = statusRequest(profile, target, id, commandId);
  let lastProgress: unknown;
  const ask = async (asking: Scope) => {
    const response = await send(request, { repeatable: true, scope: asking });
    const result = commandStatus(response);
    // Whether as a number or as text such as "40%" is not documented.
    lastProgress = result.progress ?? lastProgress;
    const percent = Number.parseFloat(String(result.progress));
    if (Number.isFinite(percent)) progress(`${percent} %`);
    return result.status === 'running' ? undefined : { result, statusCode: response.statusCode };
  };
  const timedOut = () =>
    new EnsembleError(
      'TIMEOUT',
      `the command ${commandId} was not over within ${waitForCompletion} s`,
      say('command.late', { seconds: waitForCompletion }),
      about(commandId, lastProgress),
    );
  const outcome = await askUntil({ scope, limit: waitForCompletion, delay: PAUSES.first, pauses: PAUSES, ask, timedOut });
  checkFinished(outcome.result, { commandId, statusCode: outcome.statusCode, redact: connection.redact });
  return outcome;
}

export const statusRequest = (profile: WireProfile, target: Target, id: string, commandId: string) =>
  profile.route(['get-command-status'], { target, id, commandId });

/** The status of a command, as `get-command-status` gives it. */
export const readStatus = commandStatus;

/** Of a command, for the cause of an error. */
const about = (commandId: string | undefined, progress: unknown) => ({
  ...(commandId !== undefined && { commandId }),
  ...((typeof progress === 'number' || typeof progress === 'string') && { progress }),
});

interface Circumstances {
  readonly commandId: string | undefined;
  readonly statusCode: number;
  readonly redact: (words: string) => string;
  readonly limit?: string;
}

type Redact = Circumstances['redact'];

/** The vendor's words for the cause of an error: the first that are any. */
function wordsIn(redact: Redact, ...fields: readonly unknown[]): { readonly vendorMessage?: string } {
  const said = fields.find((words) => typeof words === 'string' && words !== '');
  return said === undefined ? {} : { vendorMessage: redact(String(said)).slice(0, LONGEST_WORDS) };
}

/**
 * [G] The document has `error` in a success for group status alone. A command of which nothing but an error is told was not accepted.
 * @throws EnsembleError REJECTED
 */
function checkRefusal(profile: WireProfile, result: JsonObject, statusCode: number, redact: Redact): void {
  const said = wordsIn(redact, result.error);
  if (said.vendorMessage === undefined || result.status !== undefined || idIn(profile, result) !== undefined) return;
  throw new EnsembleError('REJECTED', `the cloud has refused the command: ${said.vendorMessage}`, say('command.refused'), {
    statusCode,
    ...said,
  });
}

function checkFinished({ status, message, error, progress }: JsonObject, { commandId, statusCode, redact, limit }: Circumstances): void {
  if (status === 'failed') {
    const vendorMessage = wordsIn(redact, message, error);
    const cause = { statusCode, ...vendorMessage, ...about(commandId, progress) };
    const which = commandId === undefined ? '' : ` (${commandId})`;
    const why = vendorMessage.vendorMessage === undefined ? '' : `: ${vendorMessage.vendorMessage}`;
    throw new EnsembleError(
      'COMMAND_FAILED',
      `the cloud accepted the command, and it failed on the devices${which}${why}`,
      say('command.failed'),
      cause,
    );
  }
  if (status === 'running') {
    const cause = { statusCode, ...about(commandId, progress) };
    throw Object.assign(
      new EnsembleError('TIMEOUT', `the devices have not carried out the command ${limit}`, say('command.notCarriedOut'), cause),
      {
        begun: true,
      },
    );
  }
}

function commandIdOf(profile: WireProfile, result: JsonObject): string {
  const id = idIn(profile, result);
  if (id !== undefined) return id;
  throw new EnsembleError(
    'BAD_RESPONSE',
    `the response has no ${profile.place('commandId')}, so the command cannot be followed`,
    say('command.noId', { place: profile.place('commandId') }),
  );
}

function idIn(profile: WireProfile, result: JsonObject): string | undefined {
  const id = valueAt(result, profile.place('commandId'));
  const isId = (typeof id === 'string' && id !== '' && !isStep(id)) || typeof id === 'number';
  return isId ? String(id) : undefined;
}

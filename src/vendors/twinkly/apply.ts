import { told } from '../../core/error-texts';
import { asEnsembleError, invalidInput } from '../../core/errors';
import type { OperationContext, Outcome } from '../../core/operation';
import type { Color, Scalar } from '../../core/schema/parameters';
import { sentencesOf } from '../../core/told-error';
import type { TwinklyClient } from './client';
import { onWire } from './color';
import { type CommandOptions, sendCommand, type TwinklyCommand } from './send-command';
import { say } from './texts';
import type { CommandId, WireProfile } from './wire-profile';

export interface Appearance {
  readonly on: boolean | undefined;
  readonly brightness: number | undefined;
  readonly color: Color | undefined;
  readonly effect: Scalar | undefined;
  readonly playlist: Scalar | undefined;
}

/** A command of its own. */
interface Step {
  readonly id: CommandId;
  readonly command: TwinklyCommand;
}

/** What is given of an appearance. */
export const oneAppearance = { least: ['on', 'brightness', 'color', 'effect', 'playlist'], most: ['color', 'effect', 'playlist'] };

/** @throws EnsembleError INVALID_INPUT where nothing is given, or several things to show */
export function checkAppearance({ on, brightness, color, effect, playlist }: Appearance): void {
  const shown = { color, effect, playlist };
  const given = Object.entries(shown).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (given.length > 1)
    throw invalidInput(`${given.join(' and ')} are given together: a target shows one of them`, told('both', {}, given));
  if (given.length === 0 && on === undefined && brightness === undefined)
    throw invalidInput(
      `on is missing, and so are brightness, ${Object.keys(shown).join(', ')}: one of them must be given`,
      told('neither', {}, oneAppearance.least),
    );
}

/**
 * The commands, in their order: what is off shows nothing; [G] and what is shown may bring a brightness of its own, so that the one that
 * is wanted comes last. Nothing follows a `turn-off`, because it might turn on again.
 */
function stepsOf({ on, brightness, color, effect, playlist }: Appearance, profile: WireProfile): readonly Step[] {
  const step = (id: CommandId, values: Readonly<Record<string, unknown>> = {}): Step => ({ id, command: profile.command(id, values) });
  if (on === false) return [step('turn-off')];
  return [
    ...(on ? [step('turn-on')] : []),
    ...(color === undefined ? [] : [step('set-color', onWire(color, profile))]),
    ...(effect === undefined ? [] : [step('play-effect', { effect })]),
    ...(playlist === undefined ? [] : [step('play-playlist', { playlist })]),
    ...(brightness === undefined ? [] : [step('set-brightness', { brightness: profile.scaled('brightness', brightness / 100) })]),
  ];
}

/**
 * Sends the commands one after the other, each when the one before has succeeded; the result is an object by their names.
 * @param labelOf the label of the operation that sends the same command
 * @throws EnsembleError that of the first that fails, with its name
 */
export async function apply(
  appearance: Appearance,
  options: CommandOptions,
  context: OperationContext<TwinklyClient>,
  labelOf: (id: CommandId) => string,
): Promise<Outcome> {
  const outcomes: Record<string, Outcome> = {};
  for (const { id, command } of stepsOf(appearance, context.connection.profile)) {
    context.progress({ id, label: labelOf(id) });
    try {
      outcomes[id] = await sendCommand(id, options, command, context);
    } catch (thrown) {
      const error = asEnsembleError(thrown);
      const done = Object.keys(outcomes);
      const before = done.length === 0 ? '' : ` after ${done.join(' and ')}`;
      const step = done.length === 0 ? say('command.step', { step: id }) : say('command.stepAfter', { step: id, done: done.join(', ') });
      const named = error.withMessage(`${id} has failed${before}: ${error.message}`).with({ step: id, done });
      throw named.telling(step, ...sentencesOf(error));
    }
  }
  const all = Object.values(outcomes);
  return {
    result: Object.fromEntries(Object.entries(outcomes).map(([id, { result }]) => [id, result])),
    statusCode: all.at(-1)?.statusCode ?? 0,
    unconfirmed: all.some(({ unconfirmed }) => unconfirmed),
  };
}

import { invalidInput } from '../../core/errors';
import { type Operation, type OperationContext, type Outcome, operation } from '../../core/operation';
import {
  boolean,
  choice,
  color,
  integer,
  list,
  number,
  type OneOf,
  object,
  optional,
  type Parameters,
  scalar,
  text,
  type Values,
} from '../../core/schema/parameters';
import { resultById } from '../../core/side-by-side';
import { apply, checkAppearance, oneAppearance } from './apply';
import type { TwinklyClient } from './client';
import { onWire } from './color';
import { TARGETS } from './group-status';
import { type CommandOptions, sendCommand, type TwinklyCommand } from './send-command';
import { say } from './texts';
import { type CommandId, MODES, type WireProfile } from './wire-profile';

/** Facts: the vendor's "Runtime API Reference", sections on runtime commands. */
const addressee = {
  target: choice({
    label: 'Target',
    help: 'An installation: all its objects.',
    options: TARGETS,
    optionLabels: { object: 'object', installation: 'installation' },
    default: 'object',
  }),
  id: optional(
    text({
      label: 'ID',
      help: 'Several: IDs, under Advanced.',
      more: 'ID of the object or the installation.',
      id: true,
      lookup: 'addressees',
      narrowedBy: ['target'],
      alternative: 'ids',
    }),
  ),
  ids: optional(
    list({
      label: 'IDs',
      advanced: true,
      help: 'Instead of one ID: several, as an array or as comma-separated text.',
      more: 'Each gets a command of its own, side by side, and the result is an object by ID, with the error of each that failed. If all fail, the message fails with the first error.',
      lookup: 'addressees',
      narrowedBy: ['target'],
    }),
  ),
};

const execution = {
  async: optional(
    boolean({
      label: 'Asynchronous',
      advanced: true,
      help: 'The cloud responds at once with the ID of the command, and executes the command afterwards.',
    }),
  ),
  timeout: optional(
    integer({
      label: 'Command timeout',
      advanced: true,
      help: 'Maximum time for which the cloud waits for the devices before it responds. Not set: 10 seconds.',
      min: 1,
      max: 3600,
      unit: 'seconds',
    }),
  ),
  unreliable: optional(
    boolean({
      label: 'Unreliable',
      advanced: true,
      help: 'The cloud sends the command and does not wait for the devices: it is not known whether the command succeeded.',
    }),
  ),
  forceOffline: optional(
    boolean({
      label: 'Send even if offline',
      advanced: true,
      help: 'The command is sent even if the target is reported as offline. Not set: yes.',
    }),
  ),
  waitForCompletion: optional(
    number({
      label: 'Wait for completion',
      advanced: true,
      help: 'The command is sent asynchronously, and its progress is followed until it succeeds or fails, for at most this time.',
      min: 1,
      max: 86_400,
      unit: 'seconds',
    }),
  ),
};

const common = { ...addressee, ...execution };
type Common = Values<typeof common>;

interface CommandingDescription<P extends Parameters> {
  readonly id: string;
  readonly label: string;
  readonly help: string;
  readonly more?: string;
  readonly parameters: P;
  readonly oneOf?: OneOf;
  /** @throws EnsembleError INVALID_INPUT */
  readonly check?: (values: Values<P>) => void;
  /** Commands one object or installation. */
  readonly perform: (values: Values<P>, options: CommandOptions, context: OperationContext<TwinklyClient>) => Promise<Outcome>;
  /** Carrying it out twice is more than once. */
  readonly once?: true;
}

/** Targets that are commanded at the same time: a synchronous command takes as long as its devices do. */
const AT_ONCE = 16;

const targetOf = ({ target }: Pick<Common, 'target'>, id: string): string => `${target}/${id}`;

/** An operation with the parameters that all of them take, for one or for several. */
function commanding<const P extends Parameters>(description: CommandingDescription<P>): Operation<TwinklyClient> {
  const { parameters, check, perform, once, ...words } = description;
  return operation<TwinklyClient>()<Parameters>({
    ...words,
    parameters: { ...addressee, ...parameters, ...execution },
    repeatable: !once,
    target(values) {
      const { id = '', ids } = values as Common;
      return ids ? ids.map((one) => targetOf(values as Common, one)) : targetOf(values as Common, id);
    },
    check(values) {
      const { waitForCompletion, unreliable, async } = values as Common;
      if (waitForCompletion !== undefined && (unreliable || async === false))
        throw invalidInput(
          'waitForCompletion needs an asynchronous command that is not unreliable',
          say('synchronous', {}, ['waitForCompletion']),
        );
      check?.(values as Values<P>);
    },
    run(values, context) {
      const { id = '', ids, ...options } = values as Common;
      if (!ids) return perform(values as Values<P>, { ...options, id }, context);
      // How far each of them is would say little: it is told how many are over.
      const single = { ...context, progress: () => {} };
      const entries = ids.map((one) => ({
        id: one,
        target: targetOf(options, one),
        run: () => perform(values as Values<P>, { ...options, id: one }, single),
      }));
      return resultById('ids', entries, AT_ONCE, context);
    },
  });
}

interface CommandDescription<P extends Parameters> extends Omit<CommandingDescription<P>, 'check' | 'perform'> {
  /** `command` and `params` of the body. */
  readonly command: (values: Values<P>, profile: WireProfile) => TwinklyCommand;
}

/** One command. */
const command = <const P extends Parameters>({ command, ...description }: CommandDescription<P>): Operation<TwinklyClient> =>
  commanding({
    ...description,
    perform: (values, options, context) => sendCommand(description.id, options, command(values, context.connection.profile), context),
  });

const plain =
  (id: CommandId) =>
  (_values: object, profile: WireProfile): TwinklyCommand =>
    profile.command(id, {});

/** A number stays a number on the wire. */
const effect = {
  label: 'Effect',
  help: 'One that is installed on the target.',
  lookup: 'effects',
  narrowedBy: ['target', 'id', 'ids'],
};
const playlist = {
  label: 'Playlist',
  help: 'One that is installed on the target.',
  lookup: 'playlists',
  narrowedBy: ['target', 'id', 'ids'],
};
const brightness = number({
  label: 'Brightness',
  help: '',
  more: '0 is dark, 100 is full brightness.',
  min: 0,
  max: 100,
  unit: 'percent',
  slider: true,
});
const oneColor = color({
  label: 'Colour',
  help: '#rrggbb, [r, g, b], {r, g, b} or {h, s, v}.',
  more: 'RGB from 0 to 255, h from 0 to 360 degrees, s and v from 0 to 100 percent.',
});

export const operations = [
  command({
    id: 'turn-on',
    label: 'Turn on',
    help: 'Turns the target on; what was shown before is restored.',
    parameters: {},
    command: plain('turn-on'),
  }),
  command({ id: 'turn-off', label: 'Turn off', help: 'Turns the target off.', parameters: {}, command: plain('turn-off') }),
  command({
    id: 'set-mode',
    label: 'Set mode',
    help: 'Shows the current effect, colour, playlist or movie, or nothing.',
    parameters: {
      mode: choice({
        label: 'Mode',
        help: '',
        more: 'What the target shows.',
        options: MODES,
        optionLabels: { off: 'off', effect: 'effect', color: 'colour', playlist: 'playlist', movie: 'movie' },
      }),
      effect: optional(scalar(effect)),
    },
    command: ({ mode, effect }, profile) => profile.command('set-mode', { mode: profile.mode(mode), effect }),
  }),
  command({
    id: 'play-effect',
    label: 'Play effect',
    help: 'Plays an effect that is installed on the target.',
    parameters: { effect: scalar(effect) },
    command: ({ effect }, profile) => profile.command('play-effect', { effect }),
  }),
  command({
    id: 'set-brightness',
    label: 'Set brightness',
    help: 'Dims the target; 0 is dark.',
    parameters: { brightness },
    command: ({ brightness }, profile) => profile.command('set-brightness', { brightness: profile.scaled('brightness', brightness / 100) }),
  }),
  command({
    id: 'set-color',
    label: 'Set colour',
    help: 'Shows one colour on all LEDs.',
    more: 'It is sent as hue, saturation and value, which all strings support; the corrections of the account can send it as it is given.',
    parameters: { color: oneColor },
    command: ({ color }, profile) => profile.command('set-color', onWire(color, profile)),
  }),
  command({
    id: 'play-playlist',
    label: 'Play playlist',
    help: 'Plays a playlist that is installed on the target.',
    more: 'Strings of the retail series do not support playlists and reject the command.',
    parameters: { playlist: scalar(playlist) },
    command: ({ playlist }, profile) => profile.command('play-playlist', { playlist }),
  }),
  commanding({
    id: 'apply',
    label: 'Apply',
    help: 'Turns on and shows something, or turns off.',
    more: 'It shows a colour, an effect or a playlist, and sets the brightness last. What is not given stays as it is; where it turns off, nothing else is sent. These are separate commands, one after the other, without another message in between. The result is an object by their names; if one fails, the following are not sent, and the error says which it was. The times apply to each of them.',
    parameters: {
      on: optional(boolean({ label: 'On', help: '', more: 'Not set: it stays as it is.' })),
      color: optional(oneColor),
      effect: optional(scalar({ ...effect, advanced: true })),
      playlist: optional(scalar({ ...playlist, advanced: true })),
      brightness: optional(brightness),
    },
    oneOf: oneAppearance,
    check: checkAppearance,
    perform: (values, options, context) => apply(values, options, context, labelOf),
  }),
  command({
    id: 'custom',
    label: 'Other command',
    help: 'Sends a command by the vendor’s own name, for example installEffect.',
    more: 'Never retried.',
    parameters: {
      command: text({ label: 'Command', help: 'Name of the command, as the vendor defines it.' }),
      params: optional(object({ label: 'Command parameters', help: 'Named as the vendor defines them.' })),
    },
    command: ({ command, params }) => ({ command, ...(params && { params }) }),
    once: true,
  }),
];

const labelOf = (id: string): string => operations.find((one) => one.id === id)?.label ?? id;

import { invalidInput } from '../../core/errors';
import { type Operation, operation } from '../../core/operation';
import {
  boolean,
  choice,
  color,
  integer,
  number,
  object,
  optional,
  type Parameters,
  scalar,
  text,
  type Values,
} from '../../core/schema/parameters';
import type { TwinklyClient } from './client';
import { onWire } from './color';
import { TARGETS } from './group-status';
import { sendCommand, type TwinklyCommand } from './send-command';
import { type CommandId, MODES, type WireProfile } from './wire-profile';

/** Facts: the vendor's "Runtime API Reference", sections on runtime commands. */
const addressee = {
  target: choice({
    label: 'Target',
    help: 'One object, or an installation with all its objects.',
    options: TARGETS,
    optionLabels: { object: 'object', installation: 'installation' },
    default: 'object',
  }),
  id: text({ label: 'ID', help: 'ID of the object or the installation.', id: true, lookup: 'addressees', narrowedBy: ['target'] }),
};

const execution = {
  async: optional(
    boolean({
      label: 'Asynchronous',
      help: 'The cloud responds at once with the ID of the command, and executes it afterwards.',
    }),
  ),
  timeout: optional(
    integer({
      label: 'Command timeout',
      help: 'Maximum time for which the cloud waits for the devices before it responds. Not set: 10 seconds.',
      min: 1,
      max: 3600,
      unit: 'seconds',
    }),
  ),
  unreliable: optional(
    boolean({
      label: 'Unreliable',
      help: 'The cloud sends the command and does not wait for the devices: it is not known whether the command succeeded.',
    }),
  ),
  forceOffline: optional(
    boolean({ label: 'Send even if offline', help: 'The command is sent even if the target is reported as offline. Not set: yes.' }),
  ),
  waitForCompletion: optional(
    number({
      label: 'Wait for completion',
      help: 'The command is sent asynchronously, and its progress is followed until it succeeds or fails, for at most this time.',
      min: 1,
      max: 86_400,
      unit: 'seconds',
    }),
  ),
};

const common = { ...addressee, ...execution };
type Common = Values<typeof common>;

interface CommandDescription<P extends Parameters> {
  readonly id: string;
  readonly label: string;
  readonly help: string;
  readonly parameters: P;
  /** `command` and `params` of the body. */
  readonly command: (values: Values<P>, profile: WireProfile) => TwinklyCommand;
  /** Carrying it out twice is more than once. */
  readonly once?: true;
}

/** A command, with the parameters that all of them take. */
function command<const P extends Parameters>({ parameters, command, once, ...words }: CommandDescription<P>): Operation<TwinklyClient> {
  return operation<TwinklyClient>()<Parameters>({
    ...words,
    parameters: { ...addressee, ...parameters, ...execution },
    repeatable: !once,
    target: (values) => `${String(values.target)}/${String(values.id)}`,
    check(values) {
      const { waitForCompletion, unreliable, async } = values as Common;
      if (waitForCompletion !== undefined && (unreliable || async === false))
        throw invalidInput('waitForCompletion needs an asynchronous command that is not unreliable');
    },
    run(values, context) {
      const options = values as Common;
      return sendCommand(words.id, options, command(values as Values<P>, context.connection.profile), context);
    },
  });
}

const plain =
  (id: CommandId) =>
  (_values: object, profile: WireProfile): TwinklyCommand =>
    profile.command(id, {});

/** A number stays a number on the wire. */
const effect = {
  label: 'Effect',
  help: 'ID of an effect that is installed on the target.',
  lookup: 'effects',
  narrowedBy: ['target', 'id'],
};

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
        help: 'What the target shows.',
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
    help: 'Sets the brightness of the target.',
    parameters: {
      brightness: number({
        label: 'Brightness',
        help: '0 is dark, 100 is full brightness.',
        min: 0,
        max: 100,
        unit: 'percent',
        slider: true,
      }),
    },
    command: ({ brightness }, profile) => profile.command('set-brightness', { brightness: profile.scaled('brightness', brightness / 100) }),
  }),
  command({
    id: 'set-color',
    label: 'Set colour',
    help: 'Shows one colour on all LEDs. It is sent as hue, saturation and value, which all strings support; the corrections of the account can send it as it is given.',
    parameters: {
      color: color({
        label: 'Colour',
        help: 'As #rrggbb, as [r, g, b] or {r, g, b} with 0 to 255, or as {h, s, v} with 0 to 360 degrees and 0 to 100 percent.',
      }),
    },
    command: ({ color }, profile) => profile.command('set-color', onWire(color, profile)),
  }),
  command({
    id: 'play-playlist',
    label: 'Play playlist',
    help: 'Plays a playlist that is installed on the target. Strings of the retail series do not support playlists and reject the command.',
    parameters: {
      playlist: scalar({
        label: 'Playlist',
        help: 'ID of a playlist that is installed on the target.',
        lookup: 'playlists',
        narrowedBy: ['target', 'id'],
      }),
    },
    command: ({ playlist }, profile) => profile.command('play-playlist', { playlist }),
  }),
  command({
    id: 'custom',
    label: 'Other command',
    help: 'Sends a command by the vendor’s own name, for example installEffect. Never retried.',
    parameters: {
      command: text({ label: 'Command', help: 'Name of the command, as the vendor defines it.' }),
      params: optional(object({ label: 'Command parameters', help: 'Parameters of the command, named as the vendor defines them.' })),
    },
    command: ({ command, params }) => ({ command, ...(params && { params }) }),
    once: true,
  }),
];
